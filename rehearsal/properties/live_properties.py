"""What a resource really is: as CloudFormation left it, but for what a scenario says that somebody changed."""

import copy
from typing import Any

from rehearsal.state.stacks import STACK_TYPE, Stack, StackResource
from rehearsal.state.world import World

DELETED = "*"


def supports_drift(world: World, stack: Stack, resource: StackResource) -> bool:
    """Whether drift detection looks at a resource: it exists, and its type can be read."""
    kind = world.types(stack.region).get(resource.type)
    readable = kind is not None and "read" in kind.schema.get("handlers", {"read": {}})
    return resource.exists and readable and resource.type != STACK_TYPE


def live_properties(world: World, stack: Stack, resource: StackResource) -> dict[str, Any] | None:
    """The properties that the template gives, as they really are; None when somebody deleted the resource.

    What the scenario changes is changed when it is first looked at; a property that CloudFormation
    has written since is as CloudFormation wrote it.
    """
    if resource.drifted is None:
        path = world.path(stack, resource.logical_id)
        resource.drifted = {
            drift.property: {"expected": _at(resource.properties, drift.property), "actual": drift.actual}
            for drift in world.scenario.drifts(path, world.state.account, stack.region)
        }
    if DELETED in resource.drifted:
        return None
    actual: dict[str, Any] = copy.deepcopy(resource.properties)
    for path, change in resource.drifted.items():
        if _at(resource.properties, path) == change["expected"]:
            _put(actual, path.split("/"), change["actual"])
    return actual


def _at(properties: Any, path: str) -> Any:
    value = properties
    for step in path.split("/"):
        if isinstance(value, list):
            value = value[int(step)] if step.isdigit() and int(step) < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def _put(properties: Any, path: list[str], value: Any) -> None:
    """Set a value at a path of a mapping or list; None takes it away."""
    step, *rest = path
    if isinstance(properties, list):
        properties += [{}] * (step.isdigit() and int(step) == len(properties))
        if not step.isdigit() or int(step) >= len(properties):
            return
    key: Any = int(step) if isinstance(properties, list) else step
    if rest:
        if isinstance(properties, dict):
            properties.setdefault(key, {})
        _put(properties[key], rest, value)
    elif value is None:
        properties.pop(key) if isinstance(properties, list) else properties.pop(key, None)
    else:
        properties[key] = value


def accept_live(world: World, stack: Stack) -> None:
    """Take what the resources really are for what CloudFormation knows of them.

    A drift-aware deployment starts from there, and a rollback of it returns there.
    """
    for resource in stack.resources.values():
        if not supports_drift(world, stack, resource):
            continue
        actual = live_properties(world, stack, resource)
        if actual is None:
            resource.physical_id = ""
        else:
            resource.properties = actual
        resource.drifted, resource.drift = {}, {}
