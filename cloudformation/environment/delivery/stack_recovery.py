"""The recovery of each state of a stack: one table, for deploy.py and for the runbook of a bundle.

User guide, "Understand stack creation events" (the states), "Continue rolling back an update" and "Stack failure
options" (the recovery actions). ContinueUpdateRollback and RollbackStack are not interchangeable: the one is for
UPDATE_ROLLBACK_FAILED only, the other for UPDATE_FAILED and CREATE_FAILED.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from cloudformation.statuses import StackStatus


class RecoveryAction(Enum):
    """What leads out of a state."""

    READY = "nothing is to be done: it can be deployed"
    WAIT = "wait until the operation that is at work has ended"
    DISCARD = "delete the empty stack with its change sets"
    DELETE = "delete the stack"
    DELETE_AGAIN = "delete it again, and retain what cannot be deleted"
    ROLL_BACK = "roll the failed update back"
    CONTINUE_ROLLBACK = "fix the resources that did not roll back, or skip them by name, and continue the rollback"
    UNKNOWN = "there is no recovery for this state: see its events"


@dataclass(frozen=True)
class Advice:
    """The recovery action of one state, and why; `safe` where nothing that works can be lost: no name is typed."""

    action: RecoveryAction
    why: str
    safe: bool = False


_READY = Advice(RecoveryAction.READY, "The last operation has ended. The stack can be updated.", safe=True)
_IN_PROGRESS = Advice(RecoveryAction.WAIT, "An operation is in progress.", safe=True)
_ROLLING_BACK = Advice(RecoveryAction.WAIT, "The operation failed and is being rolled back.", safe=True)
_CLEANING_UP = Advice(
    RecoveryAction.WAIT, "The update succeeded. Resources that it replaced are being deleted.", safe=True
)
_CLEANING_UP_AFTER = Advice(
    RecoveryAction.WAIT,
    "The update failed and was rolled back. Resources that it created are being deleted.",
    safe=True,
)
_UNKNOWN_STATE = Advice(RecoveryAction.UNKNOWN, "This program does not know that state.")


class _Advices(dict[StackStatus, Advice]):
    """The advice for each state; a state that CloudFormation has added since has no recovery action here."""

    def __missing__(self, status: StackStatus) -> Advice:
        return _IN_PROGRESS if status.in_progress else _UNKNOWN_STATE


ADVICE: Mapping[StackStatus, Advice] = _Advices(
    {
        StackStatus.CREATE_IN_PROGRESS: _IN_PROGRESS,
        StackStatus.CREATE_FAILED: Advice(
            RecoveryAction.DELETE,
            "Creation failed and was not rolled back. The resources that were created until then still exist.",
        ),
        StackStatus.CREATE_COMPLETE: _READY,
        StackStatus.ROLLBACK_IN_PROGRESS: _ROLLING_BACK,
        StackStatus.ROLLBACK_FAILED: Advice(
            RecoveryAction.DELETE, "Creation failed, and some of the resources that it created could not be deleted."
        ),
        StackStatus.ROLLBACK_COMPLETE: Advice(
            RecoveryAction.DELETE,
            "Creation failed and was rolled back. The stack has no resources and cannot be updated.",
            safe=True,
        ),
        StackStatus.DELETE_IN_PROGRESS: _IN_PROGRESS,
        StackStatus.DELETE_FAILED: Advice(RecoveryAction.DELETE_AGAIN, "Some resources could not be deleted."),
        StackStatus.DELETE_COMPLETE: Advice(
            RecoveryAction.READY,
            "The stack is deleted. A deployment creates a new one.",
            safe=True,
        ),
        StackStatus.UPDATE_IN_PROGRESS: _IN_PROGRESS,
        StackStatus.UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: _CLEANING_UP,
        StackStatus.UPDATE_COMPLETE: _READY,
        StackStatus.UPDATE_FAILED: Advice(
            RecoveryAction.ROLL_BACK,
            "An update failed and was not rolled back. CloudFormation can still return to the state before it.",
            safe=True,
        ),
        StackStatus.UPDATE_ROLLBACK_IN_PROGRESS: _ROLLING_BACK,
        StackStatus.UPDATE_ROLLBACK_FAILED: Advice(
            RecoveryAction.CONTINUE_ROLLBACK,
            "An update failed, and some resources could not be rolled back.",
            safe=True,
        ),
        StackStatus.UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: _CLEANING_UP_AFTER,
        StackStatus.UPDATE_ROLLBACK_COMPLETE: Advice(
            RecoveryAction.READY, "The last update failed and was rolled back.", safe=True
        ),
        StackStatus.REVIEW_IN_PROGRESS: Advice(
            RecoveryAction.DISCARD,
            "The stack has change sets and no resources. It counts against the quota.",
            safe=True,
        ),
        StackStatus.IMPORT_IN_PROGRESS: _IN_PROGRESS,
        StackStatus.IMPORT_COMPLETE: _READY,
        StackStatus.IMPORT_ROLLBACK_IN_PROGRESS: _ROLLING_BACK,
        StackStatus.IMPORT_ROLLBACK_FAILED: Advice(
            RecoveryAction.UNKNOWN, "An import failed and could not be rolled back. This project never imports."
        ),
        StackStatus.IMPORT_ROLLBACK_COMPLETE: Advice(
            RecoveryAction.READY, "The last import failed and was rolled back.", safe=True
        ),
    }
)
