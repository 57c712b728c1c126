"""The API's operations on stack sets themselves; only self-managed sets are simulated."""

from collections.abc import Iterable
from typing import Any

from cloudformation.refusals import CloudFormationError, ValidationError
from cloudformation.template.sections import parse_template
from rehearsal.api.drift_calls import set_drift_information, timed
from rehearsal.api.requests import page, present
from rehearsal.language.capabilities import check_capabilities, check_expansion
from rehearsal.language.parameters import settle
from rehearsal.language.template_source import submitted_template
from rehearsal.language.validation import validate_template
from rehearsal.stack_sets.stack_set_operations import ACTIVE, arn_of, begin_operation, in_progress, key_of
from rehearsal.state.stack_set import StackInstance, StackSet
from rehearsal.state.world import World

ADMINISTRATION, EXECUTION = "AWSCloudFormationStackSetAdministrationRole", "AWSCloudFormationStackSetExecutionRole"


def stack_set_named(world: World, region: str, request: dict[str, Any]) -> StackSet:
    """The active stack set that a request names by name, id or ARN.

    Errors: StackSetNotFoundException; ValidationError for a request that aims at organizational units.
    """
    refuse_organizations(request)
    named = request["StackSetName"]
    wanted = named.rsplit("stackset/", 1)[-1]
    for stack_set in world.state.stack_sets.values():
        if stack_set.region == region and stack_set.status == "ACTIVE" and wanted in (stack_set.name, stack_set.id):
            return stack_set
    raise CloudFormationError("StackSetNotFoundException", f"StackSet {named} not found", 404)


def refuse_organizations(request: dict[str, Any]) -> None:
    """Organizations are not played, so that nothing can be aimed at organizational units."""
    targets = request.get("DeploymentTargets", {})
    if set(targets) - {"Accounts"}:
        raise ValidationError(f"DeploymentTargets {', '.join(sorted(targets))} is not simulated by the rehearsal")


