"""Why an operation failed: the first cause, in the deepest stack, among all that only followed from it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from deployment.aws.texts import says_cancelled, says_embedded
from deployment.diagnosis.causes import explain
from deployment.diagnosis.causes.explanation import Evidence
from deployment.stack.events import Event
from deployment.template.resource_path import ResourcePath

_NO_REASON = "no reason was given"


@dataclass(frozen=True)
class Cause:
    """What failed first, and in whose words."""

    path: ResourcePath
    type: str
    status: str
    reason: str


def first_cause(events: Sequence[Event]) -> Cause | None:
    """What first_failure finds, as a report tells it."""
    failed = first_failure(events)
    return None if failed is None else Cause(failed.path, failed.type, failed.status, failed.reason or _NO_REASON)


def first_failure(events: Sequence[Event]) -> Event | None:
    """The earliest failure that is not a consequence of another; None where the events hold none.

    Consequences are: resources that were cancelled because another failed, and what a parent says of a nested stack
    ("Embedded stack ... was not successfully created"); a nested stack that failed before its own operation began, of
    a template or a parameter, has no other row. Exports, outputs and transforms fail without any resource: then the
    stack's own reason for rolling back is all there is.
    """
    leaves = [event for event in events if event.failed and not event.of_stack and not _follows(event)]
    return (
        _earliest(event for event in leaves if not says_cancelled(event.reason))
        or _earliest(event for event in events if _rolls_back(event))
        or _earliest(event for event in events if event.failed)
    )


def not_rolled_back(events: Sequence[Event]) -> list[Event]:
    """The resources on which a roll-back got stuck, each with what it failed of last.

    A nested stack takes an update back by itself first, and once more with its parent; one that was created is deleted.
    """
    rolling: set[ResourcePath] = set()
    stuck: dict[ResourcePath, Event] = {}
    for event in events:
        if event.of_stack and "ROLLBACK_IN_PROGRESS" in event.status:
            rolling.add(event.path)
        elif event.failed and not event.of_stack and _below(event.path, rolling) and not _follows(event):
            stuck[event.path] = event
    return list(stuck.values())


def _below(path: ResourcePath, stacks: set[ResourcePath]) -> bool:
    return any(path[:length] in stacks for length in range(len(path)))


def _follows(event: Event) -> bool:
    return event.nested and (event.reason is None or says_embedded(event.reason))


def _rolls_back(event: Event) -> bool:
    return event.of_stack and event.reason is not None and "ROLLBACK" in event.status


def _earliest(events: Iterable[Event]) -> Event | None:
    """The first of the deepest: a nested stack rolls back before its parent does."""
    return min(events, key=lambda event: (event.at, -len(event.path)), default=None)


@dataclass(frozen=True)
class Diagnosis:
    """The first failure in a line, what was found out about it, and what to do; nothing is known of some."""

    lines: tuple[str, ...]
    remedy: str | None


def _line(event: Event, root: str) -> str:
    return f"{str(event.path) or root} {event.status}: {event.reason or _NO_REASON}"


def diagnose(events: Sequence[Event], ask: Callable[[Event], Evidence], root: str) -> Diagnosis:
    """The first cause; `ask` is asked about it once. What no kind of cause knows is told as AWS said it.

    Where the roll-back failed too, what did not go back follows: it is what has to be mended first.
    """
    failed = first_failure(events)
    if failed is None:
        return Diagnosis((), None)
    line = _line(failed, root)
    explanation = explain(failed, ask(failed))
    stuck = [f"did not go back: {_line(event, root)}" for event in not_rolled_back(events) if event != failed]
    if explanation is None:
        return Diagnosis((line, *stuck), None)
    return Diagnosis((line, *explanation.facts, *stuck), explanation.remedy)
