"""Why an operation failed: the first cause, in the deepest stack, among all that only followed from it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from deployment.aws.texts import says_cancelled, says_embedded, says_of_resources, says_requested
from deployment.diagnosis.causes import explain
from deployment.diagnosis.causes.explanation import Evidence, Explanation
from deployment.stack.events import Event
from deployment.template.resource_path import ResourcePath

_NO_REASON = "no reason was given"
_AT_WORK = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS")
_MOST = 3  # of what was at work and is not explained


@dataclass(frozen=True)
class Cause:
    """What failed first, and in whose words."""

    path: ResourcePath
    type: str
    status: str
    reason: str


def first_cause(events: Sequence[Event]) -> Cause | None:
    """What first_failure finds, as a report has it."""
    failed = first_failure(events)
    return None if failed is None else Cause(failed.path, failed.type, failed.status, failed.reason or _NO_REASON)


def first_failure(events: Sequence[Event]) -> Event | None:
    """The earliest failure that is not a consequence of another; None where the events hold none.

    Consequences are: resources that were cancelled because another failed, and what a parent says of a nested stack
    ("Embedded stack ... was not successfully created"); a nested stack that failed before its own operation began, of
    a template or a parameter, has no other row. A stack may fail by itself too: its time was over, it was cancelled, an
    export, an output or a transform failed. Then its own reason is the cause.
    """
    own = (event for event in events if _fails_itself(event))
    leaves = (event for event in events if event.failed and not event.of_stack and not _is_consequence(event))
    return _earliest([*own, *leaves]) or _earliest(event for event in events if _rolls_back(event) or event.failed)


def interrupted(events: Sequence[Event], failed: Event) -> list[Event]:
    """What was at work when a stack failed by itself, or was cancelled: the latest word of each resource below it.

    Not all of them say afterwards that they were cancelled: what is nested in a stack that is cancelled does not.
    """
    at_work: dict[ResourcePath, Event] = {}
    for event in events:
        if event.of_stack or event.nested or event.at > failed.at or event.path[: len(failed.path)] != failed.path:
            continue
        if says_cancelled(event.reason) or event.status in _AT_WORK:
            at_work[event.path] = event
        else:
            at_work.pop(event.path, None)
    return list(at_work.values()) if failed.of_stack else []


def not_rolled_back(events: Sequence[Event]) -> list[Event]:
    """The resources on which a rollback got stuck, each with what it failed of last.

    A nested stack rolls an update back by itself first, and once more with its parent; one that was created is deleted.
    """
    rolling: set[ResourcePath] = set()
    stuck: dict[ResourcePath, Event] = {}
    for event in events:
        if event.of_stack and "ROLLBACK_IN_PROGRESS" in event.status:
            rolling.add(event.path)
        elif event.of_stack and event.status.endswith("ROLLBACK_COMPLETE"):
            stuck = {path: left for path, left in stuck.items() if path[: len(event.path)] != event.path}
        elif event.of_stack or not _below(event.path, rolling):
            continue
        elif event.failed and not _follows(event):
            stuck[event.path] = event
        elif event.status.endswith("_COMPLETE"):  # it went back, or was deleted, after all
            stuck.pop(event.path, None)
    return list(stuck.values())


def _below(path: ResourcePath, stacks: set[ResourcePath]) -> bool:
    return any(path[:length] in stacks for length in range(len(path)))


def _follows(event: Event) -> bool:
    return event.nested and (event.reason is None or says_embedded(event.reason))


def _is_consequence(event: Event) -> bool:
    return _follows(event) or says_cancelled(event.reason)


def _fails_itself(event: Event) -> bool:
    """Whether a stack itself reports why it failed or rolls back, and not only which of its resources did."""
    if not event.of_stack or event.reason is None or not (event.failed or "ROLLBACK" in event.status):
        return False
    # A nested stack is cancelled with its parent.
    nested_too = bool(event.path) and says_cancelled(event.reason)
    return not (nested_too or says_of_resources(event.reason) or says_requested(event.reason))


def _rolls_back(event: Event) -> bool:
    return event.of_stack and event.reason is not None and "ROLLBACK" in event.status


def _earliest(events: Iterable[Event]) -> Event | None:
    """The first of the deepest: a nested stack rolls back before its parent does."""
    return min(events, key=lambda event: (event.at, -len(event.path)), default=None)


@dataclass(frozen=True)
class Diagnosis:
    """The first failure in a line, what was found out about it, and what to do; nothing is known of some.

    `cancelled`: nothing had failed when the operation was rolled back.
    """

    lines: tuple[str, ...]
    remedy: str | None
    cancelled: bool = False


def _line(event: Event, root: str) -> str:
    return f"{str(event.path) or root} {event.status}: {event.reason or _NO_REASON}"


def diagnose(events: Sequence[Event], ask: Callable[[Event], Evidence], root: str) -> Diagnosis:
    """The first cause; `ask` is asked about it, once, and about what was at work where a stack failed by itself.

    An unknown cause is reported as AWS said it. Where the rollback failed too, what did not roll back follows: it
    is what has to be fixed first.
    """
    failed = first_failure(events)
    if failed is None:
        return Diagnosis(tuple(_line(event, root) for event in _refused(events)), None)
    cancelled = says_cancelled(failed.reason) or (_rolls_back(failed) and says_requested(failed.reason))
    at_work = interrupted(events, failed)
    subjects = [replace(event, reason=failed.reason) for event in at_work] if failed.of_stack else [failed]
    explained = [(event, explanation) for event in subjects if (explanation := explain(event, ask(event)))]
    facts = [fact for event, explanation in explained for fact in _facts(event, explanation, failed)]
    told = {event.path for event, _ in explained}
    others = [f"at work: {event.path} {event.type}" for event in at_work if event.path not in told]
    facts += others[:_MOST] + ([f"at work: {len(others) - _MOST} more"] if len(others) > _MOST else [])
    stuck = [f"did not go back: {_line(event, root)}" for event in not_rolled_back(events) if event != failed]
    remedies = [explanation.remedy for _, explanation in explained]
    return Diagnosis((_line(failed, root), *facts, *stuck), remedies[0] if remedies else None, cancelled)


def _refused(events: Sequence[Event]) -> list[Event]:
    """What the root said last where nothing failed: a deletion that is refused as a whole says why as it ends.

    `Export x cannot be deleted as it is in use by y` comes with the status that the stack had before.
    """
    own = [event for event in events if event.of_stack and not event.path]
    return [own[-1]] if len(own) > 1 and own[-1].reason else []


def _facts(event: Event, explanation: Explanation, failed: Event) -> tuple[str, ...]:
    """What explains a failure; of what was at work when its stack failed, under its own name."""
    head = () if event.path == failed.path else (f"at work: {event.path} {event.type}",)
    return (*head, *explanation.facts)
