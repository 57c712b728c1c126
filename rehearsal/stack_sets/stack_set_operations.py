"""Operations on stack sets: region by region, account by account, within the failures that are tolerated.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html for preferences and
statuses. One operation runs at a time; with managed execution the others queue.
"""

from typing import Any

from cloudformation.refusals import CloudFormationError
from rehearsal.stack_sets import instance_drift
from rehearsal.stack_sets.preferences import checked, in_order, intolerable, whose_turn
from rehearsal.stack_sets.stack_instances import Outcome, begin, outcome
from rehearsal.state.stack_set import StackInstance, StackSet, StackSetOperation
from rehearsal.state.world import World

PREFIX = "stack-set:"
ACTIVE = ("RUNNING", "STOPPING", "QUEUED")
INTOLERABLE = "Cancelled since failure tolerance has exceeded"
STOPPED = "Cancelled since the operation was stopped"
FINISHED = ("SUCCEEDED", "FAILED", "CANCELLED")


def key_of(account: str, region: str) -> str:
    return f"{account}/{region}"


def arn_of(world: World, stack_set: StackSet) -> str:
    return world.arn(stack_set.region, f"stackset/{stack_set.id}")


def in_progress(stack_set: StackSet) -> CloudFormationError:
    """The refusal of what an operation under way does not allow."""
    text = f"Another Operation on StackSet {stack_set.id} is in progress"
    return CloudFormationError("OperationInProgressException", text, 409)


def begin_operation(
    world: World, stack_set: StackSet, action: str, keys: list[str], request: dict[str, Any]
) -> StackSetOperation:
    """Start an operation over some instances, or queue it.

    Errors: OperationInProgressException, OperationIdAlreadyExistsException.
    """
    identifier = request.get("OperationId") or world.uuid()
    if identifier in stack_set.operations:
        raise CloudFormationError(
            "OperationIdAlreadyExistsException", f"Operation with id {identifier} already exists", 409
        )
    running = any(other.status in ACTIVE for other in stack_set.operations.values())
    if running and not stack_set.managed_execution:
        raise in_progress(stack_set)
    preferences = checked(request.get("OperationPreferences", {}))
    waiting = in_order(keys, preferences.get("RegionOrder", []))
    operation = StackSetOperation(
        id=identifier,
        action=action,
        status="QUEUED" if running else "RUNNING",
        created=world.clock.now(),
        preferences=preferences,
        retain=bool(request.get("RetainStacks")),
        waiting=waiting,
        results={key: {"Status": "PENDING"} for key in waiting},
    )
    stack_set.operations[identifier] = operation
    if not running:
        _go_on(world, stack_set, operation)
    return operation


def _go_on(world: World, stack_set: StackSet, operation: StackSetOperation) -> None:
    world.agenda.add(world.clock.now() + 1.0, arn_of(world, stack_set), PREFIX + operation.id)


def resume_operations(world: World, stack_set: StackSet) -> None:
    """Let the operation that is under way take its next step now."""
    for operation in stack_set.operations.values():
        if operation.status in ("RUNNING", "STOPPING"):
            world.agenda.add(world.clock.now(), arn_of(world, stack_set), PREFIX + operation.id)


def stop(operation: StackSetOperation) -> None:
    """Stop an operation: what is under way comes to its end, nothing new begins.

    Errors: InvalidOperationException for one that is over.
    """
    if operation.status not in ACTIVE:
        raise CloudFormationError(
            "InvalidOperationException",
            f"Operation {operation.id} is in {operation.status} state and cannot be stopped",
        )
    if operation.status == "QUEUED":
        operation.status, operation.waiting = "STOPPED", []
    else:
        operation.status = "STOPPING"


def advance_operation(world: World, arn: str, identifier: str) -> None:
    """Look at the stacks under way, begin those whose turn has come, end the operation when none is left."""
    stack_set = world.state.stack_sets[arn.partition(":stackset/")[2]]
    operation = stack_set.operations.get(identifier)
    if operation is None or operation.status not in ("RUNNING", "STOPPING"):
        return
    for key, result in operation.results.items():
        if result["Status"] == "RUNNING":
            instance = stack_set.instances[key]
            ended = outcome(world.of(instance.account), instance, operation)
            if ended is not None:
                _record(stack_set, operation, key, ended)
    if operation.status == "STOPPING" or intolerable(operation):
        _cancel(stack_set, operation, STOPPED if operation.status == "STOPPING" else INTOLERABLE)
    for key in whose_turn(operation):
        _begin(world, stack_set, operation, key)
    if all(result["Status"] in FINISHED for result in operation.results.values()):
        _end(world, stack_set, operation)
    elif _may_move(world, operation):
        _go_on(world, stack_set, operation)


