"""The API's operations on the instances of stack sets, and on the operations that change them."""

from __future__ import annotations

from typing import Any

from rehearsal.api.requests import page
from rehearsal.api.stack_sets import (
    EXECUTION,
    accounts,
    administration_role,
    chosen_instances,
    instance_not_found,
    refuse_organizations,
    stack_set_named,
)
from rehearsal.errors import CloudFormationError
from rehearsal.stack_sets.stack_set import StackInstance, StackSet, StackSetOperation
from rehearsal.stack_sets.stack_sets import begin_operation, key_of, stop
from rehearsal.times import moment
from rehearsal.world import World


def create_stack_instances(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """CreateStackInstances: instances that exist already are deployed again."""
    refuse_organizations(request)
    stack_set = stack_set_named(world, region, request)
    wanted = {key_of(account, where): (account, where) for where in request["Regions"] for account in accounts(request)}
    operation = begin_operation(world, stack_set, "CREATE", list(wanted), request)
    for key, (account, where) in wanted.items():
        instance = stack_set.instances.setdefault(key, StackInstance(account, where))
        instance.overrides, instance.detailed_status = _overrides(request, instance), "PENDING"
    return {"OperationId": operation.id}


def _overrides(request: dict[str, Any], instance: StackInstance) -> dict[str, str]:
    if "ParameterOverrides" not in request:
        return instance.overrides
    return {
        entry["ParameterKey"]: instance.overrides.get(entry["ParameterKey"], "")
        if entry.get("UsePreviousValue")
        else entry.get("ParameterValue", "")
        for entry in request["ParameterOverrides"]
    }


def update_stack_instances(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """UpdateStackInstances: other values of parameters for some instances; none given means the set's own."""
    refuse_organizations(request)
    stack_set = stack_set_named(world, region, request)
    keys = chosen_instances(stack_set, request)
    operation = begin_operation(world, stack_set, "UPDATE", keys, request)
    for key in keys:
        instance = stack_set.instances[key]
        instance.overrides, instance.detailed_status = _overrides(request, instance), "PENDING"
    return {"OperationId": operation.id}


def delete_stack_instances(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DeleteStackInstances; with RetainStacks the stacks stay and belong to no set any more."""
    refuse_organizations(request)
    stack_set = stack_set_named(world, region, request)
    keys = chosen_instances(stack_set, request)
    operation = begin_operation(world, stack_set, "DELETE", keys, request)
    for key in keys:
        stack_set.instances[key].detailed_status = "PENDING"
    return {"OperationId": operation.id}


def list_stack_instances(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """ListStackInstances, of one account, region, status or last operation where that is asked for."""
    stack_set = stack_set_named(world, region, request)
    asked = {entry["Name"]: entry["Values"] for entry in request.get("Filters", ())}
    found = [
        instance
        for instance in stack_set.instances.values()
        if request.get("StackInstanceAccount") in (None, instance.account)
        and request.get("StackInstanceRegion") in (None, instance.region)
        and asked.get("DETAILED_STATUS") in (None, instance.detailed_status)
        and asked.get("LAST_OPERATION_ID") in (None, instance.last_operation)
        and asked.get("DRIFT_STATUS") in (None, "NOT_CHECKED")
    ]
    shown, following = page(found, request, request.get("MaxResults", 100), lambda row: _instance(stack_set, row))
    return {"Summaries": shown, **following}


def _instance(stack_set: StackSet, instance: StackInstance) -> dict[str, Any]:
    optional = {
        "StackId": instance.stack_id,
        "StatusReason": instance.reason,
        "LastOperationId": instance.last_operation,
    }
    return {
        "StackSetId": stack_set.id,
        "Region": instance.region,
        "Account": instance.account,
        "Status": instance.status,
        "StackInstanceStatus": {"DetailedStatus": instance.detailed_status},
        "DriftStatus": "NOT_CHECKED",
        **{key: value for key, value in optional.items() if value},
    }


def describe_stack_instance(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeStackInstance."""
    stack_set = stack_set_named(world, region, request)
    account, where = request["StackInstanceAccount"], request["StackInstanceRegion"]
    instance = stack_set.instances.get(key_of(account, where))
    if instance is None:
        raise instance_not_found(stack_set, account, where)
    overrides = [{"ParameterKey": key, "ParameterValue": value} for key, value in instance.overrides.items()]
    return {"StackInstance": _instance(stack_set, instance) | {"ParameterOverrides": overrides}}


def _operation(stack_set: StackSet, request: dict[str, Any]) -> StackSetOperation:
    operation = stack_set.operations.get(request["OperationId"])
    if operation is None:
        raise CloudFormationError("OperationNotFoundException", f"Operation {request['OperationId']} not found", 404)
    return operation


def describe_stack_set_operation(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeStackSetOperation."""
    stack_set = stack_set_named(world, region, request)
    operation = _operation(stack_set, request)
    roles = {
        "AdministrationRoleARN": administration_role(world, stack_set),
        "ExecutionRoleName": stack_set.execution_role or EXECUTION,
    }
    retained = {"RetainStacks": operation.retain} if operation.action == "DELETE" else {}
    return {"StackSetOperation": _summary(operation) | {"StackSetId": stack_set.id} | roles | retained}


def _summary(operation: StackSetOperation) -> dict[str, Any]:
    failed = sum(result["Status"] == "FAILED" for result in operation.results.values())
    return {
        "OperationId": operation.id,
        "Action": operation.action,
        "Status": operation.status,
        "CreationTimestamp": moment(operation.created),
        "OperationPreferences": operation.preferences,
        "StatusDetails": {"FailedStackInstancesCount": failed},
        **({"EndTimestamp": moment(operation.ended)} if operation.ended is not None else {}),
    }


def list_stack_set_operations(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """ListStackSetOperations: newest first."""
    stack_set = stack_set_named(world, region, request)
    newest = list(stack_set.operations.values())[::-1]
    shown, following = page(newest, request, request.get("MaxResults", 100), _summary)
    return {"Summaries": shown, **following}


def list_stack_set_operation_results(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """ListStackSetOperationResults: one row for each account and region of an operation."""
    operation = _operation(stack_set_named(world, region, request), request)
    asked = {entry["Name"]: entry["Values"] for entry in request.get("Filters", ())}
    wanted = asked.get("OPERATION_RESULT_STATUS")
    rows = [
        dict(zip(("Account", "Region"), key.split("/"), strict=True)) | result
        for key, result in operation.results.items()
        if wanted in (None, result["Status"])
    ]
    shown, following = page(rows, request, request.get("MaxResults", 100), lambda row: row)
    return {"Summaries": shown, **following}


def stop_stack_set_operation(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """StopStackSetOperation."""
    stop(_operation(stack_set_named(world, region, request), request))
    return {}
