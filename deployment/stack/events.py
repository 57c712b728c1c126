"""What CloudFormation reports of a stack and its resources during an operation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cloudformation.statuses import StackStatus
from deployment.template.resource_path import ResourcePath
from deployment.template.template import STACK_TYPE


@dataclass(frozen=True)
class Event:
    """One event; `path` leads from the root, and is the stack's own path for what a stack reports of itself.

    `status` stays text: a stack's own events have StackStatus values, all others ResourceStatus values.
    """

    id: str
    at: datetime
    stack: str
    path: ResourcePath
    type: str
    physical_id: str
    status: str
    reason: str | None
    of_stack: bool
    properties: str | None = None

    @property
    def failed(self) -> bool:
        """Whether this event reports a failure."""
        return self.status.endswith("_FAILED")

    @property
    def nested(self) -> bool:
        """Whether a parent reports a nested stack with this event."""
        return self.type == STACK_TYPE and not self.of_stack


@dataclass(frozen=True)
class Operation:
    """What to follow: the root stack's ARN, the token that started it, and the server's time from which it counts."""

    stack: str
    token: str
    since: datetime
    known: frozenset[str] = frozenset()
    """Ids of events that were in the root's log before: they do not belong to this operation."""
    also: frozenset[str] = frozenset()
    """Tokens of further requests whose events are of this operation, such as a cancellation."""
    nested: bool = False
    """Whether that stack has a parent: then it cannot be cancelled by itself."""


@dataclass(frozen=True)
class Duration:
    """The duration of one nested stack's operation."""

    path: ResourcePath
    seconds: float


def layer_durations(events: Sequence[Event]) -> tuple[Duration, ...]:
    """The duration of each nested stack's operation, by its parent's events, in the order of their start."""
    spans: dict[ResourcePath, list[Event]] = {}
    for event in events:
        if event.nested and event.status != StackStatus.REVIEW_IN_PROGRESS.value:
            spans.setdefault(event.path, []).append(event)
    return tuple(Duration(path, span_seconds(span)) for path, span in spans.items())


def span_seconds(events: Sequence[Event]) -> float:
    """From the first of these events to the last, by the server's clock."""
    return (events[-1].at - events[0].at).total_seconds() if events else 0.0
