"""One operation on one stack, phase by phase: what begins it, what ends it, what follows.

    create   forward -> CREATE_COMPLETE, or rollback -> ROLLBACK_COMPLETE
    update   forward -> cleanup -> UPDATE_COMPLETE, or undo -> undo-cleanup -> UPDATE_ROLLBACK_COMPLETE
    delete   delete -> DELETE_COMPLETE

Nested stacks go through the same phases; where a parent must decide first, a child waits.
"""

from cloudformation.refusals import CloudFormationError
from rehearsal.execution.creation.provisioning import FORWARD, lay_out_forward
from rehearsal.execution.deletion.cleanups import begin_cleanup, step_cleanup
from rehearsal.execution.deletion.deletions import begin_delete, end_delete
from rehearsal.execution.deletion.removal import REMOVAL
from rehearsal.execution.deletion.settlement import USER, complete, failure_reason, remember_operation
from rehearsal.execution.rollback.rollback_triggers import check_triggers, monitors, watch
from rehearsal.execution.rollback.rollbacks import begin_rollback, begin_undo, end_rollback, end_undo, update_failed
from rehearsal.execution.rollback.undoing import UNDO
from rehearsal.execution.tasks.resource_steps import abort, cancel_others
from rehearsal.execution.tasks.stack_policies import denial
from rehearsal.execution.tasks.turns import UNCANCELLABLE, Execution, start_ready
from rehearsal.language.output_values import check_outputs, resolve_outputs
from rehearsal.language.scopes import Situation
from rehearsal.properties.property_checks import refused_early
from rehearsal.state.clock import Due
from rehearsal.state.events import resource_event
from rehearsal.state.stacks import CLEANUPS, Operation, Stack, StackResource
from rehearsal.state.world import World

TIME_IS_UP = "(time is up)"  # no logical id looks like it
_TOO_LONG = "Stack creation time exceeded the specified timeout"


def start(world: World, stack: Stack, operation: Operation) -> None:
    """Begin an operation at once; a nested stack's operation begins by itself."""
    if stack.operation is not None:
        cancel_others(Execution(world, stack, stack.operation))
        world.agenda.drop(stack.id, stack.operation.id)
    operation.starting, stack.operation = stack.status, operation
    _begin(Execution(world, stack, operation))


def advance(world: World, due: Due) -> None:
    """Take one step that has become due; steps of an operation that is over are passed by."""
    stack = world.state.stacks.get(due.stack_id)
    operation = stack.operation if stack else None
    if stack is None or operation is None or operation.id != due.operation:
        return
    execution = Execution(world, stack, operation)
    if due.subject == TIME_IS_UP:
        _cut_short(execution, _TOO_LONG)
    elif due.subject in operation.alarms:
        _cut_short(execution, f"Rollback trigger {due.subject} went to ALARM state")
    elif not due.subject:
        _PHASES[operation.phase](execution)
    elif due.subject in operation.tasks and operation.phase in STEPS:
        STEPS[operation.phase].take(execution.turn(due.subject))


def cancel_update(world: World, stack: Stack, operation: Operation, token: str | None) -> None:
    """Stop an update and roll it back, even if rollback is disabled. A resource that ignores

    cancellation is not affected.
    """
    if _is_uncancellable(world, stack):
        return
    operation.on_failure, operation.token = "ROLLBACK", token or operation.token
    abort(Execution(world, stack, operation), "Stack update cancelled")


def _is_uncancellable(world: World, stack: Stack) -> bool:
    tasks = stack.operation.tasks.values() if stack.operation else ()
    return any(task.step == UNCANCELLABLE for task in tasks) or any(
        _is_uncancellable(world, child) for _, child in world.children(stack)
    )


def _begin(execution: Execution) -> None:
    _BEGIN[execution.operation.kind](execution)


def _begin_create(execution: Execution) -> None:
    stack, operation, clock = execution.stack, execution.operation, execution.world.clock
    stack.target = operation.target
    stack.created = stack.created or clock.now()
    _begin_forward(execution, "CREATE_IN_PROGRESS", 2.3)
    if stack.timeout_minutes:
        operation.deadline = clock.now() + stack.timeout_minutes * 60
        execution.world.agenda.add(operation.deadline, stack.id, operation.id, TIME_IS_UP)


def _cut_short(execution: Execution, reason: str) -> None:
    """TimeoutInMinutes is over, or an alarm went off: only what is still on its way forward has to care."""
    operation = execution.operation
    if operation.phase == "forward" and operation.reason is None and not operation.failed:
        abort(execution, reason)


