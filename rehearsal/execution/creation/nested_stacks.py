"""A nested stack as a resource of its parent: it is made, and looked at until it is done or has failed."""

from rehearsal.execution.tasks import nesting
from rehearsal.execution.tasks.resource_steps import complete, hangs, refuse, verb_of
from rehearsal.execution.tasks.turns import Turn
from rehearsal.state.events import INITIATED
from rehearsal.state.stacks import Stack


def make_child(turn: Turn) -> None:
    """The stack below gets its id and begins, or is refused. Errors: CloudFormationError."""
    resource = turn.resource
    child = _prepared_child(turn) or nesting.new_child(turn.world, turn.stack, turn.key)
    resource.physical_id = resource.ref = child.id
    nesting.ask_create(turn, child, resource.properties)
    turn.task.step = "child"
    turn.show("CREATE_IN_PROGRESS", INITIATED)


def _prepared_child(turn: Turn) -> Stack | None:
    """The empty stack that a nested change set left for this resource, if one did."""
    wanted = (turn.stack.id, turn.key, "REVIEW_IN_PROGRESS")
    living = turn.world.living(turn.stack.region)
    return next((child for child in living if (child.parent, child.parent_logical_id, child.status) == wanted), None)


def look_at_child(turn: Turn) -> None:
    """What a nested stack's state means for its resource in the parent. Errors: ValidationError, it failed."""
    child = turn.child
    assert child is not None
    at_work = child.operation
    if at_work is not None and (at_work.phase == "begin" or not (at_work.holding or _rolling_back(child))):
        return  # until it begins, its status is that of the operation before
    if hangs(turn, verb_of(turn)):
        return
    if child.status == "CREATE_FAILED":
        refuse(nesting.failure(child, "created"))
    if _rolling_back(child):
        refuse(nesting.update_failure(child, at_work.reason if at_work else child.reason))
    complete(turn)


def _rolling_back(child: Stack) -> bool:
    return child.status.startswith("UPDATE_ROLLBACK") or child.status == "UPDATE_FAILED"
