"""Roll-backs: of a creation, which removes all it made, and of an update, which restores what it changed."""

from __future__ import annotations

from rehearsal.execution.deletion.cleanups import begin_cleanup
from rehearsal.execution.deletion.settlement import USER, complete, failure_reason, lay_out_all, remember_operation
from rehearsal.execution.rollback.undoing import lay_out_undo
from rehearsal.execution.tasks import nesting
from rehearsal.execution.tasks.scheduling import rename, start_ready
from rehearsal.state.events import stack_event
from rehearsal.state.stacks import STACK_TYPE, Operation, Stack
from rehearsal.state.world import World

_NOTHING_TO_RESTORE = 27.0  # seconds that one such roll-back of an update took until its cleanup


def begin_rollback(world: World, stack: Stack, operation: Operation, reason: str) -> None:
    """Remove everything that a failed creation made; the roll-back is an operation of its own."""
    operation.phase, operation.failed, operation.reason = "rollback", {}, None
    rename(world, stack, operation)
    remember_operation(stack, operation)
    stack.deleted = world.clock.now()
    text = f"{reason.rstrip(' .')}. Rollback requested by user."
    stack_event(stack, world.clock.now(), "ROLLBACK_IN_PROGRESS", text)
    lay_out_all(stack, operation)
    start_ready(world, stack, operation, 1.6)


def end_rollback(world: World, stack: Stack, operation: Operation) -> None:
    """Everything that could be removed is."""
    stack.executed_change_set = None
    stack.outputs = {}
    if operation.failed:
        complete(world, stack, "ROLLBACK_FAILED", failure_reason(operation))
    else:
        complete(world, stack, "ROLLBACK_COMPLETE")


def update_failed(world: World, stack: Stack, operation: Operation) -> None:
    """An update did not get through: it stays as it is, or goes back; a parent learns of it at once."""
    operation.reason = failure_reason(operation)
    if operation.on_failure == "DO_NOTHING":
        _keep_stable(stack, operation)
        complete(world, stack, "UPDATE_FAILED", operation.reason)
        stack.interrupted = operation
        _keep_children(world, stack)
    else:
        begin_undo(world, stack, operation)
        nesting.notify_parent(world, stack)


def _keep_stable(stack: Stack, operation: Operation) -> None:
    """Resources that failed to update stay at their last stable state; those that were updated stay updated."""
    for name, task in operation.tasks.items():
        kept = operation.originals.get(name)
        if task.step == "failed" and kept is not None and kept.type != STACK_TYPE:
            failed = stack.resources[name]
            kept.status, kept.reason, kept.updated = failed.status, failed.reason, failed.updated
            stack.resources[name] = operation.originals.pop(name)


def _keep_children(world: World, stack: Stack) -> None:
    """Nested stacks that had got through wait no longer; what they would clean up stays, for the way back."""
    for _, child in list(world.children(stack)):
        through = child.operation
        if through is not None and through.holding:
            complete(world, child, "UPDATE_COMPLETE")
            child.interrupted = through
            _keep_children(world, child)


def begin_undo(world: World, stack: Stack, operation: Operation) -> None:
    """Restore every resource that the update touched; those to skip are taken as restored."""
    operation.phase, operation.failed = "undo", {}
    operation.holding = operation.cleaning = False
    rename(world, stack, operation)
    remember_operation(stack, operation)
    stack_event(stack, world.clock.now(), "UPDATE_ROLLBACK_IN_PROGRESS", operation.reason)
    lay_out_undo(world, operation, stack)
    start_ready(world, stack, operation, 1.6 if operation.tasks else _NOTHING_TO_RESTORE)


def end_undo(world: World, stack: Stack, operation: Operation) -> None:
    """Everything is as it was, or some resource would not go back and the stack is stuck."""
    if operation.failed:
        operation.reason = None
        complete(world, stack, "UPDATE_ROLLBACK_FAILED", failure_reason(operation))
        stack.interrupted = operation
        return
    assert operation.previous is not None
    stack.target, stack.outputs = operation.previous, operation.previous_outputs
    begin_cleanup(world, stack, operation, "undo-cleanup")


def roll_back(world: World, stack: Stack, token: str | None, *, skip: list[str], retain_except_on_create: bool) -> None:
    """Take an interrupted update back: one that failed and was kept, or a roll-back that is stuck.

    Nested stacks that are in the same state go back with it. `skip` names resources as
    ContinueUpdateRollback does: `LogicalId`, or `<nested stack name>.<LogicalId>`.
    """
    operation = stack.interrupted
    assert operation is not None
    stack.operation, stack.interrupted = operation, None
    operation.reason, operation.token, operation.skip = USER, token, skip
    operation.retain_except_on_create = retain_except_on_create
    begin_undo(world, stack, operation)