def create_stack_set(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """CreateStackSet: the template is checked, nothing is deployed yet."""
    refuse_organizations(request)
    name = request["StackSetName"]
    for known in world.state.stack_sets.values():
        if (known.region, known.name, known.status) == (region, name, "ACTIVE"):
            raise CloudFormationError("NameAlreadyExistsException", f"StackSet {name} already exists", 409)
    stack_set = StackSet(id=f"{name}:{world.uuid()}", name=name, region=region, template="")
    _apply(world, stack_set, request)
    world.state.stack_sets[stack_set.id] = stack_set
    return {"StackSetId": stack_set.id}


def _apply(world: World, stack_set: StackSet, request: dict[str, Any]) -> None:
    """Set what a request sets, once all of it has been checked."""
    body = submitted_template(world, stack_set.template, request)
    template = parse_template(body)
    validate_template(template, world.types(stack_set.region))
    capabilities = tuple(request.get("Capabilities", ()))
    check_expansion(template, capabilities)
    check_capabilities(template, capabilities)
    parameters = given_values(request.get("Parameters", ()), stack_set.parameters)
    settle(template.parameters, [_parameter(*pair) for pair in parameters.items()], {}, lambda name: "")
    stack_set.template, stack_set.parameters, stack_set.capabilities = body, parameters, capabilities
    if "Tags" in request:
        stack_set.tags = {tag["Key"]: tag["Value"] for tag in request["Tags"]}
    stack_set.description = request.get("Description", stack_set.description)
    stack_set.administration_role = request.get("AdministrationRoleARN", stack_set.administration_role)
    stack_set.execution_role = request.get("ExecutionRoleName", stack_set.execution_role)
    stack_set.managed_execution = request.get("ManagedExecution", {}).get("Active", stack_set.managed_execution)


def given_values(entries: Iterable[dict[str, Any]], before: dict[str, str]) -> dict[str, str]:
    """The values of a list of parameters; UsePreviousValue means what there was before."""
    return {
        entry["ParameterKey"]: before.get(entry["ParameterKey"], "")
        if entry.get("UsePreviousValue")
        else entry.get("ParameterValue", "")
        for entry in entries
    }


def _parameter(key: str, value: str) -> dict[str, Any]:
    return {"ParameterKey": key, "ParameterValue": value}


def describe_stack_set(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeStackSet."""
    stack_set = stack_set_named(world, region, request)
    shown = {
        "StackSetName": stack_set.name,
        "StackSetId": stack_set.id,
        "Status": stack_set.status,
        "TemplateBody": stack_set.template,
        "Parameters": [_parameter(*pair) for pair in stack_set.parameters.items()],
        "Capabilities": list(stack_set.capabilities),
        "Tags": [{"Key": key, "Value": value} for key, value in stack_set.tags.items()],
        "StackSetARN": arn_of(world, stack_set),
        "AdministrationRoleARN": administration_role(world, stack_set),
        "ExecutionRoleName": stack_set.execution_role or EXECUTION,
        "StackSetDriftDetectionDetails": timed(stack_set.drift)
        or {"DriftStatus": "NOT_CHECKED", "TotalStackInstancesCount": len(stack_set.instances)},
        "OrganizationalUnitIds": [],
        "PermissionModel": "SELF_MANAGED",
        "ManagedExecution": {"Active": stack_set.managed_execution},
        "Regions": list(dict.fromkeys(instance.region for instance in stack_set.instances.values())),
    }
    return {"StackSet": shown | present(Description=stack_set.description)}


def administration_role(world: World, stack_set: StackSet) -> str:
    partition = world.partition(stack_set.region)
    return stack_set.administration_role or f"arn:{partition}:iam::{world.state.account}:role/{ADMINISTRATION}"


def list_stack_sets(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """ListStackSets: deleted ones too, unless a status is asked for."""
    wanted = request.get("Status")
    stack_sets = [
        stack_set
        for stack_set in world.state.stack_sets.values()
        if stack_set.region == region and wanted in (None, stack_set.status)
    ]
    return page("Summaries", stack_sets, request, _summary)


def _summary(stack_set: StackSet) -> dict[str, Any]:
    return {
        "StackSetName": stack_set.name,
        "StackSetId": stack_set.id,
        "Status": stack_set.status,
        "PermissionModel": "SELF_MANAGED",
        **set_drift_information(stack_set),
        "ManagedExecution": {"Active": stack_set.managed_execution},
        **present(Description=stack_set.description),
    }


def update_stack_set(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """UpdateStackSet: the set at once, then its instances; those that are left out become outdated.

    Left out are also those that a failed deletion left inoperable. Their detailed status reads PENDING as well
    (aws-cloudformation/cloudformation-coverage-roadmap#1751).
    """
    stack_set = stack_set_named(world, region, request)
    chosen = chosen_instances(stack_set, request) if "Regions" in request else list(stack_set.instances)
    operable = {key: instance for key, instance in stack_set.instances.items() if instance.status != "INOPERABLE"}
    keys = [key for key in chosen if key in operable]
    operation = begin_operation(world, stack_set, "UPDATE", keys, request)
    try:
        _apply(world, stack_set, request)
    except CloudFormationError:
        del stack_set.operations[operation.id]
        raise
    for instance in operable.values():
        instance.status, instance.detailed_status = "OUTDATED", "PENDING"
    return {"OperationId": operation.id}


def chosen_instances(stack_set: StackSet, request: dict[str, Any]) -> list[str]:
    """The instances that a request's accounts and regions name.

    Errors: StackInstanceNotFoundException for one that is not there.
    """
    instances = [_instance(stack_set, *place) for place in places(request)]
    return [key_of(instance.account, instance.region) for instance in instances]


def instance_named(stack_set: StackSet, request: dict[str, Any]) -> StackInstance:
    """The instance of a request's account and region. Errors: StackInstanceNotFoundException."""
    return _instance(stack_set, request["StackInstanceAccount"], request["StackInstanceRegion"])


def _instance(stack_set: StackSet, account: str, region: str) -> StackInstance:
    instance = stack_set.instances.get(key_of(account, region))
    if instance is None:
        text = f"StackSet {stack_set.id} does not contain an instance in account {account} and region {region}"
        raise CloudFormationError("StackInstanceNotFoundException", text, 404)
    return instance


def places(request: dict[str, Any]) -> list[tuple[str, str]]:
    """The accounts of a request, named in either of two ways, in each of its Regions.

    Errors: ValidationError where no account is named.
    """
    accounts = request.get("Accounts") or request.get("DeploymentTargets", {}).get("Accounts", [])
    if not accounts:
        raise ValidationError("Accounts must be specified for a StackSet with the permission model SELF_MANAGED")
    return [(account, region) for region in request["Regions"] for account in accounts]


def delete_stack_set(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DeleteStackSet: one that is empty, or that is gone already."""
    try:
        stack_set = stack_set_named(world, region, request)
    except CloudFormationError:
        return {}
    if any(operation.status in ACTIVE for operation in stack_set.operations.values()):
        raise in_progress(stack_set)
    if stack_set.instances:
        raise CloudFormationError("StackSetNotEmptyException", f"StackSet {stack_set.id} is not empty", 409)
    stack_set.status = "DELETED"
    return {}
