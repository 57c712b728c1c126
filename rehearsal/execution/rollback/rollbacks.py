"""Rollbacks: of a creation, which removes all it made, and of an update, which restores what it changed."""

from rehearsal.execution.deletion.cleanups import begin_cleanup
from rehearsal.execution.deletion.settlement import USER, complete, failure_reason, lay_out_all, remember_operation
from rehearsal.execution.rollback.undoing import lay_out_undo
from rehearsal.execution.tasks import nesting
from rehearsal.execution.tasks.turns import Execution, start_ready
from rehearsal.state.stacks import STACK_TYPE, Stack
from rehearsal.state.world import World

_NOTHING_TO_RESTORE = 27.0  # seconds that one such rollback of an update took until its cleanup


def begin_rollback(execution: Execution, reason: str) -> None:
    """Remove everything that a failed creation made; the rollback is an operation of its own."""
    operation = execution.operation
    operation.phase, operation.failed, operation.reason = "rollback", {}, None
    execution.rename()
    remember_operation(execution)
    execution.stack.deleted = execution.world.clock.now()
    execution.event("ROLLBACK_IN_PROGRESS", f"{reason.rstrip(' .')}. Rollback requested by user.")
    lay_out_all(execution)
    start_ready(execution, 1.6)


def end_rollback(execution: Execution) -> None:
    """Everything that could be removed is."""
    execution.stack.executed_change_set = None
    if execution.operation.failed:
        complete(execution, "ROLLBACK_FAILED", failure_reason(execution.operation))
    else:
        complete(execution, "ROLLBACK_COMPLETE")


def update_failed(execution: Execution) -> None:
    """An update did not get through: it stays as it is, or goes back; a parent learns of it at once."""
    operation = execution.operation
    operation.reason = failure_reason(operation)
    if operation.on_failure == "DO_NOTHING":
        _keep_stable(execution)
        _keep(execution, "UPDATE_FAILED", operation.reason)
    else:
        begin_undo(execution)
        nesting.notify_parent(execution.world, execution.stack)


def _keep_stable(execution: Execution) -> None:
    """Resources that failed to update stay at their last stable state; those that were updated stay updated."""
    resources, originals = execution.stack.resources, execution.operation.originals
    for name, task in execution.operation.tasks.items():
        kept = originals.get(name)
        if task.step == "failed" and kept is not None and kept.type != STACK_TYPE:
            failed = resources[name]
            kept.status, kept.reason, kept.updated = failed.status, failed.reason, failed.updated
            resources[name] = originals.pop(name)


def _keep(execution: Execution, status: str, reason: str | None = None) -> None:
    """End an update so that it can still go back; nested stacks that had got through wait no longer for theirs."""
    complete(execution, status, reason)
    execution.stack.interrupted = execution.operation
    for _, child in list(execution.world.children(execution.stack)):
        if child.operation is not None and child.operation.holding:
            _keep(Execution(execution.world, child, child.operation), "UPDATE_COMPLETE")


def begin_undo(execution: Execution) -> None:
    """Restore every resource that the update touched; those to skip are taken as restored."""
    operation = execution.operation
    operation.phase, operation.failed = "undo", {}
    operation.holding = operation.cleaning = False
    execution.rename()
    remember_operation(execution)
    execution.event("UPDATE_ROLLBACK_IN_PROGRESS", operation.reason)
    lay_out_undo(execution)
    start_ready(execution, 1.6 if operation.tasks else _NOTHING_TO_RESTORE)


def end_undo(execution: Execution) -> None:
    """Everything is as it was, or some resource would not go back and the stack is stuck."""
    stack, operation = execution.stack, execution.operation
    if operation.failed:
        operation.reason = None
        complete(execution, "UPDATE_ROLLBACK_FAILED", failure_reason(operation))
        stack.interrupted = operation
        return
    assert operation.previous is not None
    stack.target, stack.outputs = operation.previous, operation.previous_outputs
    begin_cleanup(execution, "undo-cleanup")


def roll_back(world: World, stack: Stack, token: str | None, *, skip: list[str], retain_except_on_create: bool) -> None:
    """Roll back an interrupted update: one that failed and was not rolled back, or a rollback that

    is stuck. Nested stacks in the same state are rolled back with it. `skip` names resources as
    ContinueUpdateRollback does: `LogicalId`, or `<nested stack name>.<LogicalId>`.
    """
    operation = stack.interrupted
    assert operation is not None
    stack.operation, stack.interrupted = operation, None
    operation.reason, operation.token, operation.skip = USER, token, skip
    operation.retain_except_on_create = retain_except_on_create
    begin_undo(Execution(world, stack, operation))
