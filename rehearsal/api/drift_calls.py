"""The drift operations of the API."""

from typing import Any

from cloudformation.refusals import ValidationError
from rehearsal.api.requests import existing_stack, page
from rehearsal.drift import detection as drift
from rehearsal.properties.live_properties import supports_drift
from rehearsal.state.clock import moment
from rehearsal.state.stack_set import StackInstance, StackSet
from rehearsal.state.stacks import Stack, StackResource
from rehearsal.state.world import World


def detect_stack_drift(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DetectStackDrift: the answer is an id; the detection follows, one at a time for a stack."""
    stack = _detectable(world, region, request)
    for detection in world.state.detections.values():
        if detection["StackId"] == stack.id and detection["DetectionStatus"] == drift.IN_PROGRESS:
            raise ValidationError(f"Drift detection is already in progress for stack [{stack.id}]")
    wanted = request.get("LogicalResourceIds", [])
    for name in wanted:
        _resource(stack, name)
    return {"StackDriftDetectionId": drift.detect(world, stack, wanted)}


def _detectable(world: World, region: str, request: dict[str, Any]) -> Stack:
    stack = existing_stack(world, region, request)
    drift.refuse_undetectable(stack)
    return stack


def _resource(stack: Stack, name: str) -> StackResource:
    resource = stack.resources.get(name)
    if resource is None or not resource.exists:
        raise ValidationError(f"Resource {name} does not exist for stack {stack.name}")
    return resource


def describe_stack_drift_detection_status(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeStackDriftDetectionStatus."""
    identifier = request["StackDriftDetectionId"]
    detection = world.state.detections.get(identifier)
    if detection is None:
        raise ValidationError(f"Drift detection operation [{identifier}] not found")
    shown = {key: value for key, value in detection.items() if key != "LogicalResourceIds"}
    return timed(shown) | {"StackDriftDetectionId": identifier}


def detect_stack_resource_drift(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DetectStackResourceDrift: one resource, compared at once."""
    stack = _detectable(world, region, request)
    resource = _resource(stack, request["LogicalResourceId"])
    if not supports_drift(world, stack, resource):
        raise ValidationError(f"Resource type {resource.type} does not support drift detection")
    drift.check(world, stack, resource)
    return {"StackResourceDrift": timed(drift.drift_row(stack, resource))}


def describe_stack_resource_drifts(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeStackResourceDrifts: what has been checked, a hundred a page."""
    stack = existing_stack(world, region, request)
    wanted = request.get("StackResourceDriftStatusFilters") or ()
    rows = [row for row in drift.drift_rows(stack) if not wanted or row["StackResourceDriftStatus"] in wanted]
    return page("StackResourceDrifts", rows, request, timed)


def timed(members: dict[str, Any]) -> dict[str, Any]:
    """The stored drift in the form of the answers: stored times are in seconds."""
    return {key: moment(value) if key.endswith("Timestamp") else value for key, value in members.items()}


def stack_drift_information(stack: Stack) -> dict[str, Any]:
    """DriftInformation of a stack as DescribeStacks and ListStacks show it."""
    return timed(stack.drift or {"StackDriftStatus": "NOT_CHECKED"})


def resource_drift_information(resource: StackResource) -> dict[str, Any]:
    """DriftInformation of a resource as DescribeStackResources shows it."""
    if not resource.drift:
        return {"StackResourceDriftStatus": "NOT_CHECKED"}
    return {
        "StackResourceDriftStatus": resource.drift["StackResourceDriftStatus"],
        "LastCheckTimestamp": moment(resource.drift["Timestamp"]),
    }


def set_drift_information(looked_at: StackSet | StackInstance) -> dict[str, Any]:
    """DriftStatus of a stack set or an instance, with the time of the last look, as lists show them."""
    shown = timed({"DriftStatus": "NOT_CHECKED"} | looked_at.drift)
    return {key: shown[key] for key in ("DriftStatus", "LastDriftCheckTimestamp") if key in shown}
