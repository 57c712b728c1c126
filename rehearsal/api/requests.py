"""What the operations share: which stack a request means, what that is led to, and how an answer is paged."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from cloudformation.limits import TEMPLATE_BYTES, TEMPLATE_BYTES_IN_REQUEST
from cloudformation.refusals import ValidationError
from cloudformation.statuses import StackStatus
from cloudformation.template.sections import parse_template
from rehearsal.execution.rollback.rollback_triggers import ALARM_TYPES
from rehearsal.language.capabilities import check_capabilities, check_expansion
from rehearsal.language.parameters import settle
from rehearsal.language.processed_target import judged_target
from rehearsal.language.template_source import submitted_template
from rehearsal.language.validation import validate_template
from rehearsal.properties.made_up_values import is_made_up
from rehearsal.state.stacks import Operation, Stack, Target
from rehearsal.state.world import World

Row = TypeVar("Row")
# Not a member of the API: how many rows a page has at most, where a scenario wants small pages.
PAGE_ROWS = "page rows"

# The stacks that an update may start from (user guide, "Stack status codes"): and those with resources that failed and
# were not rolled back.
FAILURE_KEPT = frozenset(("CREATE_FAILED", "UPDATE_FAILED"))
UPDATABLE = FAILURE_KEPT | {status.value for status in StackStatus if status.updatable}


def refuse_update(stack: Stack) -> None:
    """Refuse an update of a stack that is busy, stuck or gone."""
    if stack.status not in UPDATABLE:
        raise ValidationError(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")


def refuse_unless_failures_are_kept(stack: Stack, failure: str) -> None:
    """Refuse an update with rollback of a stack whose last failure was not rolled back ("Stack failure options")."""
    if stack.status in FAILURE_KEPT and failure != "DO_NOTHING":
        raise ValidationError(
            f"This stack is currently in a non-terminal [{stack.status}] state. To update the stack from this state, "
            "please use the disable-rollback parameter with update-stack API. "
            "To rollback to the last known good state, use the rollback-stack API"
        )


def is_express(config: Mapping[str, Any]) -> bool:
    """Whether a DeploymentConfig is one that does not wait for resources to be ready."""
    return config.get("Mode") == "EXPRESS"


def disables_rollback(config: Mapping[str, Any]) -> bool:
    """Whether a failure is not rolled back: the default of EXPRESS ("Rollback behavior with express mode")."""
    return bool(config.get("DisableRollback", is_express(config)))


def decides_of_failures(config: Mapping[str, Any]) -> bool:
    """Whether a DeploymentConfig leaves no room for another word on failures.

    CDK's CLI sends `Mode: STANDARD` with every deployment, and with --no-rollback DisableRollback beside it.
    """
    return is_express(config) or "DisableRollback" in config


def keeps_failures(request: Mapping[str, Any]) -> bool:
    """Whether a request disables the rollback, in either way of saying it."""
    return bool(request.get("DisableRollback")) or disables_rollback(request.get("DeploymentConfig", {}))


def refuse_other_mode(stack: Stack, request: dict[str, Any]) -> None:
    """What EXPRESS left in a failure goes on with EXPRESS alone (aws/aws-cdk-cli#1739)."""
    before = stack.deployment_config
    kept = stack.status in FAILURE_KEPT and is_express(before) and disables_rollback(before)
    if kept and not is_express(request.get("DeploymentConfig", {})):
        raise ValidationError(
            f"This stack is in a {stack.status} state from a previous operation that used EXPRESS deployment mode with "
            "disable-rollback. Follow-up operations must use the same DeploymentConfig (mode=EXPRESS) until the stack "
            "reaches a *_COMPLETE state."
        )


def existing_stack(
    world: World, region: str, request: dict[str, Any], text: str = "Stack [{}] does not exist"
) -> Stack:
    """The stack that a request names, or means by its ARN.

    Errors: ValidationError with the text that the operation at hand has for it.
    """
    stack = world.find(request["StackName"], region)
    if stack is None:
        raise ValidationError(text.format(request["StackName"]))
    return stack


def updatable_stack(world: World, region: str, request: dict[str, Any]) -> Stack:
    """The stack that a request is to update. Errors: ValidationError, for one that is only under review too."""
    stack = existing_stack(world, region, request)
    if stack.status == "REVIEW_IN_PROGRESS":
        raise ValidationError(f"Stack [{request['StackName']}] does not exist")
    refuse_update(stack)
    return stack


def requested_operation(world: World, kind: str, target: Target, request: dict[str, Any]) -> Operation:
    """An operation with what a request says of it; it is still to begin."""
    return Operation(
        id=world.uuid(),
        kind=kind,
        phase="begin",
        target=target,
        token=request.get("ClientRequestToken"),
        on_failure=on_failure(request),
        retain_except_on_create=bool(request.get("RetainExceptOnCreate")),
        express=is_express(request.get("DeploymentConfig", {})),
    )


def requested_target(world: World, stack: Stack, request: dict[str, Any]) -> Target:
    """What a create or update request leads the stack to, after every check that AWS makes at once.

    Settings that the request leaves out are those of the stack.
    """
    before = stack.target
    _refuse_role(world, request)
    body = submitted_template(world, before.template if before else None, request)
    template = parse_template(body)
    if "ChangeSetName" not in request:
        check_expansion(template, request.get("Capabilities", ()))
    validate_template(template, world.types(stack.region))
    _check_resource_types(template.resources.values(), request.get("ResourceTypes"))
    check_capabilities(template, request.get("Capabilities", ()))
    previous = before.parameters if before else {}
    stored, made_up = partial(world.stored, region=stack.region), partial(is_made_up, world)
    given = Target(
        template=body,
        parameters=settle(template.parameters, request.get("Parameters", ()), previous, stored, made_up),
        tags=_tags(request, before),
        capabilities=tuple(request.get("Capabilities", ())),
        notification_arns=tuple(request.get("NotificationARNs", before.notification_arns if before else ())),
        role=request.get("RoleARN", before.role if before else None),
        rollback_configuration=_rollback(request, before),
    )
    limit = TEMPLATE_BYTES_IN_REQUEST if "TemplateBody" in request else TEMPLATE_BYTES
    target = judged_target(world, stack, given, limit)
    if target.original is not None and target.refusal is None:
        _check_resource_types(parse_template(target.template).resources.values(), request.get("ResourceTypes"))
    if request.get("UsePreviousTemplate") and before is not None:
        return replace(target, original=before.original)
    return target


def _refuse_role(world: World, request: dict[str, Any]) -> None:
    if "RoleARN" in request and not world.services.assumable(request["RoleARN"]):
        raise ValidationError(f"Role {request['RoleARN']} is invalid or cannot be assumed")


def take_role(world: World, stack: Stack, request: dict[str, Any]) -> None:
    """A service role given once is used for every later operation, by any caller (API reference, RoleARN).

    Errors: ValidationError for a role that keeps CloudFormation out.
    """
    _refuse_role(world, request)
    if "RoleARN" not in request:
        return
    if stack.target is not None:
        stack.target = replace(stack.target, role=request["RoleARN"])
    before = stack.interrupted
    if before is not None and before.previous is not None:
        before.previous = replace(before.previous, role=request["RoleARN"])


def _check_resource_types(entries: Any, allowed: Sequence[str] | None) -> None:
    if allowed is None:
        return
    for entry in entries:
        if not any(_covers(pattern, entry.type) for pattern in allowed):
            raise ValidationError(
                f"Resource type {entry.type} is not allowed by parameter ResourceTypes [{', '.join(allowed)}]"
            )


def _covers(pattern: str, name: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("::*") else pattern in (name, "*")


def _tags(request: dict[str, Any], before: Target | None) -> dict[str, str]:
    if "Tags" not in request:
        return dict(before.tags) if before else {}
    if any(tag["Key"].lower().startswith("aws:") for tag in request["Tags"]):
        raise ValidationError("aws: prefixed tag key names are not allowed for external use.")
    return {tag["Key"]: tag["Value"] for tag in request["Tags"]}


def _rollback(request: dict[str, Any], before: Target | None) -> dict[str, Any]:
    """The configuration from now on: triggers stay until others, or none (`[]`), are given."""
    saved = before.rollback_configuration if before else {}
    configuration = request.get("RollbackConfiguration")
    if configuration is None:
        return dict(saved)
    for trigger in configuration.get("RollbackTriggers", ()):
        if trigger["Type"] not in ALARM_TYPES:
            raise ValidationError("Rollback Trigger Type not supported")
        if not trigger["Arn"].split(":", 5)[-1].startswith("alarm:"):
            raise ValidationError("RelativeId of a Rollback Trigger's ARN is incorrect")
    kept = {key: value for key, value in saved.items() if key == "RollbackTriggers"}
    return {**kept, **configuration}


def on_failure(request: dict[str, Any]) -> str:
    """What a failure leads to: ROLLBACK, DO_NOTHING or DELETE.

    Errors: ValidationError when both ways of saying it are used.
    """
    if "DisableRollback" in request and "OnFailure" in request:
        raise ValidationError("You cannot specify both DisableRollback and OnFailure.")
    if decides_of_failures(request.get("DeploymentConfig", {})) and {"DisableRollback", "OnFailure"} & set(request):
        raise ValidationError("You cannot specify DeploymentConfig together with DisableRollback or OnFailure.")
    if keeps_failures(request):
        return "DO_NOTHING"
    return str(request.get("OnFailure", "ROLLBACK"))


def page(
    member: str,
    rows: Sequence[Row],
    request: dict[str, Any],
    shape: Callable[[Row], Any] = lambda row: row,
    size: int | None = None,
) -> dict[str, Any]:
    """One page of rows as a member of the answer, and the NextToken of the page after it, if there is one.

    A page has as many rows as the request asks for, a hundred where it does not. Errors: ValidationError for a token
    that no page gave out.
    """
    size = size or request.get("MaxResults", 100)
    size = min(size, request.get(PAGE_ROWS, size))
    begin = position(request)
    end = begin + size
    shown = {member: [shape(row) for row in rows[begin:end]]}
    if end >= len(rows):
        return shown
    return shown | {"NextToken": base64.urlsafe_b64encode(json.dumps({"at": end}).encode()).decode()}


def present(**members: Any) -> dict[str, Any]:
    """The members that are not empty: AWS omits empty ones."""
    return {name: value for name, value in members.items() if value}


def position(request: dict[str, Any]) -> int:
    """The row that the page of a request begins with.

    Errors: ValidationError for a token that no page gave out.
    """
    token = request.get("NextToken")
    if token is None:
        return 0
    try:
        begin = json.loads(base64.urlsafe_b64decode(token.encode()))["at"]
    except (ValueError, KeyError, TypeError, RecursionError):
        begin = None
    if type(begin) is not int or begin < 0:
        raise ValidationError("The specified token is invalid.")
    return begin
