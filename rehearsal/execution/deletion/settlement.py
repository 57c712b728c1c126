"""The end of an operation: the status it leaves, the reason it gives, who is told."""

from __future__ import annotations

from rehearsal.execution.deletion.removal import lay_out_removal
from rehearsal.execution.tasks import nesting
from rehearsal.state.events import stack_event
from rehearsal.state.stacks import Operation, Stack
from rehearsal.state.world import World

USER = "User Initiated"
_VERBS = {"create": "create", "update": "update", "delete": "delete", "rollback": "update"}


def complete(world: World, stack: Stack, status: str, reason: str | None = None) -> None:
    """The operation is over; the parent, if there is one, looks at its child."""
    stack_event(stack, world.clock.now(), status, reason)
    if stack.operation is not None and stack.operation.change_set in stack.change_sets:
        failed = "ROLLBACK" in status or status.endswith("FAILED")
        stack.change_sets[stack.operation.change_set].execution = "EXECUTE_FAILED" if failed else "EXECUTE_COMPLETE"
    if stack.operation is not None:
        world.agenda.drop(stack.id, stack.operation.id)
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


def remember_operation(stack: Stack, operation: Operation) -> None:
    """What DescribeStacks shows as LastOperations: a roll-back comes before the operation that it undoes."""
    if operation.phase not in ("rollback", "undo"):
        stack.last_operations = [{"OperationType": f"{operation.kind}_STACK", "OperationId": operation.id}]
        return
    kind = "CONTINUE_ROLLBACK" if stack.status == "UPDATE_ROLLBACK_FAILED" else "ROLLBACK"
    stack.last_operations = [{"OperationType": kind, "OperationId": operation.id}, *stack.last_operations[:1]]


def lay_out_all(stack: Stack, operation: Operation) -> None:
    """Tasks that remove everything the stack has."""
    lay_out_removal(operation, [entry for entry in stack.resources.values() if entry.exists])
