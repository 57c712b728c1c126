"""Nested stacks: what a parent asks of a child, and what it learns back."""

import string
from typing import Any

from cloudformation.refusals import ValidationError
from cloudformation.scalars import text_of
from cloudformation.template.sections import parse_template
from cloudformation.unknown import Unknown
from rehearsal.execution.tasks.turns import Execution
from rehearsal.language.capabilities import check_capabilities, check_expansion
from rehearsal.language.parameters import settle
from rehearsal.language.processed_target import judged_target
from rehearsal.language.template_source import template_at
from rehearsal.language.validation import validate_template
from rehearsal.properties.made_up_values import is_made_up
from rehearsal.state.stacks import STACK_TYPE, ChangeSet, Operation, Stack, Target
from rehearsal.state.world import World

UPPER = string.ascii_uppercase + string.digits


def new_child(world: World, parent: Stack, logical_id: str) -> Stack:
    """An empty nested stack: `<parent name>-<LogicalId>-<12 upper-case characters>`, below the same root."""
    suffix = f"-{logical_id}-{world.token(12, UPPER)}"
    child = world.new_stack(parent.region, parent.name[: 128 - len(suffix)] + suffix, "REVIEW_IN_PROGRESS")
    child.parent, child.root, child.parent_logical_id = parent.id, parent.root or parent.id, logical_id
    return world.add(child)


def child_target(
    world: World, parent: Stack, parent_target: Target, properties: dict[str, Any], child: Stack, review: bool = False
) -> Target:
    """What the parent's resolved properties ask of the child; a review needs no capability for its transforms.

    Errors: CloudFormationError for a template that cannot be read or is refused, and for parameters
    that do not fit it or its rules.
    """
    url = properties.get("TemplateURL")
    if not isinstance(url, str):
        raise ValidationError("TemplateURL must be a supported URL.")
    held = None if review else _held(world, child)
    body = held.template if held else template_at(world, url)
    template = parse_template(body)
    validate_template(template, world.types(parent.region))
    if not review:
        check_expansion(template, parent_target.capabilities)
    check_capabilities(template, parent_target.capabilities)
    previous = child.target.parameters if child.target else {}
    parameters = settle(
        template.parameters,
        _given(properties.get("Parameters", {})),
        previous,
        lambda name: _stored(held, name) or world.stored(name, parent.region),
        lambda text: is_made_up(world, text),
    )
    own_tags = {tag["Key"]: text_of(tag["Value"]) for tag in properties.get("Tags", []) if isinstance(tag, dict)}
    target = Target(
        template=body,
        parameters=parameters,
        tags=parent_target.tags | own_tags,
        capabilities=parent_target.capabilities,
        notification_arns=tuple(properties.get("NotificationARNs", ())) or parent_target.notification_arns,
        role=parent_target.role,
    )
    return judged_target(world, child, target)


def _held(world: World, child: Stack) -> Target | None:
    """The contents of the change set of a nested stack, while its root's executes: they are executed as they are.

    User guide, "Execute a change set": for nested stacks, what the root change set and the nested ones describe.
    """
    return next((kept.target for kept in _executing(world, child) if kept.target.template), None)


def _lists_changes(world: World, child: Stack) -> bool:
    """Whether the change set of a nested stack that is executed has changes, at any depth. Changed outputs

    count, although they have no row. A row that only waits for a sibling's output does not count.
    """
    kept = _executing(world, child)
    rows = [row["ResourceChange"] for change_set in kept for row in change_set.valued]
    below = [stack for stack in world.state.stacks.values() if stack.parent == child.id]
    return (
        any(change_set.outputs_change for change_set in kept)
        or any(map(_changes, rows))
        or any(_lists_changes(world, stack) for stack in below)
    )


def _changes(row: dict[str, Any]) -> bool:
    values = [detail["Target"].get("AfterValue", detail["Target"].get("BeforeValue")) for detail in row["Details"]]
    known = [value for value in values if value is not None and "{{" not in value]
    return row["ResourceType"] != STACK_TYPE and (row["Action"] != "Modify" or bool(known))


