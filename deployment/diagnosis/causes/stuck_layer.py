"""A nested stack takes no update: an operation of its own left it in a state that its parent knows nothing of."""

from deployment.aws.texts import named
from deployment.diagnosis.causes.explanation import Evidence, Explanation
from deployment.stack.events import Event

# `Stack:arn:... is in UPDATE_ROLLBACK_FAILED state and can not be updated.`
_stuck_in = named(r"^Stack:\S+ is in (\w+_FAILED) state and can not be updated")


def explain(failed: Event, evidence: Evidence) -> Explanation | None:
    """The nested stack that is stuck; it stays so whatever else is deployed."""
    status = _stuck_in(failed.reason) if failed.nested else None
    if status is None:
        return None
    facts = (f"nested stack {failed.path} is itself in {status}",)
    return Explanation("stuck layer", facts, "do what the action recover says of the stuck nested stack")
