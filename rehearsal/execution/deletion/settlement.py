"""The end of an operation: the final status, its reason, and the notification of the parent."""

from rehearsal.execution.deletion.removal import lay_out_removal
from rehearsal.execution.tasks import nesting
from rehearsal.execution.tasks.turns import Execution
from rehearsal.state.stacks import Operation

USER = "User Initiated"
_VERBS = {"create": "create", "update": "update", "delete": "delete", "rollback": "update"}


def complete(execution: Execution, status: str, reason: str | None = None) -> None:
    """The operation is over; the parent, if there is one, looks at its child."""
    world, stack, operation = execution.world, execution.stack, execution.operation
    execution.event(status, reason)
    if operation.change_set in stack.change_sets:
        failed = "ROLLBACK" in status or status.endswith("FAILED")
        stack.change_sets[operation.change_set].execution = "EXECUTE_FAILED" if failed else "EXECUTE_COMPLETE"
    world.agenda.drop(stack.id, operation.id)
    stack.operation = None
    nesting.notify_parent(world, stack)


def failure_reason(operation: Operation) -> str:
    """AWS's sentence about what failed: `The following resource(s) failed to create: [A, B]. `"""
    sentences = [
        f"The following resource(s) failed to {verb}: [{', '.join(operation.failed[key])}]. "
        for key, verb in _VERBS.items()
        if operation.failed.get(key)
    ]
    return operation.reason or "".join(sentences)


def remember_operation(execution: Execution) -> None:
    """What DescribeStacks shows as LastOperations: a rollback comes before the operation that it undoes."""
    stack, operation = execution.stack, execution.operation
    if operation.phase not in ("rollback", "undo"):
        stack.last_operations = [{"OperationType": f"{operation.kind}_STACK", "OperationId": operation.id}]
        return
    kind = "CONTINUE_ROLLBACK" if stack.status == "UPDATE_ROLLBACK_FAILED" else "ROLLBACK"
    stack.last_operations = [{"OperationType": kind, "OperationId": operation.id}, *stack.last_operations[:1]]


def lay_out_all(execution: Execution) -> None:
    """Tasks that remove everything the stack has."""
    lay_out_removal(execution.operation, [entry for entry in execution.stack.resources.values() if entry.exists])
