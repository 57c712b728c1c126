"""One operation on one stack, phase by phase: what begins it, what ends it, what follows.

    create   forward -> CREATE_COMPLETE, or rollback -> ROLLBACK_COMPLETE
    update   forward -> cleanup -> UPDATE_COMPLETE, or undo -> undo-cleanup -> UPDATE_ROLLBACK_COMPLETE
    delete   delete -> DELETE_COMPLETE

Nested stacks go through the same phases; where a parent must decide first, a child holds.
"""

from __future__ import annotations

from collections.abc import Callable

from cloudformation.refusals import CloudFormationError
from rehearsal.execution.creation.provisioning import lay_out_forward, step_forward
from rehearsal.execution.deletion.cleanups import begin_cleanup, step_cleanup
from rehearsal.execution.deletion.deletions import begin_delete, end_delete
from rehearsal.execution.deletion.removal import step_removal
from rehearsal.execution.deletion.settlement import USER, complete, failure_reason, remember_operation
from rehearsal.execution.rollback.rollback_triggers import check_triggers, monitors, watch
from rehearsal.execution.rollback.rollbacks import begin_rollback, begin_undo, end_rollback, end_undo, update_failed
from rehearsal.execution.rollback.undoing import step_undo
from rehearsal.execution.tasks.failing import abort, cancel_others
from rehearsal.execution.tasks.scheduling import UNCANCELLABLE, rename, schedule, start_ready
from rehearsal.execution.tasks.stack_policies import denial
from rehearsal.language.output_values import check_outputs, resolve_outputs
from rehearsal.language.scopes import Situation, situation
from rehearsal.properties.property_checks import refused_early
from rehearsal.state.clock import Due
from rehearsal.state.events import resource_event, stack_event
from rehearsal.state.stacks import Operation, Stack, StackResource
from rehearsal.state.world import World

TIME_IS_UP = "(time is up)"  # no logical id looks like it
_TOO_LONG = "Stack creation time exceeded the specified timeout"


def start(world: World, stack: Stack, operation: Operation) -> None:
    """Begin an operation at once; a nested stack's operation begins by itself."""
    if stack.operation is not None:
        cancel_others(world, stack, stack.operation)
        world.agenda.drop(stack.id, stack.operation.id)
    operation.starting, stack.operation = stack.status, operation
    _BEGIN[operation.kind](world, stack, operation)


def advance(world: World, due: Due) -> None:
    """Take one step that has become due; steps of an operation that is over are passed by."""
    stack = world.state.stacks.get(due.stack_id)
    operation = stack.operation if stack else None
    if stack is None or operation is None or operation.id != due.operation:
        return
    if due.subject == TIME_IS_UP:
        _cut_short(world, stack, operation, _TOO_LONG)
    elif due.subject in operation.alarms:
        _cut_short(world, stack, operation, f"Rollback trigger {due.subject} went to ALARM state")
    elif not due.subject:
        _PHASES[operation.phase](world, stack, operation)
    elif due.subject in operation.tasks and operation.phase in _STEPS:
        _STEPS[operation.phase](world, stack, operation, due.subject)


def cancel_update(world: World, stack: Stack, operation: Operation, token: str | None) -> None:
    """Stop an update where it is and take it back, whatever it was told to do with failures.

    One that hangs deaf does not hear of it.
    """
    if _is_uncancellable(world, stack):
        return
    operation.on_failure, operation.token = "ROLLBACK", token or operation.token
    abort(world, stack, operation, "Stack update cancelled")


def _is_uncancellable(world: World, stack: Stack) -> bool:
    tasks = stack.operation.tasks.values() if stack.operation else ()
    return any(task.step == UNCANCELLABLE for task in tasks) or any(
        _is_uncancellable(world, child) for _, child in world.children(stack)
    )


def _begin(world: World, stack: Stack, operation: Operation) -> None:
    _BEGIN[operation.kind](world, stack, operation)


def _begin_create(world: World, stack: Stack, operation: Operation) -> None:
    stack.target = operation.target
    stack.created = stack.created or world.clock.now()
    _begin_forward(world, stack, operation, "CREATE_IN_PROGRESS", 2.3)
    if stack.timeout_minutes:
        operation.deadline = world.clock.now() + stack.timeout_minutes * 60
        world.agenda.add(operation.deadline, stack.id, operation.id, TIME_IS_UP)


