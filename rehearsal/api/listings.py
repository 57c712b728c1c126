"""The operations of the API that list stacks, resources, events and exports."""

import json
from typing import Any

from cloudformation.refusals import ValidationError
from cloudformation.template.sections import parse_template
from rehearsal.api.drift_calls import resource_drift_information, stack_drift_information
from rehearsal.api.protection import protected
from rehearsal.api.requests import existing_stack, page, present
from rehearsal.language.output_values import importing
from rehearsal.state.clock import moment
from rehearsal.state.stacks import Event, Stack, StackResource, Target
from rehearsal.state.world import World


def describe_stacks(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeStacks: one stack, deleted ones by ARN; or every stack that is not deleted."""
    if "StackName" in request:
        named = existing_stack(world, region, request, "Stack with id {} does not exist")
        return {"Stacks": [describe(world, named)]}
    newest_first = sorted(world.living(region), key=lambda stack: stack.created, reverse=True)
    return page("Stacks", newest_first, request, lambda row: describe(world, row))


def describe(world: World, stack: Stack) -> dict[str, Any]:
    """A stack as DescribeStacks shows it; members that are empty there are left out there."""
    target = stack.target or Target(template="")
    return {
        "StackId": stack.id,
        "StackName": stack.name,
        "CreationTime": moment(stack.created),
        "RollbackConfiguration": dict(target.rollback_configuration),
        "StackStatus": stack.status,
        "DisableRollback": stack.disable_rollback,
        "NotificationARNs": list(target.notification_arns),
        "Tags": [{"Key": key, "Value": value} for key, value in target.tags.items()],
        "DriftInformation": stack_drift_information(stack),
        **({} if stack.gone else {"EnableTerminationProtection": protected(world, stack)}),
        **present(
            ChangeSetId=stack.executed_change_set,
            Description=parse_template(target.template).description if target.template else None,
            Parameters=[value.described() for value in target.parameters.values()],
            Capabilities=list(target.capabilities),
            Outputs=[_output(key, output) for key, output in stack.outputs.items()],
            LastUpdatedTime=moment(stack.updated) if stack.updated else None,
            DeletionTime=moment(stack.deleted) if stack.deleted else None,
            StackStatusReason=_shown_reason(stack),
            RoleARN=target.role,
            ParentId=stack.parent,
            RootId=stack.root,
            TimeoutInMinutes=stack.timeout_minutes,
            LastOperations=stack.last_operations,
            DeploymentConfig=stack.deployment_config,
        ),
    }


def _shown_reason(stack: Stack) -> str | None:
    """The reason of the status; while a stack is created, updated or deleted its first event alone has one."""
    forward = stack.status in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS")
    return None if forward else stack.reason


def _output(key: str, output: Any) -> dict[str, Any]:
    shown = {
        "OutputKey": key,
        "OutputValue": output.value,
        "Description": output.description,
        "ExportName": output.export,
    }
    return {name: value for name, value in shown.items() if value is not None}


def list_stacks(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """ListStacks: deleted ones too, for 90 days."""
    wanted = set(request.get("StackStatusFilter", ()))
    stacks = [stack for stack in world.state.stacks.values() if stack.region == region and world.remembers(stack)]
    chosen = [stack for stack in stacks if not wanted or stack.status in wanted]
    chosen.sort(key=lambda stack: stack.created, reverse=True)
    return page("StackSummaries", chosen, request, lambda row: _stack_summary(world, row))


def _stack_summary(world: World, stack: Stack) -> dict[str, Any]:
    keys = (
        "StackId StackName CreationTime LastUpdatedTime DeletionTime StackStatus StackStatusReason ParentId RootId "
        "DriftInformation LastOperations"
    )
    full = describe(world, stack)
    return {key: full[key] for key in keys.split() if key in full}


def describe_stack_events(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeStackEvents: newest first, a hundred a page."""
    stack = existing_stack(world, region, request)
    return page("StackEvents", stack.events[::-1], request, lambda event: described_event(stack, event))


def described_event(stack: Stack, event: Event) -> dict[str, Any]:
    """An event as DescribeStackEvents shows it."""
    return {
        "StackId": stack.id,
        "EventId": event.id,
        "StackName": stack.name,
        "LogicalResourceId": event.logical_id,
        "PhysicalResourceId": event.physical_id,
        "ResourceType": event.type,
        "Timestamp": moment(event.time),
        "ResourceStatus": event.status,
        **present(
            ResourceStatusReason=event.reason,
            ResourceProperties=event.properties,
            ClientRequestToken=event.token,
            OperationId=event.operation,
            DetailedStatus=event.detailed_status,
        ),
        **event.hook,
    }


def _resource_of(stack: Stack, name: str) -> StackResource:
    resource = stack.resources.get(name)
    if resource is None or not resource.physical_id or (resource.status == "DELETE_COMPLETE" and not stack.gone):
        raise ValidationError(f"Resource {name} does not exist for stack {stack.name}")
    return resource


def describe_stack_resource(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeStackResource: one resource with its metadata."""
    stack = existing_stack(world, region, request, "Stack '{}' does not exist")
    resource = _resource_of(stack, request["LogicalResourceId"])
    detail = _resource(stack, resource) | {"LastUpdatedTimestamp": moment(resource.updated)}
    detail.pop("Timestamp")
    return {"StackResourceDetail": detail | {"Metadata": json.dumps(resource.metadata or {})}}


def describe_stack_resources(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeStackResources: at most a hundred, by stack or by physical id."""
    if "StackName" in request:
        stack = existing_stack(world, region, request, "Stack with id {} does not exist")
        wanted = request.get("LogicalResourceId")
        resources = [_resource_of(stack, wanted)] if wanted else list(stack.resources.values())
        return {"StackResources": [_resource(stack, resource) for resource in resources[:100]]}
    physical_id = request.get("PhysicalResourceId")
    for stack in world.living(region):
        if any(resource.physical_id == physical_id for resource in stack.resources.values()):
            return {"StackResources": [_resource(stack, resource) for resource in list(stack.resources.values())[:100]]}
    raise ValidationError(f"Stack for {physical_id} does not exist")


def _resource(stack: Stack, resource: StackResource) -> dict[str, Any]:
    return {
        "StackName": stack.name,
        "StackId": stack.id,
        "LogicalResourceId": resource.logical_id,
        "ResourceType": resource.type,
        "Timestamp": moment(resource.updated),
        "ResourceStatus": resource.status,
        "DriftInformation": resource_drift_information(resource),
        **present(PhysicalResourceId=resource.physical_id, ResourceStatusReason=resource.reason),
    }


def list_stack_resources(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """ListStackResources: every resource, a hundred a page."""
    stack = existing_stack(world, region, request, "Stack with id {} does not exist")
    resources = list(stack.resources.values())
    return page("StackResourceSummaries", resources, request, lambda row: _resource_summary(stack, row))


def _resource_summary(stack: Stack, resource: StackResource) -> dict[str, Any]:
    row = _resource(stack, resource)
    row["LastUpdatedTimestamp"] = row.pop("Timestamp")
    return {key: value for key, value in row.items() if key not in ("StackName", "StackId")}


def list_exports(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """ListExports: every export of the region, by name."""
    known = sorted(world.exports(region).items())
    rows = [{"ExportingStackId": stack.id, "Name": name, "Value": output.value} for name, (stack, output) in known]
    return page("Exports", rows, request)


def list_imports(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """ListImports: the stacks that import an export."""
    name = request["ExportName"]
    if name not in world.exports(region):
        raise ValidationError(f"No export named {name} found.")
    names = sorted(importing(world, name, region))
    if not names:
        raise ValidationError(f"Export '{name}' is not imported by any stack.")
    return page("Imports", names, request)
