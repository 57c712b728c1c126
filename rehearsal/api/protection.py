"""Termination protection and stack policies."""

from __future__ import annotations

import json
from typing import Any

from rehearsal.api.requests import existing_stack
from rehearsal.errors import ValidationError
from rehearsal.template_source import template_at
from rehearsal.world import World


def update_termination_protection(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """UpdateTerminationProtection of a root stack; nested stacks follow their root."""
    stack = existing_stack(world, region, request["StackName"])
    if stack.gone:
        raise ValidationError(f"Stack [{request['StackName']}] does not exist")
    if stack.parent:
        raise ValidationError("TerminationProtection cannot be changed on a nested stack; change it on its root stack")
    stack.protected = request["EnableTerminationProtection"]
    return {"StackId": stack.id}


def set_stack_policy(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """SetStackPolicy from a body or from S3."""
    stack = existing_stack(world, region, request["StackName"])
    if "StackPolicyBody" in request and "StackPolicyURL" in request:
        raise ValidationError("You cannot specify both StackPolicyURL and StackPolicyBody")
    body = request.get("StackPolicyBody")
    if "StackPolicyURL" in request:
        body = template_at(world, request["StackPolicyURL"])
    _check_policy(body)
    stack.policy = body
    return {}


def _check_policy(body: str | None) -> None:
    """Refuse what is no stack policy: its statements speak of Update:* actions and of everyone."""
    try:
        statements = json.loads(body or "")["Statement"]
        whole = all(_valid(statement) for statement in statements)
    except (ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise ValidationError("Error validating stack policy: Invalid stack policy")


def _valid(statement: Any) -> bool:
    if not isinstance(statement, dict):
        return False
    actions = statement.get("Action", statement.get("NotAction"))
    listed = actions if isinstance(actions, list) else [actions]
    return (
        statement.get("Effect") in ("Allow", "Deny")
        and statement.get("Principal") in ("*", {"AWS": "*"})
        and bool(listed)
        and all(isinstance(action, str) and action.startswith("Update:") for action in listed)
        and ("Resource" in statement or "NotResource" in statement)
    )


def get_stack_policy(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """GetStackPolicy: an empty answer where none is set."""
    stack = existing_stack(world, region, request["StackName"])
    return {"StackPolicyBody": stack.policy} if stack.policy else {}
