"""The operations of the API on the registry and the account, as far as the schemas of AWS's own types have them."""

import json
from typing import Any

from cloudformation.limits import NAMED_ENTRIES
from cloudformation.refusals import CloudFormationError
from rehearsal.api.requests import existing_stack, page, present
from rehearsal.resources.resource_schema import Schema, region_index
from rehearsal.state.stacks import Event
from rehearsal.state.world import MAXIMUM_STACKS, World

_CONCURRENT = 2500  # resources at work at a time ("CloudFormation quotas" names no figure; seen in accounts)


def describe_type(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeType: a resource type of AWS by name or ARN."""
    name = request.get("TypeName") or request.get("Arn", "").rpartition("/")[2].replace("-", "::")
    kind = world.types(region).get(name) if request.get("Type", "RESOURCE") == "RESOURCE" else None
    others = any(request.get(member) for member in ("PublisherId", "PublicVersionNumber", "VersionId"))
    if kind is None or not kind.schema or others:
        text = f"The type '{name}' cannot be found."
        raise CloudFormationError("TypeNotFoundException", text, 404)
    return {
        "Arn": _arn(world, region, name),
        "Type": "RESOURCE",
        "TypeName": name,
        "Schema": json.dumps(kind.schema),
        "ProvisioningType": provisioning(kind.schema),
        "DeprecatedStatus": "LIVE",
        "Visibility": "PUBLIC",
        **present(
            Description=kind.schema.get("description"),
            SourceUrl=kind.schema.get("sourceUrl"),
            DocumentationUrl=kind.schema.get("documentationUrl"),
        ),
    }


def _arn(world: World, region: str, name: str) -> str:
    """The ARN of a public type, which is no account's."""
    return f"arn:{world.partition(region)}:cloudformation:{region}::type/resource/{name.replace('::', '-')}"


def provisioning(schema: Schema) -> str:
    """FULLY_MUTABLE with handlers for everything, IMMUTABLE without one for updates ("ListTypes", ProvisioningType)."""
    handlers = schema.get("handlers", {})
    if not {"create", "read", "delete"} <= set(handlers):
        return "NON_PROVISIONABLE"
    return "FULLY_MUTABLE" if "update" in handlers else "IMMUTABLE"


def list_types(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """ListTypes: public resource types of AWS; private ones, and those of others, nobody has here."""
    filters = request.get("Filters", {})
    visibility, kind_of_type = request.get("Visibility", "PRIVATE"), request.get("Type", "RESOURCE")
    public = (visibility, kind_of_type) == ("PUBLIC", "RESOURCE")
    of_aws = filters.get("Category", "AWS_TYPES") == "AWS_TYPES" and not filters.get("PublisherId")
    live = request.get("DeprecatedStatus", "LIVE") == "LIVE"
    names = sorted(region_index(region)) if public and of_aws and live else []
    chosen = [name for name in names if name.startswith(filters.get("TypeNamePrefix", ""))]
    if wanted := request.get("ProvisioningType"):
        kinds = {name: world.types(region).get(name) for name in chosen}
        chosen = [name for name, kind in kinds.items() if kind is not None and provisioning(kind.schema) == wanted]
    return page("TypeSummaries", chosen, request, lambda name: _type_summary(world, region, name))


def _type_summary(world: World, region: str, name: str) -> dict[str, Any]:
    return {"Type": "RESOURCE", "TypeName": name, "TypeArn": _arn(world, region, name)}


def describe_account_limits(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeAccountLimits: the quotas of a new account."""
    limits = {"StackLimit": MAXIMUM_STACKS, "StackOutputsLimit": NAMED_ENTRIES, "ConcurrentResourcesLimit": _CONCURRENT}
    return page("AccountLimits", list(limits), request, lambda name: {"Name": name, "Value": limits[name]})


def list_hook_results(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """ListHookResults: what hooks, which a scenario asked for, said of a stack and its resources."""
    target = request.get("TargetId", "")
    stack = existing_stack(world, region, {"StackName": target}) if request.get("TargetType") == "STACK" else None
    events = [event for event in stack.events if event.hook] if stack is not None else []
    last = {event.hook["HookInvocationId"]: event for event in events}
    wanted = request.get("Status")
    rows = [row for row in map(_hook_result, last.values()) if wanted in (None, row["Status"])]
    shown = [] if request.get("TypeArn") else rows
    return page("HookResults", shown, request) | present(TargetType=request.get("TargetType"), TargetId=target)


def _hook_result(event: Event) -> dict[str, Any]:
    hook = event.hook
    return {
        "HookResultId": hook["HookInvocationId"],
        "Status": hook["HookStatus"],
        **present(
            InvocationPoint=hook.get("HookInvocationPoint"),
            FailureMode=hook.get("HookFailureMode"),
            TypeName=hook.get("HookType"),
            HookStatusReason=hook.get("HookStatusReason"),
        ),
    }
