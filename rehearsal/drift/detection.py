"""Drift: how far resources are from what CloudFormation last made of them.

A rehearsal provisions nothing, so a resource is as its stack left it, except for what the scenario says
somebody changed by hand. Only properties that the template gives are compared (StackResourceDrift in the
API reference), lists without an order as such; nested stacks are not looked into.
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from cloudformation.refusals import ValidationError
from cloudformation.unknown import ABSENT
from rehearsal.properties.live_properties import live_properties, supports_drift
from rehearsal.resources.differences import pointer
from rehearsal.resources.resource_types import ResourceType
from rehearsal.state.events import properties_text
from rehearsal.state.stacks import Stack, StackResource
from rehearsal.state.world import World

PREFIX = "drift:"
IN_PROGRESS, COMPLETE, FAILED = "DETECTION_IN_PROGRESS", "DETECTION_COMPLETE", "DETECTION_FAILED"
# User guide, "Detect drift on an entire CloudFormation stack".
DETECTABLE = (
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_FAILED",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
)


def refuse_undetectable(stack: Stack) -> None:
    """Refuse a detection in a stack whose status does not allow one."""
    if stack.status not in DETECTABLE:
        raise ValidationError(
            f"Drift detection cannot be performed on stack [{stack.id}] while it is in {stack.status} state"
        )


def detect(world: World, stack: Stack, logical_ids: Sequence[str]) -> str:
    """Begin a detection over a stack, or over some of its resources; its id comes back."""
    identifier = world.uuid()
    world.state.detections[identifier] = {
        "StackId": stack.id,
        "DetectionStatus": IN_PROGRESS,
        "Timestamp": world.clock.now(),
        "LogicalResourceIds": list(logical_ids),
    }
    world.agenda.add(world.clock.now() + 5.0, stack.id, PREFIX + identifier)
    return identifier


def finish_detection(world: World, identifier: str) -> None:
    """Compare every resource that the detection is about, and sum up."""
    detection = world.state.detections[identifier]
    stack = world.state.stacks[detection["StackId"]]
    chosen = detection.pop("LogicalResourceIds", []) or list(stack.resources)
    for name in chosen:
        if name in stack.resources and supports_drift(world, stack, stack.resources[name]):
            check(world, stack, stack.resources[name])
    compared = [resource.drift for resource in stack.resources.values() if resource.exists]
    drifted = sum(drift.get("StackResourceDriftStatus") in ("MODIFIED", "DELETED") for drift in compared)
    status = "DRIFTED" if drifted else "IN_SYNC"
    detection |= {"DetectionStatus": COMPLETE, "StackDriftStatus": status, "DriftedStackResourceCount": drifted}
    stack.drift = {"StackDriftStatus": status, "LastCheckTimestamp": world.clock.now()}


def fail_detection(world: World, identifier: str, reason: str) -> None:
    """The detection has come to nothing."""
    detection = world.state.detections[identifier]
    detection.pop("LogicalResourceIds", None)
    detection |= {"DetectionStatus": FAILED, "DetectionStatusReason": reason}


def check(world: World, stack: Stack, resource: StackResource) -> dict[str, Any]:
    """Compare one resource now; what was found stays with the resource, in the API's shape."""
    kind = world.kind(stack.region, resource.type)
    actual = live_properties(world, stack, resource)
    differing = [] if actual is None else list(property_differences(kind, resource.properties, actual))
    status = "DELETED" if actual is None else "MODIFIED" if differing else "IN_SYNC"
    shown = {} if actual is None else {"ActualProperties": properties_text(actual), "PropertyDifferences": differing}
    resource.drift = {
        "StackResourceDriftStatus": status,
        "Timestamp": world.clock.now(),
        "ExpectedProperties": properties_text(resource.properties),
        **shown,
    }
    return resource.drift


def drift_rows(stack: Stack) -> list[dict[str, Any]]:
    """What was found of every resource that has been compared and exists, as StackResourceDrift shows it."""
    checked = [resource for resource in stack.resources.values() if resource.exists and resource.drift]
    return [drift_row(stack, resource) for resource in checked]


def drift_row(stack: Stack, resource: StackResource) -> dict[str, Any]:
    """What was found of one resource."""
    return {
        "StackId": stack.id,
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.physical_id,
        "ResourceType": resource.type,
        **resource.drift,
    }


def property_differences(
    kind: ResourceType, expected: Any, actual: Any, path: tuple[str, ...] = ()
) -> Iterator[dict[str, str]]:
    """Where a live resource differs, as PropertyDifferences shows it."""
    if expected is not ABSENT and actual is not ABSENT and path and kind.same(path, expected, actual, live=True):
        return
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in dict.fromkeys((*expected, *actual)) if path else expected:
            yield from property_differences(kind, expected.get(key, ABSENT), actual.get(key, ABSENT), (*path, key))
    elif isinstance(expected, list) and isinstance(actual, list):
        for index, (left, right) in enumerate(zip_longest(expected, actual, fillvalue=ABSENT)):
            yield from property_differences(kind, left, right, (*path, str(index)))
    else:
        yield {
            "PropertyPath": pointer(path),
            "ExpectedValue": _shown(expected),
            "ActualValue": _shown(actual),
            "DifferenceType": "ADD" if expected is ABSENT else "REMOVE" if actual is ABSENT else "NOT_EQUAL",
        }


def _shown(value: Any) -> str:
    if value is ABSENT:
        return "null"
    return properties_text(value) if isinstance(value, (dict, list)) else properties_text([value])[2:-2]
