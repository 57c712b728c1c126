"""The operations of the API that start something on a stack without a change set."""

from typing import Any

from cloudformation.refusals import CloudFormationError, ValidationError
from rehearsal.api.protection import protected, requested_policy
from rehearsal.api.requests import (
    keeps_failures,
    on_failure,
    refuse_other_mode,
    refuse_unless_failures_are_kept,
    requested_operation,
    requested_target,
    take_role,
    updatable_stack,
)
from rehearsal.change_sets.making import remove_tree
from rehearsal.change_sets.planning.planner import plan
from rehearsal.execution.operations import start
from rehearsal.language.output_values import refuse_lists
from rehearsal.language.scopes import situation
from rehearsal.state.events import stack_event
from rehearsal.state.stacks import Stack, Target
from rehearsal.state.world import World

_BUSY_FOR_DELETE = (
    "UPDATE_IN_PROGRESS",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_ROLLBACK_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    "IMPORT_IN_PROGRESS",
    "IMPORT_ROLLBACK_IN_PROGRESS",
)


def create_stack(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """CreateStack; over a stack in REVIEW_IN_PROGRESS it keeps the ARN and makes its change sets obsolete."""
    name = request["StackName"]
    stack = world.find(name, region)
    if stack is not None and stack.status != "REVIEW_IN_PROGRESS":
        raise CloudFormationError("AlreadyExistsException", f"Stack [{name}] already exists")
    fresh = stack is None
    stack = stack or world.new_stack(region, name, "")
    policy = requested_policy(world, request, "StackPolicy")
    target = requested_target(world, stack, request)
    if target.refusal is None:  # the rollback reports a transform that failed
        refuse_lists(situation(world, stack, target))
    operation = requested_operation(world, "CREATE", target, request)
    if fresh:
        world.add(stack)
    for change_set in stack.change_sets.values():
        change_set.execution = "OBSOLETE"
    stack.protected = bool(request.get("EnableTerminationProtection"))
    stack.policy = policy
    stack.timeout_minutes = request.get("TimeoutInMinutes")
    stack.disable_rollback = keeps_failures(request)
    stack.deployment_config = dict(request.get("DeploymentConfig", {}))
    start(world, stack, operation)
    return {"StackId": stack.id}


def update_stack(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """UpdateStack: an update that changes nothing is refused."""
    stack = updatable_stack(world, region, request)
    refuse_other_mode(stack, request)
    refuse_unless_failures_are_kept(stack, on_failure(request))
    policy, passing = (requested_policy(world, request, key) for key in ("StackPolicy", "StackPolicyDuringUpdate"))
    target = requested_target(world, stack, request)
    if target.refusal is None and plan(world, stack, target, nested=False, importing=False).changes_nothing:
        raise ValidationError("No updates are to be performed.")
    for change_set in stack.change_sets.values():
        if change_set.execution == "AVAILABLE":
            change_set.execution = "OBSOLETE"
    stack.executed_change_set = None
    stack.policy = policy or stack.policy
    operation = requested_operation(world, "UPDATE", target, request)
    stack.disable_rollback = keeps_failures(request)
    stack.deployment_config = dict(request.get("DeploymentConfig", {}))
    operation.policy = passing
    start(world, stack, operation)
    return {"StackId": stack.id}


def delete_stack(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DeleteStack: a stack that does not exist is deleted already."""
    stack = world.find(request["StackName"], region)
    if stack is None or stack.gone or stack.status == "DELETE_IN_PROGRESS":
        return {}
    _refuse_delete(world, stack, request)
    if stack.status == "REVIEW_IN_PROGRESS":
        _discard(world, stack)
        return {}
    take_role(world, stack, request)
    operation = requested_operation(world, "DELETE", stack.target or Target(template=""), request)
    operation.retain = list(request.get("RetainResources", ()))
    stack.deployment_config = dict(request.get("DeploymentConfig", {}))
    operation.forced = request.get("DeletionMode") == "FORCE_DELETE_STACK"
    start(world, stack, operation)
    return {}


def _refuse_delete(world: World, stack: Stack, request: dict[str, Any]) -> None:
    name = request["StackName"]
    if protected(world, stack):
        raise ValidationError(f"Stack [{name}] cannot be deleted while TerminationProtection is enabled")
    if stack.status in _BUSY_FOR_DELETE:
        raise ValidationError(f"Stack [{name}] cannot be deleted while in status {stack.status}")
    if stack.status != "DELETE_FAILED":
        _refuse_before_failure(stack, request)


def _refuse_before_failure(stack: Stack, request: dict[str, Any]) -> None:
    """What a delete may ask for only when the one before it has failed (DeleteStack in the API reference)."""
    forced = request.get("DeletionMode") == "FORCE_DELETE_STACK"
    asked = "RetainResources" if request.get("RetainResources") else "FORCE_DELETE_STACK" if forced else None
    if asked:
        raise ValidationError(
            f"Invalid operation on stack [{stack.id}]. "
            f"{asked} can only be specified when the stack is in the DELETE_FAILED state"
        )


def _discard(world: World, stack: Stack) -> None:
    """A stack that never had a template goes at once, with the change sets that were made for it."""
    for change_set in list(stack.change_sets.values()):
        remove_tree(world, stack, change_set)
    stack.deleted = world.clock.now()
    stack_event(world, stack, "DELETE_IN_PROGRESS", "User Initiated")
    stack_event(world, stack, "DELETE_COMPLETE")
