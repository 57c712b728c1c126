"""One instance of a stack set: how its stack is made, changed, looked at and removed, and how that went.

The stack is one of the instance's own account, whose user may change or delete it too. Every world here is that of
the account.
"""

from cloudformation.refusals import CloudFormationError
from cloudformation.template.sections import parse_template
from rehearsal.execution.operations import start
from rehearsal.execution.tasks.nesting import differs
from rehearsal.language.capabilities import check_capabilities
from rehearsal.language.parameters import settle
from rehearsal.language.processed_target import judged_target
from rehearsal.language.validation import validate_template
from rehearsal.stack_sets import instance_drift
from rehearsal.state.stack_set import StackInstance, StackSet, StackSetOperation
from rehearsal.state.stacks import Operation, Stack, Target
from rehearsal.state.world import World

Outcome = tuple[str, str | None]
SUCCEEDED: Outcome = ("SUCCEEDED", None)
_DONE = {"DELETE": ("DELETE_COMPLETE",)}


def begin(world: World, stack_set: StackSet, instance: StackInstance, operation: StackSetOperation) -> Outcome | None:
    """Start what an operation does to an instance; the outcome where it is over at once."""
    try:
        if operation.action == "DELETE":
            return _begin_delete(world, instance, operation.retain)
        if operation.action == instance_drift.ACTION:
            instance_drift.begin_detection(world, instance)
            return None
        return _begin_deployment(world, stack_set, instance)
    except CloudFormationError as error:
        return "FAILED", error.message


def _begin_deployment(world: World, stack_set: StackSet, instance: StackInstance) -> Outcome | None:
    stack = world.state.stacks.get(instance.stack_id or "")
    if stack is None or stack.gone or stack.status == "ROLLBACK_COMPLETE":
        stack = world.new_stack(instance.region, f"StackSet-{stack_set.name[:82]}-{world.uuid()}", "")
    target = _target(world, stack, stack_set, instance)
    instance.stack_id = stack.id
    kind = "UPDATE" if stack.id in world.state.stacks else "CREATE"
    if kind == "UPDATE" and stack.target is not None and not differs(stack.target, target):
        return SUCCEEDED
    if stack.busy:
        return "FAILED", f"Stack:{stack.id} is in {stack.status} state and can not be updated."
    world.add(stack)
    start(world, stack, Operation(id=world.uuid(), kind=kind, phase="begin", target=target))
    return None


def _target(world: World, stack: Stack, stack_set: StackSet, instance: StackInstance) -> Target:
    """What the set asks of the instance's stack; Errors: those of CreateStack."""
    template = parse_template(stack_set.template)
    validate_template(template, world.types(instance.region))
    check_capabilities(template, stack_set.capabilities)
    values = stack_set.parameters | instance.overrides
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]
    target = Target(
        template=stack_set.template,
        parameters=settle(template.parameters, given, {}, lambda name: world.stored(name, instance.region)),
        tags=dict(stack_set.tags),
        capabilities=stack_set.capabilities,
    )
    return judged_target(world, stack, target)


def _begin_delete(world: World, instance: StackInstance, retain: bool) -> Outcome | None:
    stack = world.state.stacks.get(instance.stack_id or "")
    if stack is None or stack.gone or retain:
        return SUCCEEDED
    if stack.busy:
        return "FAILED", f"Stack [{stack.name}] cannot be deleted while in status {stack.status}"
    target = stack.target or Target(template="")
    start(world, stack, Operation(id=world.uuid(), kind="DELETE", phase="begin", target=target))
    return None


def outcome(world: World, instance: StackInstance, operation: StackSetOperation) -> Outcome | None:
    """How it went; None while the stack is still at work. The reason of a drift detection is what it found."""
    if operation.action == instance_drift.ACTION:
        try:
            drift_status = instance_drift.detected(world, instance, operation)
        except CloudFormationError as error:
            return "FAILED", error.message
        return None if drift_status is None else ("SUCCEEDED", drift_status)
    stack = world.state.stacks.get(instance.stack_id or "")
    if stack is None:  # deleted so long ago that it is forgotten
        return SUCCEEDED if operation.action == "DELETE" else ("FAILED", f"Stack {instance.stack_id} does not exist")
    if stack.busy:
        return None
    if stack.status in _DONE.get(operation.action, ("CREATE_COMPLETE", "UPDATE_COMPLETE")):
        return SUCCEEDED
    return "FAILED", _first_failure(stack)


def _first_failure(stack: Stack) -> str:
    """The first resource that failed in the stack's last operation, as StackSets words it."""
    begun = [number for number, event in enumerate(stack.events) if event.reason == "User Initiated"]
    for event in stack.events[begun[-1] if begun else 0 :]:
        if event.status.endswith("_FAILED") and event.physical_id != stack.id:
            return (
                f"ResourceLogicalId:{event.logical_id}, ResourceType:{event.type}, ResourceStatusReason:{event.reason}."
            )
    return stack.reason or f"Stack {stack.id} is in {stack.status} state."
