"""Names that only one resource of a kind can have, in the stacks of one region and the services around.

A template that gives a name, or renames a logical id and keeps the name, meets the resource that has it. Names of IAM
and of buckets are those of all Regions, so that a stack set with one fails in the second Region of an account.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-bestpractices.html
"""

import itertools
import json
from collections.abc import Iterator, Mapping
from typing import Any

from rehearsal.resources.resource_types import ResourceType
from rehearsal.state.stacks import Stack, StackResource
from rehearsal.state.world import World

# Types whose physical id is shared by right: inline policies of several roles.
_SHARED = frozenset({"AWS::IAM::Policy", "AWS::IAM::UserPolicy", "AWS::IAM::RolePolicy"})
_RECORD_SET = "AWS::Route53::RecordSet"


def taken(world: World, stack: Stack, kind: ResourceType, resource: StackResource, physical_id: str) -> str | None:
    """The reason with which a new resource of that physical id is refused because another has it, or None."""
    if resource.type in _SHARED:
        return None
    key = _key(world, stack, resource, physical_id)
    for owner, held in _holders(world, key):
        if held.exists and not owner.gone:
            return f"{_name(physical_id)} already exists in stack {owner.id}"
        if held.status == "DELETE_SKIPPED" and not world.services.lost(resource.type, physical_id, stack.region):
            return _already_exists(world, kind, physical_id)
    outside = world.services.stands(resource.type, physical_id, stack.region)
    return _already_exists(world, kind, physical_id) if outside else None


def stands_outside(world: World, stack: Stack, type_name: str, name: str) -> bool:
    """Whether something of a name exists that no stack has: made past the stacks, or left behind by one."""
    region = stack.region
    holders = [held for _, held in _holders(world, _key_of(world, region, type_name, name, {}))]
    if any(held.exists for held in holders):
        return False
    left = any(held.status == "DELETE_SKIPPED" for held in holders)
    return (left and not world.services.lost(type_name, name, region)) or world.services.stands(type_name, name, region)


def _holders(world: World, key: str) -> Iterator[tuple[Stack, StackResource]]:
    """Who has, or had, the physical name, with the stack; none where no stack ever did."""
    stack_id, logical_id = world.claims(_claims).get(key, ("", ""))
    owner = world.state.stacks.get(stack_id)
    if owner is None:
        return
    for held in _held(owner, logical_id):
        if _key(world, owner, held, held.physical_id) == key:
            yield owner, held


def keeps_name(world: World, stack: Stack, old: StackResource, new: StackResource, physical_id: str) -> bool:
    """Whether a resource that takes the place of another would have what only one can have."""
    return _key(world, stack, old, old.physical_id) == _key(world, stack, new, physical_id)


def holder(world: World, stack: Stack, type_name: str, physical_id: str) -> StackResource | None:
    """The resource of a type with a physical ID in a stack of the same Region."""
    holders = _holders(world, _key_of(world, stack.region, type_name, physical_id, {}))
    return next((held for owner, held in holders if held.exists and not owner.gone), None)


def claim(world: World, stack: Stack, resource: StackResource) -> None:
    """Note that a resource has its physical id from now on."""
    key = _key(world, stack, resource, resource.physical_id)
    world.claims(_claims)[key] = (stack.id, resource.logical_id)


def next_revision(world: World, stack: Stack, resource: StackResource, first: str) -> int:
    """The revision after the last of those that `first` begins; the number of one that is gone is not given again."""
    claims, family = world.claims(_claims), first.removesuffix("1")
    revisions = itertools.count(1)
    return next(one for one in revisions if _key(world, stack, resource, f"{family}{one}") not in claims)


def _claims(world: World) -> Iterator[tuple[str, tuple[str, str]]]:
    for stack in world.state.stacks.values():
        for name, resource in stack.resources.items():
            if resource.physical_id:
                yield _key(world, stack, resource, resource.physical_id), (stack.id, name)


def _key(world: World, stack: Stack, resource: StackResource, physical_id: str) -> str:
    return _key_of(world, stack.region, resource.type, physical_id, resource.properties)


def _key_of(world: World, region: str, type_name: str, physical_id: str, properties: Mapping[str, Any]) -> str:
    """What only one resource has: the physical id, and what else identifies it where that is a part of the whole.

    Two APIs may have a stage `prod` each.
    """
    more = ""
    if type_name == _RECORD_SET:
        zone = properties.get("HostedZoneId") or properties.get("HostedZoneName")
        more = f" {zone} {properties.get('Type')} {properties.get('SetIdentifier')}"
    else:
        kind = world.types(region).get(type_name)
        beside = kind.identified_beside if kind else ()
        more = "".join(f" {properties.get(pointer)}" for pointer in beside)
    return f"{'' if is_global(type_name) else region} {type_name} {physical_id}{more}"


def is_global(type_name: str) -> bool:
    """Whether names of a type are taken in every Region at once."""
    return type_name == "AWS::S3::Bucket" or type_name.startswith("AWS::IAM::")


def _held(stack: Stack, logical_id: str) -> Iterator[StackResource]:
    """The resources of a logical ID: the current one and those that an update is about to remove."""
    operation = stack.operation or stack.interrupted
    if operation is not None:
        if logical_id in operation.originals:
            yield operation.originals[logical_id]
        yield from (old for old in operation.superseded if old.logical_id == logical_id)
    if logical_id in stack.resources:
        yield stack.resources[logical_id]


def _name(physical_id: str) -> str:
    """The name in an ARN; other ids are names themselves."""
    return physical_id.rsplit(":", 1)[-1] if physical_id.startswith("arn:") else physical_id


def _already_exists(world: World, kind: ResourceType, physical_id: str) -> str:
    """The Cloud Control text about a resource that no stack has: one that was retained, or made by hand."""
    pointer = f"/properties/{kind.primary_identifier[0]}" if kind.primary_identifier else "/properties/Id"
    identifier = json.dumps({pointer: physical_id}, separators=(",", ":"))
    return (
        f"Resource handler returned message: \"Resource of type '{kind.name}' with identifier '{identifier}' "
        f'already exists." (RequestToken: {world.uuid()}, HandlerErrorCode: AlreadyExists)'
    )
