"""Why an operation failed: the first cause, in the deepest stack, among all that only followed from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from deployment.aws import says_cancelled
from deployment.causes import explain
from deployment.causes.explanation import Evidence
from deployment.events import Event

_NO_REASON = "no reason was given"


@dataclass(frozen=True)
class Cause:
    """What failed first, and in whose words."""

    path: tuple[str, ...]
    type: str
    status: str
    reason: str


def first_cause(events: Sequence[Event]) -> Cause | None:
    """What first_failure finds, as a report tells it."""
    found = first_failure(events)
    return None if found is None else Cause(found.path, found.type, found.status, found.reason or _NO_REASON)


def first_failure(events: Sequence[Event]) -> Event | None:
    """The earliest failure that is not a consequence of another; None where the events hold none.

    Consequences are: resources that were cancelled because another failed, and what a parent says of a nested stack
    ("Embedded stack ... was not successfully created"). Exports, outputs and transforms fail without any resource:
    then the stack's own reason for rolling back is all there is.
    """
    leaves = [event for event in events if event.failed and not event.nested and not event.of_stack]
    return (
        _earliest(event for event in leaves if not says_cancelled(event.reason))
        or _earliest(event for event in events if _rolls_back(event))
        or _earliest(event for event in events if event.failed)
    )


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


def diagnose(events: Sequence[Event], ask: Callable[[Event], Evidence], root: str) -> Diagnosis:
    """The first cause; `ask` is asked about it once. What no kind of cause knows is told as AWS said it."""
    failed = first_failure(events)
    if failed is None:
        return Diagnosis((), None)
    line = f"{'/'.join(failed.path) or root} {failed.status}: {failed.reason or _NO_REASON}"
    found = explain(failed, ask(failed))
    return Diagnosis((line,), None) if found is None else Diagnosis((line, *found.facts), found.remedy)
