"""The operations of the API for rollback: cancel an update, continue a rollback, roll back."""

from typing import Any

from cloudformation.refusals import ValidationError
from rehearsal.api.requests import FAILURE_KEPT, existing_stack, is_express, requested_operation, take_role
from rehearsal.execution.operations import cancel_update, start
from rehearsal.execution.rollback.rollbacks import roll_back
from rehearsal.state.stacks import STACK_TYPE, Stack
from rehearsal.state.world import World


def cancel_update_stack(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """CancelUpdateStack: only while an update of a root goes forward; it rolls back then."""
    stack = _root_in(world, region, request, "CancelUpdateStack", "UPDATE_IN_PROGRESS")
    assert stack.operation is not None
    cancel_update(world, stack, stack.operation, request.get("ClientRequestToken"))
    return {}


def continue_update_rollback(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """ContinueUpdateRollback; resources of nested stacks are skipped as `<nested stack name>.<LogicalId>`.

    Only resources that failed to go back can be skipped (API reference). ForceRollback skips whatever would not go
    back, so that the two cannot be given together.
    """
    stack = _root_in(world, region, request, "ContinueUpdateRollback", "UPDATE_ROLLBACK_FAILED")
    stuck, skip = _stuck(world, stack, ""), list(request.get("ResourcesToSkip", ()))
    if request.get("ForceRollback"):
        if skip:
            raise ValidationError("You cannot specify both ForceRollback and ResourcesToSkip")
        skip = stuck
    others = [name for name in skip if name not in stuck]
    if others:
        raise ValidationError(f"Resources [{', '.join(others)}] cannot be skipped: their rollback has not failed")
    take_role(world, stack, request)
    roll_back(world, stack, request.get("ClientRequestToken"), skip=skip, retain_except_on_create=False)
    return {}


def _root_in(world: World, region: str, request: dict[str, Any], operation: str, *statuses: str) -> Stack:
    """The root stack of a request, in one of the statuses that the operation takes."""
    stack = existing_stack(world, region, request)
    if stack.status not in statuses:
        raise ValidationError(f"{operation} cannot be called from current stack status")
    if stack.parent:
        raise ValidationError(f"{operation} of a nested stack is not simulated by the rehearsal; use its root stack")
    return stack


def _stuck(world: World, stack: Stack, prefix: str) -> list[str]:
    """The resources whose rollback failed, in this stack and below it; a nested stack is not one of them."""
    failed = stack.interrupted.failed.get("rollback", []) if stack.interrupted else []
    names = [prefix + name for name in failed if stack.resources[name].type != STACK_TYPE]
    for _, child in world.children(stack):
        names += _stuck(world, child, f"{child.name}.")
    return names


def rollback_stack(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """RollbackStack: to the last stable state; a stack that never had one is deleted."""
    stack = _root_in(world, region, request, "RollbackStack", *FAILURE_KEPT)
    assert stack.interrupted is not None
    if is_express(stack.deployment_config):  # aws/aws-cdk-cli#1739
        raise ValidationError(
            "RollbackStack is not supported for stacks that were last updated using EXPRESS deployment mode and are in "
            "a failed state"
        )
    stack.deployment_config = dict(request.get("DeploymentConfig", {}))
    stack.interrupted.express = is_express(stack.deployment_config)
    take_role(world, stack, request)
    if stack.interrupted.previous is not None:
        retain = bool(request.get("RetainExceptOnCreate"))
        roll_back(world, stack, request.get("ClientRequestToken"), skip=[], retain_except_on_create=retain)
    else:
        start(world, stack, requested_operation(world, "DELETE", stack.interrupted.target, request))
    return {"StackId": stack.id}
