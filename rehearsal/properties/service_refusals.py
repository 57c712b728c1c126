"""What services refuse because of other resources: a zone of another Region, a place that is used, another VPC.

Only what can be known here is refused. Which zones an account has, it alone knows: a zone is refused where it is one of
another Region, or has a letter that no Region's zones come to. A place and a VPC are compared with what stacks of the
same Region made; what was made by hand is not looked at.

The words: of a subnet's zone hashicorp/terraform#3434 and TheSudoYT/terraform-aws-palworld#9, of other zones those of
Auto Scaling; of zones that are too few for a database aws-cloudformation/aws-cloudformation-resource-providers-rds#189,
of a version that it cannot go back to terraform-aws-modules/terraform-aws-rds-aurora#228; of a rule's priority
stelligent/mu#324, of a listener's port CreateListener's DuplicateListener. That subnets of two VPCs are refused is
known (floci-io/floci#1220, InvalidConfigurationRequest), in which words is not. Of a domain with a public endpoint, the
words are in hashicorp/terraform-provider-aws#2157; those for a domain that is to leave its VPC were found nowhere.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cloudformation.environment.keys.regions import is_zone_of
from cloudformation.scalars import text_of
from rehearsal.language.custom_answers import is_answered
from rehearsal.properties.handler_answers import refused_by_service
from rehearsal.resources.identifier_shapes import in_vpc
from rehearsal.resources.resource_types import ResourceType
from rehearsal.state.stacks import Stack, StackResource
from rehearsal.state.world import World

_SUBNET = "AWS::EC2::Subnet"
_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_SUBNET_GROUP = "AWS::RDS::DBSubnetGroup"
# What a domain's handler puts before the words of its service (aws/copilot-cli#3006).
_DOMAINS = {"AWS::Elasticsearch::Domain": "", "AWS::OpenSearchService::Domain": "Invalid request provided: "}
_VERSIONED = ("AWS::RDS::DBInstance", "AWS::RDS::DBCluster")
_ZONES = re.compile(r"(Preferred)?AvailabilityZones?|PreferredCacheClusterAZs")
_ZONE = re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]+([a-z]|-[a-z0-9-]+)")
_PAST_THE_LAST = re.compile(r".*[0-9][g-z]")  # us-east-1 has the most zones, a to f
# Of these properties together, two resources of a type cannot have the same: what the service says then.
_PLACES = {
    "AWS::ElasticLoadBalancingV2::ListenerRule": (
        ("ListenerArn", "Priority"),
        "Priority '{Priority}' is currently in use",
    ),
    "AWS::ElasticLoadBalancingV2::Listener": (
        ("LoadBalancerArn", "Port"),
        "A listener already exists on this port for this load balancer '{LoadBalancerArn}'",
    ),
}


def refused_beside(world: World, stack: Stack, resource: StackResource, before: StackResource | None) -> str | None:
    """The reason with which a service refuses a resource as it is to be, or None; `before` is it as it was."""
    return (
        _wrong_zone(world, stack, resource)
        or _taken_place(world, stack, resource, before)
        or _another_vpc(world, stack, resource, before)
        or _too_few_zones(world, stack, resource)
        or _older_version(world, resource, before)
        or _into_a_vpc(world, resource, before)
    )


def is_wrong_zone(zone: str, region: str) -> bool:
    """Whether a text names a zone that is surely none of the Region."""
    if not _ZONE.fullmatch(zone):
        return False
    return not is_zone_of(zone, region) or _PAST_THE_LAST.fullmatch(zone) is not None


def _wrong_zone(world: World, stack: Stack, resource: StackResource) -> str | None:
    kind = world.types(stack.region).get(resource.type)
    zones = _zones(kind, resource.properties) if kind is not None and not is_answered(resource.type) else ()
    zone = next((zone for zone in zones if is_wrong_zone(zone, stack.region)), None)
    if zone is None:
        return None
    if resource.type != _SUBNET:
        return refused_by_service(world, resource.type, f"Invalid availability zone: [{zone}]")
    there = ", ".join(world.services.zones(stack.region)) or f"{stack.region}a"
    message = (
        f"Value ({zone}) for parameter availabilityZone is invalid. "
        f"Subnets can currently only be created in the following availability zones: {there}."
    )
    return refused_by_service(world, resource.type, message)


def _zones(kind: ResourceType, value: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """The strings in properties that are names of zones, at any depth.

    What the schema does not know is somebody's own: what a custom resource is given, a document, an event's pattern.
    """
    if isinstance(value, list):
        for item in value:
            yield from _zones(kind, item, (*path, "*"))
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if not _ZONES.fullmatch(name):
                yield from _zones(kind, item, (*path, name))
            elif kind.forms_at((*path, name)):
                yield from (text for text in (item if isinstance(item, list) else [item]) if isinstance(text, str))


def _taken_place(world: World, stack: Stack, resource: StackResource, before: StackResource | None) -> str | None:
    names, words = _PLACES.get(resource.type, ((), ""))
    place = _place(resource, names)
    if not names or None in place:
        return None
    taken = any(
        standing.type == resource.type and _place(standing, names) == place
        for owner, standing in world.standing(stack.region)
        if owner is not stack or standing.logical_id != resource.logical_id
    )
    if not taken and not (before and _is_exchanged(stack, before, place, names)):
        return None
    message = words.format(**dict(zip(names, place, strict=True)))
    return refused_by_service(world, resource.type, message, "AlreadyExists")


def _is_exchanged(stack: Stack, before: StackResource, place: list[str | None], names: tuple[str, ...]) -> bool:
    """Whether the owner of the place moves, directly or through others, to where this one was: the first finds it used.

    Each resource is moved by itself (SetRulePriorities with one rule, ModifyListener). Where the last of them moves to
    a place that is free, the order decides, which AWS does not document.
    """
    left = _place(before, names)
    if place == left:
        return False
    moving = {
        tuple(_place(old, names)): _place(stack.resources[name], names)
        for name, old in (stack.operation.originals if stack.operation else {}).items()
        if old.type == before.type and name in stack.resources
        if stack.resources[name].status == "UPDATE_IN_PROGRESS" and name != before.logical_id
    }
    for _ in moving:
        place = moving.get(tuple(place), place)
    return place == left


def _place(resource: StackResource, names: tuple[str, ...]) -> list[str | None]:
    values = (resource.properties.get(name) for name in names)
    return [None if value is None else text_of(value) for value in values]


def _another_vpc(world: World, stack: Stack, resource: StackResource, before: StackResource | None) -> str | None:
    """A load balancer keeps its VPC, and has one: its new subnets are compared with each other and with its previous
    ones."""
    if resource.type != _BALANCER:
        return None
    vpcs = {vpc for side in (before, resource) if side for vpc in _vpcs(world, stack.region, side)}
    if len(vpcs) < 2:
        return None
    return refused_by_service(world, resource.type, "All subnets of a load balancer must be in the same VPC")


def _vpcs(world: World, region: str, balancer: StackResource) -> set[str]:
    properties = balancer.properties
    listed = [properties.get("Subnets"), properties.get("SubnetMappings")]
    rows = [row for rows in listed if isinstance(rows, list) for row in rows]
    subnets = {text_of(row.get("SubnetId") if isinstance(row, Mapping) else row) for row in rows}
    return {vpc for subnet, vpc in _subnets(world, region) if subnet in subnets}


def _subnets(world: World, region: str) -> Iterator[tuple[str, str]]:
    """Every subnet of a Region and its VPC; those that an update replaces exist until it ends."""
    for subnet in _standing_subnets(world, region):
        yield subnet.physical_id, text_of(subnet.properties.get("VpcId"))


def _standing_subnets(world: World, region: str) -> Iterator[StackResource]:
    for stack in world.living(region):
        operation = stack.operation or stack.interrupted
        replaced = [*operation.originals.values(), *operation.superseded] if operation else []
        for resource in (*stack.resources.values(), *replaced):
            if resource.type == _SUBNET and resource.exists:
                yield resource


def _too_few_zones(world: World, stack: Stack, resource: StackResource) -> str | None:
    """A group of subnets for databases has two zones at least; of subnets that no stack made, the zone is not known."""
    listed = resource.properties.get("SubnetIds")
    if resource.type != _SUBNET_GROUP or not isinstance(listed, list):
        return None
    zones = {
        subnet.physical_id: text_of(subnet.attributes.get("AvailabilityZone", ""))
        for subnet in _standing_subnets(world, stack.region)
    }
    covered = {zones.get(text_of(subnet), "") for subnet in listed}
    if len(covered) != 1 or "" in covered:
        return None
    message = (
        "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. "
        f"Current AZ coverage: {covered.pop()}. Add subnets to cover at least 2 AZs."
    )
    return refused_by_service(world, resource.type, message)


def _older_version(world: World, resource: StackResource, before: StackResource | None) -> str | None:
    """A database keeps its major version or gets a newer one; one that is another one now has a version of its own."""
    if resource.type not in _VERSIONED or before is None or resource.physical_id != before.physical_id:
        return None
    old, new = (text_of(side.properties.get("EngineVersion", "")) for side in (before, resource))
    majors = [version.partition(".")[0] for version in (old, new)]
    if not all(major.isdecimal() for major in majors) or int(majors[0]) <= int(majors[1]):
        return None
    engine = text_of(resource.properties.get("Engine", ""))
    return refused_by_service(world, resource.type, f"Cannot upgrade {engine} from {old} to {new}")


def _into_a_vpc(world: World, resource: StackResource, before: StackResource | None) -> str | None:
    """A domain that was created with a public endpoint gets no VPC later; one in a VPC has an endpoint that says so.

    https://docs.aws.amazon.com/opensearch-service/latest/developerguide/vpc.html, "Limitations"
    """
    if resource.type not in _DOMAINS or before is None or resource.physical_id != before.physical_id:
        return None
    endpoint = text_of(before.attributes.get("DomainEndpoint", ""))
    if not in_vpc(resource.properties) or in_vpc(before.properties) or endpoint.startswith("vpc-"):
        return None
    message = "Domain should be created with VPC options to update VPC options later"
    return refused_by_service(world, resource.type, _DOMAINS[resource.type] + message)
