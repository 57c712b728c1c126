"""What CloudFormation says of a stack and its resources while an operation is under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from deployment.template.resource_path import ResourcePath
from deployment.template.template import STACK_TYPE


class ResourceStatus(Enum):
    """CloudFormation's ResourceStatus, and what a stack says of itself in its own events."""

    CREATE_IN_PROGRESS = "CREATE_IN_PROGRESS"
    CREATE_FAILED = "CREATE_FAILED"
    CREATE_COMPLETE = "CREATE_COMPLETE"
    DELETE_IN_PROGRESS = "DELETE_IN_PROGRESS"
    DELETE_FAILED = "DELETE_FAILED"
    DELETE_COMPLETE = "DELETE_COMPLETE"
    DELETE_SKIPPED = "DELETE_SKIPPED"
    UPDATE_IN_PROGRESS = "UPDATE_IN_PROGRESS"
    UPDATE_FAILED = "UPDATE_FAILED"
    UPDATE_COMPLETE = "UPDATE_COMPLETE"
    IMPORT_FAILED = "IMPORT_FAILED"
    IMPORT_COMPLETE = "IMPORT_COMPLETE"
    IMPORT_IN_PROGRESS = "IMPORT_IN_PROGRESS"
    IMPORT_ROLLBACK_IN_PROGRESS = "IMPORT_ROLLBACK_IN_PROGRESS"
    IMPORT_ROLLBACK_FAILED = "IMPORT_ROLLBACK_FAILED"
    IMPORT_ROLLBACK_COMPLETE = "IMPORT_ROLLBACK_COMPLETE"
    EXPORT_FAILED = "EXPORT_FAILED"
    EXPORT_COMPLETE = "EXPORT_COMPLETE"
    EXPORT_IN_PROGRESS = "EXPORT_IN_PROGRESS"
    EXPORT_ROLLBACK_IN_PROGRESS = "EXPORT_ROLLBACK_IN_PROGRESS"
    EXPORT_ROLLBACK_FAILED = "EXPORT_ROLLBACK_FAILED"
    EXPORT_ROLLBACK_COMPLETE = "EXPORT_ROLLBACK_COMPLETE"
    UPDATE_ROLLBACK_IN_PROGRESS = "UPDATE_ROLLBACK_IN_PROGRESS"
    UPDATE_ROLLBACK_COMPLETE = "UPDATE_ROLLBACK_COMPLETE"
    UPDATE_ROLLBACK_FAILED = "UPDATE_ROLLBACK_FAILED"
    ROLLBACK_IN_PROGRESS = "ROLLBACK_IN_PROGRESS"
    ROLLBACK_COMPLETE = "ROLLBACK_COMPLETE"
    ROLLBACK_FAILED = "ROLLBACK_FAILED"


@dataclass(frozen=True)
class Event:
    """One event; `path` leads from the root, and is the stack's own path for what a stack says of itself.

    `status` stays text: a stack's own events carry StackStatus values, all others ResourceStatus values.
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
        """Whether this event tells of a failure."""
        return self.status.endswith("_FAILED")

    @property
    def nested(self) -> bool:
        """Whether this is what a parent says of a nested stack."""
        return self.type == STACK_TYPE and not self.of_stack


@dataclass(frozen=True)
class Operation:
    """What to follow: the root stack's ARN, the token that started it, and the server's time from which it counts."""

    stack: str
    token: str
    since: datetime
    known: frozenset[str] = frozenset()
    """Ids of events that stood in the root's log before: they are not of this operation."""
    also: frozenset[str] = frozenset()
    """Tokens of further requests whose events are of this operation, such as a cancellation."""
    nested: bool = False
    """Whether that stack has a parent: then it cannot be cancelled by itself."""
