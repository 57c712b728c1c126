"""The deletion of a stack: begun, refused by an export in use, ended."""

from __future__ import annotations

from rehearsal.execution.deletion.settlement import USER, complete, failure_reason, lay_out_all, remember_operation
from rehearsal.execution.tasks.scheduling import schedule, start_ready
from rehearsal.language.output_values import export_in_use
from rehearsal.state.events import stack_event
from rehearsal.state.stacks import Operation, Stack
from rehearsal.state.world import World


def begin_delete(world: World, stack: Stack, operation: Operation) -> None:
    """Remove everything; where another stack imports an export, nothing is touched and the stack goes back."""
    reason = operation.reason or USER
    operation.phase, operation.failed, operation.tasks, operation.kind = "delete", {}, {}, "DELETE"
    remember_operation(stack, operation)
    stack_event(stack, world.clock.now(), "DELETE_IN_PROGRESS", reason)
    operation.reason = export_in_use(world, stack)
    if operation.reason is not None:
        schedule(world, stack, 1.0)
        return
    stack.deleted, stack.interrupted = world.clock.now(), None
    lay_out_all(stack, operation)
    start_ready(world, stack, operation, 1.0)


def end_delete(world: World, stack: Stack, operation: Operation) -> None:
    """The stack is gone, or some resource would not go, or it is what it was before."""
    if operation.reason is not None:
        complete(world, stack, operation.starting, operation.reason)
    elif operation.failed:
        complete(world, stack, "DELETE_FAILED", failure_reason(operation))
    else:
        stack.executed_change_set = None
        stack.protected = False
        complete(world, stack, "DELETE_COMPLETE")
