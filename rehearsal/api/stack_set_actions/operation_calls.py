"""The API's operations on what is, or was, done to a stack set."""

from typing import Any

from cloudformation.refusals import CloudFormationError
from rehearsal.api.drift_calls import timed
from rehearsal.api.requests import page
from rehearsal.api.stack_set_actions.stack_set_calls import (
    EXECUTION,
    administration_role,
    instance_named,
    stack_set_named,
)
from rehearsal.stack_sets.instance_drift import ACTION, summed_up
from rehearsal.stack_sets.stack_set_operations import begin_operation, key_of, stop
from rehearsal.state.clock import moment
from rehearsal.state.stack_set import StackSet, StackSetOperation
from rehearsal.state.world import World

# The function that an account may have to be asked before each operation (user guide, "account gates").
GATE = "AWSCloudFormationStackSetAccountGate"


def operation_named(stack_set: StackSet, request: dict[str, Any]) -> StackSetOperation:
    """The operation of a stack set that a request names. Errors: OperationNotFoundException."""
    operation = stack_set.operations.get(request["OperationId"])
    if operation is None:
        raise CloudFormationError("OperationNotFoundException", f"Operation {request['OperationId']} not found", 404)
    return operation


def describe_stack_set_operation(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeStackSetOperation."""
    stack_set = stack_set_named(world, region, request)
    operation = operation_named(stack_set, request)
    roles = {
        "AdministrationRoleARN": administration_role(world, stack_set),
        "ExecutionRoleName": stack_set.execution_role or EXECUTION,
    }
    own: dict[str, Any] = {"StackSetId": stack_set.id}
    if operation.action == "DELETE":
        own["RetainStacks"] = operation.retain
    if operation.action == ACTION:
        own["StackSetDriftDetectionDetails"] = timed(summed_up(operation))
    return {"StackSetOperation": _summary(operation) | roles | own}


def _summary(operation: StackSetOperation) -> dict[str, Any]:
    return {
        "OperationId": operation.id,
        "Action": operation.action,
        "Status": operation.status,
        "CreationTimestamp": moment(operation.created),
        "OperationPreferences": operation.preferences,
        "StatusDetails": {"FailedStackInstancesCount": operation.count("FAILED")},
        **({"EndTimestamp": moment(operation.ended)} if operation.ended is not None else {}),
    }


def list_stack_set_operations(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """ListStackSetOperations: newest first."""
    stack_set = stack_set_named(world, region, request)
    newest = list(stack_set.operations.values())[::-1]
    return page("Summaries", newest, request, _summary)


def list_stack_set_operation_results(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """ListStackSetOperationResults: one row for each account and region of an operation, by their turns."""
    operation = operation_named(stack_set_named(world, region, request), request)
    asked = {entry["Name"]: entry["Values"] for entry in request.get("Filters", ())}
    wanted = asked.get("OPERATION_RESULT_STATUS")
    results = [(key, result) for key, result in operation.results.items() if wanted in (None, result["Status"])]
    return page("Summaries", results, request, lambda row: _result(world, *row))


def _result(world: World, key: str, result: dict[str, str]) -> dict[str, Any]:
    account, region = key.split("/")
    begun = result["Status"] not in ("PENDING", "CANCELLED")
    return {"Account": account, "Region": region, **result, **(_gate(world.of(account), region) if begun else {})}


def _gate(world: World, region: str) -> dict[str, Any]:
    """What is said of an account without a gate function (AWS CLI, example of list-stack-set-operation-results).

    The function of an account that has one is not called, and nothing is said of it.
    """
    gate = ("AWS::Lambda::Function", GATE)
    if any((resource.type, resource.physical_id) == gate for _, resource in world.standing(region)):
        return {}
    function = f"arn:{world.partition(region)}:lambda:{region}:{world.state.account}:function:{GATE}"
    return {"AccountGateResult": {"Status": "SKIPPED", "StatusReason": f"Function not found: {function}"}}


def stop_stack_set_operation(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """StopStackSetOperation."""
    stop(operation_named(stack_set_named(world, region, request), request))
    return {}


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
    drift = operation.drifts.get(key_of(instance.account, instance.region), {"Resources": []})
    wanted = request.get("StackInstanceResourceDriftStatuses") or ()
    rows = [row for row in drift["Resources"] if not wanted or row["StackResourceDriftStatus"] in wanted]
    return page("Summaries", rows, request, timed)