def _begin_update(execution: Execution) -> None:
    stack, operation, before = execution.stack, execution.operation, execution.stack.interrupted
    stack.interrupted = None
    if before is None:
        operation.previous, operation.previous_outputs = stack.target, dict(stack.outputs)
    else:  # after a failure that was not rolled back: a rollback still restores the state before that
        operation.previous, operation.previous_outputs = before.previous, before.previous_outputs
        operation.originals, operation.created = before.originals, before.created
        operation.superseded = before.superseded
    stack.target, stack.updated = operation.target, execution.world.clock.now()
    _begin_forward(execution, "UPDATE_IN_PROGRESS", 5.0)


def _begin_forward(execution: Execution, status: str, delay: float) -> None:
    operation = execution.operation
    operation.phase = "forward"
    remember_operation(execution)
    execution.event(status, USER)
    try:
        evaluated = execution.situation()
        check_outputs(evaluated, execution.world.types(execution.stack.region))
        check_triggers(execution)
    except CloudFormationError as error:
        operation.reason = error.message
        execution.schedule(delay)
        return
    if _refused(execution, evaluated):
        execution.schedule(delay)
        return
    watch(execution)
    lay_out_forward(operation, evaluated)
    start_ready(execution, delay)


def _refused(execution: Execution, evaluated: Situation) -> bool:
    """Whether something is refused before any resource has its turn: properties, or a delete by the stack policy."""
    world, stack, operation = execution.world, execution.stack, execution.operation
    invalid = refused_early(world, stack, evaluated)
    for name, reason in invalid.items():
        resource = stack.resources.setdefault(name, StackResource(name, evaluated.template.resources[name].type))
        status = "UPDATE_FAILED" if resource.exists else "CREATE_FAILED"
        resource_event(world, stack, resource, status, reason, detailed="VALIDATION_FAILED")
    if invalid:
        operation.reason = f"Validation failed for following resources: [{', '.join(invalid)}]"
        return True
    denied = _denied_deletes(execution, evaluated)
    for name, reason in denied.items():
        resource_event(world, stack, stack.resources[name], "UPDATE_FAILED", reason)
        operation.failed.setdefault("update", []).append(name)
    return bool(denied)


def _denied_deletes(execution: Execution, evaluated: Situation) -> dict[str, str]:
    resources, operation = execution.stack.resources, execution.operation
    policy = operation.policy or execution.stack.policy
    dropped = [entry for name, entry in resources.items() if entry.exists and name not in evaluated.resources]
    reasons = {entry.logical_id: denial(policy, "Update:Delete", entry.logical_id, entry.type) for entry in dropped}
    return {name: reason for name, reason in reasons.items() if reason and operation.kind == "UPDATE"}


def _end_forward(execution: Execution) -> None:
    """Every resource has had its turn: the stack is complete, or goes back."""
    world, stack, operation = execution.world, execution.stack, execution.operation
    if not operation.failed and operation.reason is None:
        if monitors(execution):
            return
        try:
            stack.outputs = resolve_outputs(world, stack, operation.target)
        except CloudFormationError as error:
            operation.reason = error.message
    if operation.failed or operation.reason is not None:
        _ON_FAILURE[operation.kind](execution)
    elif operation.kind == "CREATE":
        complete(execution, "CREATE_COMPLETE")
    else:
        begin_cleanup(execution, "cleanup")


def _create_failed(execution: Execution) -> None:
    stack, operation = execution.stack, execution.operation
    reason = failure_reason(operation)
    if not any(resource.physical_id for resource in stack.resources.values()):
        stack.updated = None  # recorded of a change set whose import leads nowhere: a creation that made nothing
    if stack.parent or operation.on_failure == "DO_NOTHING":
        complete(execution, "CREATE_FAILED", reason)
        stack.interrupted = operation
    elif operation.on_failure == "DELETE":
        operation.reason = f"{reason}. Delete requested by user."
        execution.rename()
        begin_delete(execution)
    else:
        begin_rollback(execution, reason)


_BEGIN = {"CREATE": _begin_create, "UPDATE": _begin_update, "DELETE": begin_delete}
_ON_FAILURE = {"CREATE": _create_failed, "UPDATE": update_failed}
_PHASES = {
    "begin": _begin,
    "forward": _end_forward,
    "rollback": end_rollback,
    "delete": end_delete,
    "cleanup": step_cleanup,
    "undo-begin": begin_undo,
    "undo": end_undo,
    "undo-cleanup": step_cleanup,
}
STEPS = {"forward": FORWARD, "undo": UNDO, **dict.fromkeys(("rollback", "delete", *CLEANUPS), REMOVAL)}
