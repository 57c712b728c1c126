"""The rollback of an update: every resource it touched goes back to what it was."""

import copy

from rehearsal.execution.tasks import nesting
from rehearsal.execution.tasks.identities import renew
from rehearsal.execution.tasks.paces import seconds_of
from rehearsal.execution.tasks.resource_steps import Steps, hangs, refuse
from rehearsal.execution.tasks.turns import Execution, Turn, lay_out, settle
from rehearsal.properties.secret_values import with_secrets
from rehearsal.state.stacks import STACK_TYPE, Stack, StackResource, Task


def lay_out_undo(execution: Execution) -> None:
    """One task for every resource that the update touched and that existed before; new ones wait for the cleanup."""
    originals = execution.operation.originals
    tasks = {name: Task(name, action=_undo_action(execution, original)) for name, original in originals.items()}
    lay_out(execution.operation, {name: original.depends for name, original in originals.items()}, tasks)


def _undo_action(execution: Execution, original: StackResource) -> str:
    """skip (as the caller asks), renew, put back (what was never changed, or is only to be named again) or update."""
    name, stack, operation = original.logical_id, execution.stack, execution.operation
    current, before = stack.resources[name], operation.tasks.get(name)
    if name in operation.skip:
        return "skip"
    replaced = current.physical_id != original.physical_id
    if replaced and execution.world.kind(stack.region, original.type).deletes_before_creating:
        return "renew"
    failed = current.status == "UPDATE_FAILED" or (before is not None and before.step in ("failed", "cancelled"))
    return "put back" if replaced or failed else "update"


def _begin(turn: Turn) -> None:
    current, original, action = turn.resource, turn.operation.originals[turn.key], turn.task.action
    if action != "renew" and current.physical_id != original.physical_id and current.exists:
        turn.operation.superseded.append(current)
    turn.stack.resources[turn.key] = copy.deepcopy(original)
    if action == "skip":
        _restored(turn)
    elif original.type == STACK_TYPE:
        _begin_child(turn)
    elif action == "put back":
        _finish(turn)
    else:
        turn.show("UPDATE_IN_PROGRESS")
        turn.task.step = "made"
        turn.go_on(seconds_of(turn.operation, original, "update"))


def _begin_child(turn: Turn) -> None:
    """A nested stack that had begun, finished or got stuck goes back too; one that had nothing to do stays."""
    child = turn.child
    assert child is not None
    if turn.task.action == "update":
        turn.show("UPDATE_IN_PROGRESS")
    turn.task.step = "child"
    if child.interrupted is not None:
        child.operation, child.interrupted = child.interrupted, None
        child.operation.reason, child.operation.token = turn.operation.reason, turn.operation.token
    turn.world.touched.add(child.id)
    at_work = child.operation
    if at_work is not None and at_work.phase == "begin":
        child.operation = None  # it has not touched anything yet
    elif at_work is not None and at_work.phase in ("cleanup", "forward", "undo"):
        if child.status != "UPDATE_ROLLBACK_IN_PROGRESS":
            at_work.skip = _skipped_in(child, turn.operation.skip)
            at_work.phase, at_work.holding = "undo-begin", False
            Execution(turn.world, child, at_work).schedule(0.0)
        return
    turn.go_on(0.2)


def _skipped_in(child: Stack, skip: list[str]) -> list[str]:
    """The resources to skip that are of this nested stack, and those that are named below it.

    ContinueUpdateRollback names them `<nested stack name>.<LogicalId>`.
    """
    own = [name.partition(".")[2] for name in skip if name.startswith(f"{child.name}.")]
    return own + [name for name in skip if "." in name]


def _finish(turn: Turn) -> None:
    if hangs(turn, "rollback"):
        return
    if turn.task.action == "renew":
        renew(turn)
    elif turn.task.action == "update":
        with_secrets(turn.world, turn.stack, turn.resource)  # refused where a secret that it had is gone
    _restored(turn)


def _stuck(turn: Turn, reason: str) -> None:
    turn.show("UPDATE_FAILED", reason)
    turn.operation.failed.setdefault("rollback", []).append(turn.key)
    settle(turn, "failed")


def _restored(turn: Turn) -> None:
    del turn.operation.originals[turn.key]
    turn.finish("UPDATE_COMPLETE")


def _look_at_child(turn: Turn) -> None:
    child = turn.child
    assert child is not None
    if not child.busy and child.status == "UPDATE_ROLLBACK_FAILED":
        refuse(nesting.update_failure(child, child.reason))
    if not child.busy or (child.operation is not None and child.operation.holding):
        _finish(turn)


UNDO = Steps({"waiting": _begin, "made": _finish, "child": _look_at_child}, refused=_stuck)