def _executing(world: World, child: Stack) -> list[ChangeSet]:
    """The change set of a nested stack that is executed with its root's, if there is one."""
    root = world.state.stacks.get(child.root or "")
    executed = root.operation.change_set if root and root.operation else None
    return [kept for kept in child.change_sets.values() if kept.root == executed] if executed else []


def _stored(held: Target | None, name: str) -> str | None:
    """What a parameter of Systems Manager came to when the change set was made."""
    values = held.parameters.values() if held else ()
    return next((value.resolved for value in values if value.value == name and value.resolved is not None), None)


def _given(parameters: Any) -> list[dict[str, Any]]:
    if not isinstance(parameters, dict):
        raise ValidationError(
            "Property validation failure: [Value of property {/Parameters} does not match type {Map}]"
        )
    return [{"ParameterKey": key, "ParameterValue": _given_text(key, value)} for key, value in parameters.items()]


def _given_text(key: str, value: Any) -> str:
    if isinstance(value, (list, dict)):
        raise ValidationError(
            f"Value of property Parameters must be an object with String (or simple type) properties ({key})"
        )
    return value.placeholder if isinstance(value, Unknown) else text_of(value)


def ask_create(parent: Execution, child: Stack, properties: dict[str, Any]) -> None:
    """Set a child to work on its creation; it begins with its own next step."""
    target = child_target(parent.world, parent.stack, parent.operation.target, properties, child)
    minutes = text_of(properties.get("TimeoutInMinutes"))
    child.timeout_minutes = int(minutes) if minutes.isdigit() else None
    set_to_work(parent, child, "CREATE", target)


def wanted_update(parent: Execution, child: Stack, properties: dict[str, Any]) -> Target | None:
    """What an update leads a child to; None when it has nothing to update.

    Errors: those of child_target.
    """
    target = child_target(parent.world, parent.stack, parent.operation.target, properties, child)
    due = child.status.endswith("_FAILED") or child.interrupted is not None
    if due or child.target is None or differs(child.target, target) or _lists_changes(parent.world, child):
        return target
    return None


def differs(before: Target, after: Target) -> bool:
    """Whether two targets differ in anything that reaches resources."""
    return (before.template, before.parameters, before.tags) != (after.template, after.parameters, after.tags)


def set_to_work(parent: Execution, child: Stack, kind: str, target: Target) -> None:
    """Give a child an operation of its parent's id and token; it begins with its own next step."""
    operation = parent.operation
    child.operation = Operation(
        id=operation.id,
        kind=kind,
        phase="begin",
        target=target,
        token=operation.token,
        on_failure="ROLLBACK" if operation.on_failure == "DELETE" else operation.on_failure,
        starting=child.status,
        retain_except_on_create=operation.retain_except_on_create,
        forced=operation.forced,
        express=operation.express,
        adopted=[name for kept in _executing(parent.world, child) for name in kept.adopted],
    )
    Execution(parent.world, child, child.operation).schedule(0.0)


def notify_parent(world: World, child: Stack) -> None:
    """Make the parent check its child: the resource of the child takes its next step, also in a cleanup."""
    parent = world.state.stacks.get(child.parent or "")
    if parent is None or parent.operation is None or child.parent_logical_id is None:
        return
    execution = Execution(world, parent, parent.operation)
    if parent.operation.cleaning:
        execution.schedule(0.3)
    for name, task in parent.operation.tasks.items():
        if task.logical_id == child.parent_logical_id and task.step == "child":
            execution.schedule(0.2, name)


def failure(child: Stack, participle: str) -> str:
    """Why a child was not `created` or `deleted`, as its resource in the parent says it."""
    return f"Embedded stack {child.id} was not successfully {participle}: {(child.reason or '').strip()}"


def update_failure(child: Stack, reason: str | None) -> str:
    return (
        f"Embedded stack {child.id} was not successfully updated. "
        f"Currently in {child.status} with reason: {(reason or '').strip()}"
    )
