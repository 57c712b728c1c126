"""One operation on one stack, phase by phase: what begins it, what ends it, what follows.

    create   forward -> CREATE_COMPLETE, or rollback -> ROLLBACK_COMPLETE
    update   forward -> cleanup -> UPDATE_COMPLETE, or undo -> undo-cleanup -> UPDATE_ROLLBACK_COMPLETE
    delete   delete -> DELETE_COMPLETE

Nested stacks go through the same phases; where a parent must decide first, a child holds.
"""

from __future__ import annotations

from collections.abc import Callable

from rehearsal.cleanups import begin_cleanup, step_cleanup
from rehearsal.clock import Due
from rehearsal.errors import CloudFormationError
from rehearsal.events import stack_event
from rehearsal.output_values import check_outputs, resolve_outputs
from rehearsal.provisioning import lay_out_forward, step_forward
from rehearsal.removal import step_removal
from rehearsal.rollbacks import begin_rollback, begin_undo, end_rollback, end_undo, update_failed
from rehearsal.scopes import situation
from rehearsal.settlement import USER, complete, failure_reason, lay_out_all, remember_operation
from rehearsal.stacks import Operation, Stack
from rehearsal.tasks import schedule, start_ready
from rehearsal.undoing import step_undo
from rehearsal.world import World


def start(world: World, stack: Stack, operation: Operation) -> None:
    """Begin an operation at once; a nested stack's operation begins by itself."""
    stack.operation = operation
    _BEGIN[operation.kind](world, stack, operation)


def advance(world: World, due: Due) -> None:
    """Take one step that has become due; steps of an operation that is over are passed by."""
    stack = world.state.stacks.get(due.stack_id)
    operation = stack.operation if stack else None
    if stack is None or operation is None or operation.id != due.operation:
        return
    if not due.subject:
        _PHASES[operation.phase](world, stack, operation)
    elif due.subject in operation.tasks:
        _STEPS[operation.phase](world, stack, operation, due.subject)


def _begin(world: World, stack: Stack, operation: Operation) -> None:
    _BEGIN[operation.kind](world, stack, operation)


def _begin_create(world: World, stack: Stack, operation: Operation) -> None:
    stack.target = operation.target
    stack.created = stack.created or world.clock.now()
    _begin_forward(world, stack, operation, "CREATE_IN_PROGRESS", 2.0)


def _begin_update(world: World, stack: Stack, operation: Operation) -> None:
    operation.previous, operation.previous_outputs = stack.target, dict(stack.outputs)
    stack.target, stack.updated = operation.target, world.clock.now()
    _begin_forward(world, stack, operation, "UPDATE_IN_PROGRESS", 5.0)


def _begin_forward(world: World, stack: Stack, operation: Operation, status: str, delay: float) -> None:
    operation.phase = "forward"
    remember_operation(stack, operation)
    stack_event(stack, world.clock.now(), status, USER)
    try:
        found = situation(world, stack, operation.target)
        check_outputs(found, world.types(stack.region))
    except CloudFormationError as error:
        operation.reason = error.message
        schedule(world, stack, delay)
        return
    lay_out_forward(operation, found)
    start_ready(world, stack, operation, delay)


def _begin_delete(world: World, stack: Stack, operation: Operation) -> None:
    operation.phase, operation.failed = "delete", {}
    stack.deleted = world.clock.now()
    remember_operation(stack, operation)
    stack_event(stack, world.clock.now(), "DELETE_IN_PROGRESS", operation.reason or USER)
    operation.reason = None
    lay_out_all(stack, operation)
    start_ready(world, stack, operation, 1.0)


def _end_forward(world: World, stack: Stack, operation: Operation) -> None:
    """Every resource has had its turn: the stack is complete, or goes back."""
    if not operation.failed and operation.reason is None:
        try:
            stack.outputs = resolve_outputs(world, stack, operation.target)
        except CloudFormationError as error:
            operation.reason = error.message
    if operation.failed or operation.reason is not None:
        _ON_FAILURE[operation.kind](world, stack, operation)
    elif operation.kind == "CREATE":
        complete(world, stack, "CREATE_COMPLETE")
    else:
        begin_cleanup(world, stack, operation, "cleanup")


def _create_failed(world: World, stack: Stack, operation: Operation) -> None:
    reason = failure_reason(operation)
    if stack.parent or operation.on_failure == "DO_NOTHING":
        complete(world, stack, "CREATE_FAILED", reason)
    elif operation.on_failure == "DELETE":
        operation.reason = f"{reason.rstrip()} . Delete requested by user."
        operation.id = world.uuid()
        _begin_delete(world, stack, operation)
    else:
        begin_rollback(world, stack, operation, reason)


def _end_delete(world: World, stack: Stack, operation: Operation) -> None:
    if operation.failed:
        complete(world, stack, "DELETE_FAILED", failure_reason(operation))
        return
    stack.executed_change_set = None
    stack.protected = False
    complete(world, stack, "DELETE_COMPLETE")


_BEGIN: dict[str, Callable[[World, Stack, Operation], None]] = {
    "CREATE": _begin_create,
    "UPDATE": _begin_update,
    "DELETE": _begin_delete,
}
_ON_FAILURE: dict[str, Callable[[World, Stack, Operation], None]] = {"CREATE": _create_failed, "UPDATE": update_failed}
_PHASES: dict[str, Callable[[World, Stack, Operation], None]] = {
    "begin": _begin,
    "forward": _end_forward,
    "rollback": end_rollback,
    "delete": _end_delete,
    "cleanup": step_cleanup,
    "undo-begin": begin_undo,
    "undo": end_undo,
    "undo-cleanup": step_cleanup,
}
_STEPS: dict[str, Callable[[World, Stack, Operation, str], None]] = {
    "forward": step_forward,
    "rollback": step_removal,
    "delete": step_removal,
    "cleanup": step_removal,
    "undo": step_undo,
    "undo-cleanup": step_removal,
}