def _cut_short(world: World, stack: Stack, operation: Operation, reason: str) -> None:
    """TimeoutInMinutes is over, or an alarm went off: only what is still on its way forward has to care."""
    if operation.phase == "forward" and operation.reason is None and not operation.failed:
        abort(world, stack, operation, reason)


def _begin_update(world: World, stack: Stack, operation: Operation) -> None:
    before = stack.interrupted
    stack.interrupted = None
    if before is None:
        operation.previous, operation.previous_outputs = stack.target, dict(stack.outputs)
    else:  # from a failure that was kept: a roll-back still leads to the state before that
        operation.previous, operation.previous_outputs = before.previous, before.previous_outputs
        operation.originals, operation.created = before.originals, before.created
        operation.superseded = before.superseded
    stack.target, stack.updated = operation.target, world.clock.now()
    _begin_forward(world, stack, operation, "UPDATE_IN_PROGRESS", 5.0)


def _begin_forward(world: World, stack: Stack, operation: Operation, status: str, delay: float) -> None:
    operation.phase = "forward"
    remember_operation(stack, operation)
    stack_event(stack, world.clock.now(), status, USER)
    try:
        evaluated = situation(world, stack, operation.target)
        check_outputs(evaluated, world.types(stack.region))
        check_triggers(world, stack, operation.target)
    except CloudFormationError as error:
        operation.reason = error.message
        schedule(world, stack, delay)
        return
    if _refused(world, stack, operation, evaluated):
        schedule(world, stack, delay)
        return
    watch(world, stack, operation)
    lay_out_forward(operation, evaluated)
    start_ready(world, stack, operation, delay)


def _refused(world: World, stack: Stack, operation: Operation, evaluated: Situation) -> bool:
    """Whether something is refused before any resource has its turn: properties, or a delete by the stack policy."""
    invalid = refused_early(world, stack, evaluated)
    for name, reason in invalid.items():
        resource = stack.resources.setdefault(name, StackResource(name, evaluated.template.resources[name].type))
        status = "UPDATE_FAILED" if resource.exists else "CREATE_FAILED"
        resource_event(stack, resource, world.clock.now(), status, reason, detailed="VALIDATION_FAILED")
    if invalid:
        operation.reason = f"Validation failed for following resources: [{', '.join(invalid)}]"
        return True
    denied = _denied_deletes(stack, operation, evaluated)
    for name, reason in denied.items():
        resource_event(stack, stack.resources[name], world.clock.now(), "UPDATE_FAILED", reason)
        operation.failed.setdefault("update", []).append(name)
    return bool(denied)


def _denied_deletes(stack: Stack, operation: Operation, evaluated: Situation) -> dict[str, str]:
    policy = operation.policy or stack.policy
    dropped = [entry for name, entry in stack.resources.items() if entry.exists and name not in evaluated.resources]
    reasons = {entry.logical_id: denial(policy, "Update:Delete", entry.logical_id, entry.type) for entry in dropped}
    return {name: reason for name, reason in reasons.items() if reason and operation.kind == "UPDATE"}


def _end_forward(world: World, stack: Stack, operation: Operation) -> None:
    """Every resource has had its turn: the stack is complete, or goes back."""
    if not operation.failed and operation.reason is None:
        if monitors(world, stack, operation):
            return
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
        stack.interrupted = operation
    elif operation.on_failure == "DELETE":
        operation.reason = f"{reason}. Delete requested by user."
        rename(world, stack, operation)
        begin_delete(world, stack, operation)
    else:
        begin_rollback(world, stack, operation, reason)


_BEGIN: dict[str, Callable[[World, Stack, Operation], None]] = {
    "CREATE": _begin_create,
    "UPDATE": _begin_update,
    "DELETE": begin_delete,
}
_ON_FAILURE: dict[str, Callable[[World, Stack, Operation], None]] = {"CREATE": _create_failed, "UPDATE": update_failed}
_PHASES: dict[str, Callable[[World, Stack, Operation], None]] = {
    "begin": _begin,
    "forward": _end_forward,
    "rollback": end_rollback,
    "delete": end_delete,
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
