"""The API's operations on the instances of stack sets."""

from typing import Any

from cloudformation.environment.keys.regions import is_known, known_regions
from cloudformation.refusals import ValidationError
from rehearsal.api.drift_calls import set_drift_information
from rehearsal.api.requests import page, present
from rehearsal.api.stack_set_actions.stack_set_calls import (
    chosen_instances,
    given_values,
    instance_named,
    places,
    stack_set_named,
)
from rehearsal.stack_sets.stack_set_operations import begin_operation, key_of
from rehearsal.state.stack_set import StackInstance, StackSet
from rehearsal.state.world import World


def create_stack_instances(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """CreateStackInstances: instances that exist already are deployed again."""
    stack_set = stack_set_named(world, region, request)
    _refuse_unknown(world, region, request["Regions"])
    wanted = {key_of(*place): place for place in places(request)}
    operation = begin_operation(world, stack_set, "CREATE", list(wanted), request)
    for key, place in wanted.items():
        instance = stack_set.instances.setdefault(key, StackInstance(*place))
        instance.overrides, instance.detailed_status = _overrides(request, instance), "PENDING"
    return {"OperationId": operation.id}


def _refuse_unknown(world: World, region: str, wanted: list[str]) -> None:
    """Refuse Regions that AWS does not have, or has in another partition; AWS's own words are not known.

    Errors: ValidationError.
    """
    known = known_regions()
    wrong = [one for one in wanted if not is_known(one, known) or world.partition(one) != world.partition(region)]
    if wrong:
        raise ValidationError(f"Region(s) not supported: [{', '.join(wrong)}]")


def _overrides(request: dict[str, Any], instance: StackInstance) -> dict[str, str]:
    if "ParameterOverrides" not in request:
        return instance.overrides
    return given_values(request["ParameterOverrides"], instance.overrides)


def update_stack_instances(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """UpdateStackInstances: other values of parameters for some instances; none given means the set's own."""
    return _begin_over_chosen(world, region, request, "UPDATE")


def delete_stack_instances(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DeleteStackInstances; with RetainStacks the stacks stay and belong to no set any more."""
    return _begin_over_chosen(world, region, request, "DELETE")


def _begin_over_chosen(world: World, region: str, request: dict[str, Any], action: str) -> dict[str, Any]:
    stack_set = stack_set_named(world, region, request)
    keys = chosen_instances(stack_set, request)
    operation = begin_operation(world, stack_set, action, keys, request)
    for key in keys:
        instance = stack_set.instances[key]
        instance.overrides, instance.detailed_status = _overrides(request, instance), "PENDING"
    return {"OperationId": operation.id}


def list_stack_instances(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """ListStackInstances, of one account, region, status or last operation where that is asked for."""
    stack_set = stack_set_named(world, region, request)
    asked = {entry["Name"]: entry["Values"] for entry in request.get("Filters", ())}
    instances = [
        instance
        for instance in stack_set.instances.values()
        if request.get("StackInstanceAccount") in (None, instance.account)
        and request.get("StackInstanceRegion") in (None, instance.region)
        and asked.get("DETAILED_STATUS") in (None, instance.detailed_status)
        and asked.get("LAST_OPERATION_ID") in (None, instance.last_operation)
        and asked.get("DRIFT_STATUS") in (None, set_drift_information(instance)["DriftStatus"])
    ]
    return page("Summaries", instances, request, lambda row: _instance(stack_set, row))


def _instance(stack_set: StackSet, instance: StackInstance) -> dict[str, Any]:
    return {
        "StackSetId": stack_set.id,
        "Region": instance.region,
        "Account": instance.account,
        "Status": instance.status,
        "StackInstanceStatus": {"DetailedStatus": instance.detailed_status},
        **set_drift_information(instance),
        **present(StackId=instance.stack_id, StatusReason=instance.reason, LastOperationId=instance.last_operation),
    }


def describe_stack_instance(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeStackInstance."""
    stack_set = stack_set_named(world, region, request)
    instance = instance_named(stack_set, request)
    overrides = [{"ParameterKey": key, "ParameterValue": value} for key, value in instance.overrides.items()]
    return {"StackInstance": _instance(stack_set, instance) | {"ParameterOverrides": overrides}}
