"""The drift operations of the API."""

from __future__ import annotations

from typing import Any

from cloudformation.refusals import ValidationError
from rehearsal.api.requests import existing_stack, page
from rehearsal.drift import detection as drift
from rehearsal.drift.live_properties import supports_drift
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
    return shown | {"StackDriftDetectionId": identifier, "Timestamp": moment(detection["Timestamp"])}


def detect_stack_resource_drift(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DetectStackResourceDrift: one resource, compared at once."""
    stack = _detectable(world, region, request)
    resource = _resource(stack, request["LogicalResourceId"])
    if not supports_drift(world, stack, resource):
        raise ValidationError(f"Resource type {resource.type} does not support drift detection")
    drift.check(world, stack, resource)
    return {"StackResourceDrift": _row(stack, resource)}


def describe_stack_resource_drifts(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeStackResourceDrifts: what has been checked, a hundred a page."""
    stack = existing_stack(world, region, request)
    wanted = request.get("StackResourceDriftStatusFilters") or ()
    checked = [resource for resource in stack.resources.values() if resource.exists and resource.drift]
    rows = [row for row in checked if not wanted or row.drift["StackResourceDriftStatus"] in wanted]
    return page("StackResourceDrifts", rows, request, lambda row: _row(stack, row))


def _row(stack: Stack, resource: StackResource) -> dict[str, Any]:
    return {
        "StackId": stack.id,
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.physical_id,
        "ResourceType": resource.type,
        **resource.drift,
        "Timestamp": moment(resource.drift["Timestamp"]),
    }


def stack_drift_information(stack: Stack) -> dict[str, Any]:
    """DriftInformation of a stack as DescribeStacks and ListStacks show it."""
    if not stack.drift:
        return {"StackDriftStatus": "NOT_CHECKED"}
    return stack.drift | {"LastCheckTimestamp": moment(stack.drift["LastCheckTimestamp"])}


def resource_drift_information(resource: StackResource) -> dict[str, Any]:
    """DriftInformation of a resource as DescribeStackResources shows it."""
    if not resource.drift:
        return {"StackResourceDriftStatus": "NOT_CHECKED"}
    return {
        "StackResourceDriftStatus": resource.drift["StackResourceDriftStatus"],
        "LastCheckTimestamp": moment(resource.drift["Timestamp"]),
    }


def set_drift_details(details: dict[str, Any]) -> dict[str, Any]:
    """StackSetDriftDetectionDetails as DescribeStackSet and DescribeStackSetOperation show them."""
    checked = {key: moment(value) for key, value in details.items() if key == "LastDriftCheckTimestamp"}
    return details | checked


def set_drift_information(looked_at: StackSet | StackInstance) -> dict[str, Any]:
    """DriftStatus of a stack set or an instance, with the time of the last look, as lists show them."""
    shown = set_drift_details(looked_at.drift)
    return {"DriftStatus": "NOT_CHECKED"} | {
        key: shown[key] for key in ("DriftStatus", "LastDriftCheckTimestamp") if key in shown
    }
