"""The deletion of a stack: begun, refused by an export in use, ended."""

from rehearsal.execution.deletion.settlement import USER, complete, failure_reason, lay_out_all, remember_operation
from rehearsal.execution.tasks.turns import Execution, start_ready
from rehearsal.language.output_values import export_in_use


def begin_delete(execution: Execution) -> None:
    """Remove everything; where another stack imports an export, nothing is touched and the stack goes back."""
    world, stack, operation = execution.world, execution.stack, execution.operation
    reason = operation.reason or USER
    operation.phase, operation.failed, operation.tasks, operation.kind = "delete", {}, {}, "DELETE"
    remember_operation(execution)
    execution.event("DELETE_IN_PROGRESS", reason)
    operation.reason = export_in_use(world, stack)
    if operation.reason is not None:
        execution.schedule(1.0)
        return
    stack.deleted, stack.interrupted = world.clock.now(), None
    lay_out_all(execution)
    start_ready(execution, 1.0)


def end_delete(execution: Execution) -> None:
    """The stack is gone, or some resource would not go, or it is what it was before."""
    stack, operation = execution.stack, execution.operation
    if operation.reason is not None:
        complete(execution, operation.starting, operation.reason)
    elif operation.failed:
        complete(execution, "DELETE_FAILED", failure_reason(operation))
    else:
        stack.executed_change_set, stack.protected = None, False
        complete(execution, "DELETE_COMPLETE")