def fail_operation(world: World, arn: str, identifier: str, reason: str) -> None:
    """End an operation that cannot go on: what is under way has failed, what waits is cancelled."""
    stack_set = world.state.stack_sets[arn.partition(":stackset/")[2]]
    operation = stack_set.operations[identifier]
    for key, result in operation.results.items():
        if result["Status"] == "RUNNING":
            _record(stack_set, operation, key, ("FAILED", reason))
    pending = [key for key, result in operation.results.items() if result["Status"] not in FINISHED]
    operation.waiting = list(dict.fromkeys([*operation.waiting, *pending]))
    _cancel(stack_set, operation, reason)
    _end(world, stack_set, operation, "FAILED")


def end_failed(world: World, arn: str, identifier: str) -> None:
    """The same where not even that is possible: the operation has failed, and that is all."""
    stack_set = world.state.stack_sets[arn.partition(":stackset/")[2]]
    operation = stack_set.operations[identifier]
    operation.status, operation.ended, operation.waiting = "FAILED", world.clock.now(), []
    _begin_queued(world, stack_set)


def _may_move(world: World, operation: StackSetOperation) -> bool:
    """Whether waiting leads anywhere: a stack that hangs for good moves no more."""
    return not operation.count("RUNNING") or world.agenda.holds(lambda due: not due.operation.startswith(PREFIX))


def _begin(world: World, stack_set: StackSet, operation: StackSetOperation, key: str) -> None:
    operation.waiting.remove(key)
    instance = stack_set.instances.get(key)
    if instance is None:  # deleted by an operation that was before this one in the queue
        operation.results[key] = {"Status": "CANCELLED", "StatusReason": STOPPED}
        return
    operation.results[key] = {"Status": "RUNNING"}
    instance.detailed_status, instance.last_operation = "RUNNING", operation.id
    ended = begin(world.of(instance.account), stack_set, instance, operation)
    if ended is not None:
        _record(stack_set, operation, key, ended)


def _record(stack_set: StackSet, operation: StackSetOperation, key: str, ended: Outcome) -> None:
    status, reason = ended
    operation.results[key] = {"Status": status} | ({"StatusReason": reason} if reason else {})
    instance = stack_set.instances[key]
    instance.detailed_status, instance.reason = status, reason
    if operation.action == instance_drift.ACTION:
        instance.reason = None if status == "SUCCEEDED" else reason
    elif operation.action == "DELETE" and status == "SUCCEEDED":
        del stack_set.instances[key]
    elif operation.action == "DELETE":
        instance.status = instance.detailed_status = "INOPERABLE"
    else:
        instance.status = "CURRENT" if status == "SUCCEEDED" else "OUTDATED"


def _cancel(stack_set: StackSet, operation: StackSetOperation, reason: str) -> None:
    for key in operation.waiting:
        operation.results[key] = {"Status": "CANCELLED", "StatusReason": reason}
        instance: StackInstance = stack_set.instances[key]
        instance.detailed_status, instance.reason = "CANCELLED", reason
    operation.waiting = []


def _end(world: World, stack_set: StackSet, operation: StackSetOperation, status: str = "") -> None:
    stopped = operation.status == "STOPPING"
    operation.status = status or ("STOPPED" if stopped else "FAILED" if intolerable(operation) else "SUCCEEDED")
    operation.ended = world.clock.now()
    if operation.action == instance_drift.ACTION:
        stack_set.drift = instance_drift.summed_up(operation)
    _begin_queued(world, stack_set)


def _begin_queued(world: World, stack_set: StackSet) -> None:
    for queued in stack_set.operations.values():
        if queued.status == "QUEUED":
            queued.status = "RUNNING"
            _go_on(world, stack_set, queued)
            return
