"""The VPC as a map wants it: zones, the subnets of each, and where each subnet's traffic for the internet goes.

Whether a subnet is public is what its route table says of 0.0.0.0/0, whatever its name: an internet gateway, something
else, or nothing.
https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from templates.pictures.facts.resolved_tree import ResolvedTree, Resource
from templates.pictures.facts.values import said

EVERYWHERE = ("0.0.0.0/0", "::/0")
_GATEWAYS = ("AWS::EC2::InternetGateway",)
_KINDS = ("public", "private", "isolated")


@dataclass(frozen=True)
class Subnet:
    """A subnet: zone, address ranges, `public`, `private` or `isolated`, and what its default routes lead to."""

    resource: Resource
    zone: str
    ranges: tuple[str, ...]
    kind: str
    ways_out: tuple[tuple[str, Resource], ...]


@dataclass(frozen=True)
class Vpc:
    """A VPC; a tier has at most one subnet of each zone, the public ones first."""

    resource: Resource
    ranges: tuple[str, ...]
    zones: tuple[str, ...]
    tiers: tuple[Mapping[str, Subnet], ...]

    @property
    def subnets(self) -> list[Subnet]:
        return [subnet for tier in self.tiers for subnet in tier.values()]


def vpcs(tree: ResolvedTree) -> list[Vpc]:
    """Every VPC of the tree."""
    return [_vpc(tree, resource) for resource in tree.of_type("AWS::EC2::VPC")]


def _vpc(tree: ResolvedTree, vpc: Resource) -> Vpc:
    subnets = [
        _subnet(tree, resource)
        for resource in tree.of_type("AWS::EC2::Subnet")
        if vpc in tree.referred(resource.properties.get("VpcId"))
    ]
    zones = tuple(dict.fromkeys(subnet.zone for subnet in subnets))
    return Vpc(vpc, _ranges(tree, vpc, "AWS::EC2::VPCCidrBlock", "VpcId"), zones, tuple(_tiers(subnets)))


def _tiers(subnets: list[Subnet]) -> Iterator[Mapping[str, Subnet]]:
    """The subnets of one kind, zone by zone: the first of each zone, then the second ones."""
    for kind in _KINDS:
        before: Counter[str] = Counter()
        rows: list[dict[str, Subnet]] = []
        for subnet in (subnet for subnet in subnets if subnet.kind == kind):
            if before[subnet.zone] == len(rows):
                rows.append({})
            rows[before[subnet.zone]][subnet.zone] = subnet
            before[subnet.zone] += 1
        yield from rows


def _subnet(tree: ResolvedTree, resource: Resource) -> Subnet:
    ways = tuple(_ways_out(tree, resource))
    public = any(gateway.type in _GATEWAYS for _, gateway in ways)
    kind = "public" if public else "private" if ways else "isolated"
    zone = said(resource.properties.get("AvailabilityZone", "any zone"))
    return Subnet(resource, zone, _ranges(tree, resource, "AWS::EC2::SubnetCidrBlock", "SubnetId"), kind, ways)


def _ways_out(tree: ResolvedTree, subnet: Resource) -> Iterator[tuple[str, Resource]]:
    """Where the default routes of the subnet's route table lead."""
    associations = tree.of_type("AWS::EC2::SubnetRouteTableAssociation")
    of_subnet = [entry for entry in associations if subnet in tree.referred(entry.properties.get("SubnetId"))]
    tables = [table for entry in of_subnet for table in tree.referred(entry.properties.get("RouteTableId"))]
    for route in tree.of_type("AWS::EC2::Route"):
        properties = dict(route.properties)
        table = tree.referred(properties.pop("RouteTableId", None))
        destination = default_destination(properties)
        if destination and any(entry in tables for entry in table):
            yield from ((destination, target) for target in tree.referred(properties))


def default_destination(route: Mapping[str, Any]) -> str | None:
    """The destination of a route that is the way to everywhere."""
    named = [said(route[key]) for key in ("DestinationCidrBlock", "DestinationIpv6CidrBlock") if key in route]
    return next((text for text in named if text in EVERYWHERE), None)


def _ranges(tree: ResolvedTree, resource: Resource, kind: str, key: str) -> tuple[str, ...]:
    """The resource's own range, and those that others add to it."""
    more = [entry for entry in tree.of_type(kind) if resource in tree.referred(entry.properties.get(key))]
    texts = [
        said(entry.properties[name]) for entry in (resource, *more) for name in _BLOCKS if name in entry.properties
    ]
    asked = any(said(entry.properties.get("AmazonProvidedIpv6CidrBlock")) == "true" for entry in (resource, *more))
    return (*texts, *(["IPv6 range of Amazon's"] if asked else []))


_BLOCKS = ("CidrBlock", "Ipv6CidrBlock")
