"""What leads out of each state of a stack: one table, for deploy.py and for the runbook of a bundle.

User guide, "Understand stack creation events" (the states), "Continue rolling back an update" and "Stack failure
options" (the ways out). ContinueUpdateRollback and RollbackStack are not interchangeable: the one is for
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
    CONTINUE_ROLLBACK = "mend what would not go back, or skip it by name, and continue the rollback"
    UNKNOWN = "nothing here leads out of it: see what its events say"


@dataclass(frozen=True)
class Advice:
    """The way out of one state, and why; `safe` where nothing that works can be lost: no name is to be typed."""

    action: RecoveryAction
    why: str
    safe: bool = False


_READY = Advice(RecoveryAction.READY, "the last operation has ended and the stack takes the next one", safe=True)
_AT_WORK = Advice(RecoveryAction.WAIT, "an operation is at work", safe=True)
_ROLLING_BACK = Advice(RecoveryAction.WAIT, "the operation failed, and what it did is being rolled back", safe=True)
_CLEANING_UP = Advice(
    RecoveryAction.WAIT, "the update is done, and what it took out of use is being removed", safe=True
)
_CLEANING_UP_AFTER = Advice(
    RecoveryAction.WAIT, "the update failed and was rolled back, and what it had made is being removed", safe=True
)
_UNHEARD = Advice(RecoveryAction.UNKNOWN, "this program does not know that state")


class _Advices(dict[StackStatus, Advice]):
    """The advice for each state; one that CloudFormation has learned since has no way out here."""

    def __missing__(self, status: StackStatus) -> Advice:
        return _AT_WORK if status.in_progress else _UNHEARD


ADVICE: Mapping[StackStatus, Advice] = _Advices(
    {
        StackStatus.CREATE_IN_PROGRESS: _AT_WORK,
        StackStatus.CREATE_FAILED: Advice(
            RecoveryAction.DELETE, "the creation failed and was not rolled back: what was made until then still stands"
        ),
        StackStatus.CREATE_COMPLETE: _READY,
        StackStatus.ROLLBACK_IN_PROGRESS: _ROLLING_BACK,
        StackStatus.ROLLBACK_FAILED: Advice(
            RecoveryAction.DELETE, "the creation failed, and what it had made could not all be removed"
        ),
        StackStatus.ROLLBACK_COMPLETE: Advice(
            RecoveryAction.DELETE,
            "the creation failed and was taken back: the stack holds nothing and takes no update",
            safe=True,
        ),
        StackStatus.DELETE_IN_PROGRESS: _AT_WORK,
        StackStatus.DELETE_FAILED: Advice(RecoveryAction.DELETE_AGAIN, "some resources could not be deleted"),
        StackStatus.DELETE_COMPLETE: Advice(
            RecoveryAction.READY,
            "the stack is gone; a deployment makes a new one",
            safe=True,
        ),
        StackStatus.UPDATE_IN_PROGRESS: _AT_WORK,
        StackStatus.UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: _CLEANING_UP,
        StackStatus.UPDATE_COMPLETE: _READY,
        StackStatus.UPDATE_FAILED: Advice(
            RecoveryAction.ROLL_BACK,
            "an update failed and was not rolled back; the state before it is still known",
            safe=True,
        ),
        StackStatus.UPDATE_ROLLBACK_IN_PROGRESS: _ROLLING_BACK,
        StackStatus.UPDATE_ROLLBACK_FAILED: Advice(
            RecoveryAction.CONTINUE_ROLLBACK,
            "an update failed, and some resources did not go back to what they were",
            safe=True,
        ),
        StackStatus.UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: _CLEANING_UP_AFTER,
        StackStatus.UPDATE_ROLLBACK_COMPLETE: Advice(RecoveryAction.READY, "the last update was taken back", safe=True),
        StackStatus.REVIEW_IN_PROGRESS: Advice(
            RecoveryAction.DISCARD,
            "it is a name with change sets and holds no resources; it counts against the quota",
            safe=True,
        ),
        StackStatus.IMPORT_IN_PROGRESS: _AT_WORK,
        StackStatus.IMPORT_COMPLETE: _READY,
        StackStatus.IMPORT_ROLLBACK_IN_PROGRESS: _ROLLING_BACK,
        StackStatus.IMPORT_ROLLBACK_FAILED: Advice(
            RecoveryAction.UNKNOWN, "an import failed and could not be taken back; this project never imports"
        ),
        StackStatus.IMPORT_ROLLBACK_COMPLETE: Advice(RecoveryAction.READY, "the last import was taken back", safe=True),
    }
)
