"""Why an operation failed: the first cause, in the deepest stack, among all that only followed from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from deployment.aws import says_cancelled
from deployment.events import Event


@dataclass(frozen=True)
class Cause:
    """What failed first, and in whose words."""

    path: tuple[str, ...]
    type: str
    status: str
    reason: str


def first_cause(events: Sequence[Event]) -> Cause | None:
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


def _earliest(events: Iterable[Event]) -> Cause | None:
    """The first of the deepest: a nested stack rolls back before its parent does."""
    found = min(events, key=lambda event: (event.at, -len(event.path)), default=None)
    return None if found is None else Cause(found.path, found.type, found.status, found.reason or "no reason was given")
