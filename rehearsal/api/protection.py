"""Termination protection and stack policies."""

from typing import Any

from cloudformation.refusals import ValidationError
from rehearsal.api.requests import existing_stack
from rehearsal.execution.tasks.stack_policies import statements_of
from rehearsal.language.template_source import template_at
from rehearsal.state.stacks import Stack
from rehearsal.state.world import World

_INVALID = "Error validating stack policy: Invalid stack policy"


def update_termination_protection(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """UpdateTerminationProtection of a root stack; nested stacks follow their root."""
    stack = existing_stack(world, region, request)
    if stack.gone:
        raise ValidationError(f"Stack [{request['StackName']}] does not exist")
    if stack.parent:
        raise ValidationError("TerminationProtection cannot be changed on a nested stack; change it on its root stack")
    stack.protected = request["EnableTerminationProtection"]
    return {"StackId": stack.id}


def protected(world: World, stack: Stack) -> bool:
    """Whether a stack is protected: a nested one is when its root is ("Protect CloudFormation stacks")."""
    root = world.state.stacks.get(stack.root or "", stack)
    return root.protected


def set_stack_policy(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """SetStackPolicy from a body or from S3; an empty one lifts the policy that was set."""
    stack = existing_stack(world, region, request)
    policy = requested_policy(world, request, "StackPolicy", lifting=True)
    if policy is None:
        raise ValidationError(_INVALID)
    stack.policy = policy if statements_of(policy) else None
    return {}


def requested_policy(world: World, request: dict[str, Any], member: str, *, lifting: bool = False) -> str | None:
    """The stack policy that a request gives as `<member>Body` or `<member>URL`; None where it gives none.

    `lifting`: `{}` will do, too (recorded for SetStackPolicy).

    Errors: ValidationError for both at once, and for what is no stack policy.
    """
    body, url = f"{member}Body", f"{member}URL"
    if body in request and url in request:
        raise ValidationError(f"You cannot specify both {url} and {body}")
    if body not in request and url not in request:
        return None
    policy = str(request[body]) if body in request else template_at(world, request[url])
    if statements_of(policy) is None and not (lifting and "".join(policy.split()) == "{}"):
        raise ValidationError(_INVALID)
    return policy


def get_stack_policy(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """GetStackPolicy: an empty answer where none is set."""
    stack = existing_stack(world, region, request)
    return {"StackPolicyBody": stack.policy} if stack.policy else {}
