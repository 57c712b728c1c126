"""The API's operations on the drift of stack sets."""

from __future__ import annotations

from typing import Any

from rehearsal.api.requests import page
from rehearsal.api.stack_set_actions.operation_calls import operation_named
from rehearsal.api.stack_set_actions.stack_set_calls import instance_named, stack_set_named
from rehearsal.stack_sets.instance_drift import ACTION
from rehearsal.stack_sets.stack_set_operations import begin_operation, key_of
from rehearsal.state.clock import moment
from rehearsal.state.world import World


def detect_stack_set_drift(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DetectStackSetDrift: an operation over every instance."""
    stack_set = stack_set_named(world, region, request)
    operation = begin_operation(world, stack_set, ACTION, list(stack_set.instances), request)
    return {"OperationId": operation.id}


def list_stack_instance_resource_drifts(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """ListStackInstanceResourceDrifts: what one detection found in one instance; nothing before it has come there."""
    stack_set = stack_set_named(world, region, request)
    instance = instance_named(stack_set, request)
    operation = operation_named(stack_set, request)
    found = operation.drifts.get(key_of(instance.account, instance.region), {"Resources": []})
    wanted = request.get("StackInstanceResourceDriftStatuses") or ()
    rows = [row for row in found["Resources"] if not wanted or row["StackResourceDriftStatus"] in wanted]
    return page("Summaries", rows, request, lambda row: row | {"Timestamp": moment(row["Timestamp"])})
