"""Subnets, public and private, each in a zone chosen by name, and the tables that lead out of them."""

from typing import Any, NamedTuple

from troposphere import Cidr, If, NoValue, Ref, Select, Sub, Tags
from troposphere.ec2 import (
    VPC,
    InternetGateway,
    Route,
    RouteTable,
    Subnet,
    SubnetCidrBlock,
    SubnetRouteTableAssociation,
    VPCCidrBlock,
    VPCGatewayAttachment,
)

from templates.network.parameters import (
    IPV6,
    IPV6_SUBNETS,
    PRIVATE,
    THIRD_ZONE,
    private_cidrs,
    public_cidrs,
    vpc_ipv6_cidr,
    zones,
)

EVERYWHERE, EVERYWHERE_IPV6 = "0.0.0.0/0", "::/0"


class Tier(NamedTuple):
    """Subnets of one kind with their tables and associations; a subnet past the second has a condition."""

    subnets: list[Subnet]
    tables: list[RouteTable]
    associations: list[SubnetRouteTableAssociation]


def under(condition: str | None) -> dict[str, str]:
    """Give the attribute of a resource that exists under `condition` only."""
    return {} if condition is None else {"Condition": condition}


def public_tier(vpc: VPC) -> Tier:
    """Give the public subnets, which share one table."""
    table = RouteTable("PublicRouteTable", VpcId=Ref(vpc), Tags=Tags(Name=Sub("${AppName}-public")))
    conditions = (None, None, THIRD_ZONE)
    subnets = [_subnet("Public", number, vpc, condition) for number, condition in enumerate(conditions, start=1)]
    return Tier(subnets, [table], [_association(subnet, table) for subnet in subnets])


def ipv6_ranges(public: Tier, of_vpc: VPCCidrBlock) -> list[SubnetCidrBlock]:
    """Give the public subnets' IPv6 ranges.

    Beside the subnets: as a property of one, a range that comes or goes may replace the subnet. And not from the VPC's
    attribute, which is an empty list while a change set is made: Fn::Select finds no item in that.
    """
    return [
        SubnetCidrBlock(
            f"{subnet.title}Ipv6Cidr",
            Condition=condition,
            DependsOn=of_vpc,
            SubnetId=Ref(subnet),
            Ipv6CidrBlock=Select(place, Cidr(Ref(vpc_ipv6_cidr), 3, 64)),
        )
        for place, (subnet, condition) in enumerate(zip(public.subnets, IPV6_SUBNETS, strict=True))
    ]


def private_tier(vpc: VPC) -> Tier:
    """Give the private subnets, each with a table of its own: each may have a gateway of its own."""
    subnets = [_subnet("Private", number, vpc, condition) for number, condition in enumerate(PRIVATE, start=1)]
    tables = [
        RouteTable(
            f"PrivateRouteTable{number}",
            Condition=condition,
            VpcId=Ref(vpc),
            Tags=Tags(Name=Sub(f"${{AppName}}-private_{number}")),
        )
        for number, condition in enumerate(PRIVATE, start=1)
    ]
    return Tier(subnets, tables, [_association(*pair) for pair in zip(subnets, tables, strict=True)])


def public_routes(table: RouteTable, gateway: InternetGateway, attachment: VPCGatewayAttachment) -> list[Route]:
    """Give the ways to the internet: a route to a gateway that is not attached yet is refused."""
    to_gateway = {"DependsOn": attachment, "RouteTableId": Ref(table), "GatewayId": Ref(gateway)}
    return [
        Route("PublicDefaultRoute", DestinationCidrBlock=EVERYWHERE, **to_gateway),
        Route("PublicDefaultRouteIpv6", Condition=IPV6, DestinationIpv6CidrBlock=EVERYWHERE_IPV6, **to_gateway),
    ]


def every(items: list[Any], conditions: tuple[str | None, ...] | list[str]) -> list[Any]:
    """Give the Ref of each resource, and of a conditional one if its condition is true."""
    return [
        Ref(item) if condition is None else If(condition, Ref(item), NoValue)
        for item, condition in zip(items, conditions, strict=True)
    ]


def _subnet(tier: str, number: int, vpc: VPC, condition: str | None, **more: Any) -> Subnet:
    cidrs = public_cidrs if tier == "Public" else private_cidrs
    return Subnet(
        f"{tier}Subnet{number}",
        **under(condition),
        VpcId=Ref(vpc),
        AvailabilityZone=Ref(zones[number - 1]),
        CidrBlock=Ref(cidrs[number - 1]),
        **more,
        Tags=Tags(Name=Sub(f"${{AppName}}-{tier.lower()}_{number}")),
    )


def _association(subnet: Subnet, table: RouteTable) -> SubnetRouteTableAssociation:
    return SubnetRouteTableAssociation(
        f"{subnet.title}RouteTableAssociation",
        **under(subnet.resource.get("Condition")),
        SubnetId=Ref(subnet),
        RouteTableId=Ref(table),
    )
