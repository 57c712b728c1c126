"""One resource whose attributes are filled in: its properties, where it is, and the resources around it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from cloudformation.scalars import text_of
from rehearsal.properties.physical_names import holder
from rehearsal.resources.identifier_words import Words
from rehearsal.resources.identifiers import Identity
from rehearsal.resources.resource_types import ResourceType
from rehearsal.state.stacks import Stack, StackResource
from rehearsal.state.world import World

SUBNET = "AWS::EC2::Subnet"
# Where types name the subnets that they are in; of a network interface or a mapping, its SubnetId.
_SUBNETS = ("SubnetId", "SubnetIds", "Subnets", "VPCZoneIdentifier", "NetworkInterfaces", "SubnetMappings")
_RESERVED = 4  # the first addresses of a subnet, and the last, are Amazon's ("Subnet CIDR blocks")


@dataclass(frozen=True)
class Filling:
    """A resource of one type with its identity, before AWS's own values are in its attributes."""

    world: World
    stack: Stack
    kind: ResourceType
    words: Words
    identity: Identity

    def given(self, name: str) -> Any:
        """What the template says of an attribute; None where it says nothing."""
        value: Any = self.words.properties
        for step in name.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        return value

    def text(self, name: str) -> str:
        """A property as text, '' where the template does not give it."""
        value = self.given(name)
        return "" if value is None or isinstance(value, (dict, list)) else text_of(value)

    def standing(self, type_name: str, physical_id: Any) -> StackResource | None:
        """The resource of a type and physical ID in a stack of the Region."""
        return holder(self.world, self.stack, type_name, text_of(physical_id))

    @cached_property
    def zones(self) -> list[str]:
        """The zones of the region; where none are known, of the usual names."""
        known = list(self.world.services.zones(self.stack.region))
        return known or [f"{self.stack.region}{letter}" for letter in "abc"]

    @cached_property
    def subnet_ids(self) -> list[str]:
        """The subnets that the resource is in, as far as its properties name them."""
        return [found for name in _SUBNETS for found in _ids(self.given(name))]

    @cached_property
    def subnets(self) -> list[StackResource]:
        """Those of its subnets that are in a stack."""
        found = (self.standing(SUBNET, subnet) for subnet in self.subnet_ids)
        return [subnet for subnet in found if subnet is not None]

    @property
    def vpc(self) -> str | None:
        """The VPC of its first subnet that is known."""
        return next(
            (text_of(subnet.properties["VpcId"]) for subnet in self.subnets if "VpcId" in subnet.properties), None
        )

    @property
    def zone(self) -> str:
        """The zone of its first subnet, else the region's first."""
        return (
            next((text_of(subnet.attributes.get("AvailabilityZone", "")) for subnet in self.subnets), "")
            or self.zones[0]
        )

    def address(self, number: int = 0) -> str:
        """A private address of its subnet, or of a network like most."""
        blocks = [text_of(subnet.attributes.get("CidrBlock", "")) for subnet in self.subnets]
        network = _network(blocks[number % len(blocks)]) if blocks else None
        network = network if isinstance(network, IPv4Network) else IPv4Network("10.0.0.0/16")
        room = max(network.num_addresses - _RESERVED - 1, 1)
        return str(network[min(_RESERVED + int(self.words["hex8"], 16) % room, network.num_addresses - 1)])


def _ids(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        subnet = item.get("SubnetId") if isinstance(item, dict) else item
        if isinstance(subnet, str):
            yield subnet


def _network(block: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(block)
    except ValueError:
        return None
