"""How private subnets reach the internet: through zonal NAT gateways, or through a regional one.

What kind of gateway it is, its subnet and its address are create-only, so each kind is a resource of its own: another
mode adds the new ones, moves the routes in place, and removes the old ones last.
https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
"""

from troposphere import GetAtt, If, Ref, Sub, Tags
from troposphere.ec2 import EIP, VPC, NatGateway, Route, RouteTable, Subnet, VPCGatewayAttachment

from templates.network.parameters import NAT, REGIONAL_NAT, WAY_OUT
from templates.network.subnets import EVERYWHERE


def nat_resources(
    vpc: VPC, public_subnets: list[Subnet], private_tables: list[RouteTable], attachment: VPCGatewayAttachment
) -> list[EIP | NatGateway | Route]:
    """Give addresses, gateways, and a default route for each private table."""
    addresses = [_address(number, condition, attachment) for number, condition in enumerate(NAT, start=1)]
    gateways = [
        NatGateway(
            f"NatGateway{number}",
            Condition=condition,
            DependsOn=attachment,
            SubnetId=Ref(subnet),
            AllocationId=GetAtt(address, "AllocationId"),
            Tags=Tags(Name=Sub(f"${{AppName}}-nat_{number}")),
        )
        for number, (condition, subnet, address) in enumerate(zip(NAT, public_subnets, addresses, strict=True), start=1)
    ]
    regional = NatGateway(
        "RegionalNatGateway",
        Condition=REGIONAL_NAT,
        DependsOn=attachment,
        VpcId=Ref(vpc),
        AvailabilityMode="regional",
        Tags=Tags(Name=Sub("${AppName}-nat")),
    )
    routes = [_route(number, table, gateways, regional) for number, table in enumerate(private_tables, start=1)]
    return [*addresses, *gateways, regional, *routes]


def _address(number: int, condition: str, attachment: VPCGatewayAttachment) -> EIP:
    return EIP(
        f"NatEip{number}",
        Condition=condition,
        # An address of a VPC whose gateway is being detached cannot be released.
        DependsOn=attachment,
        Domain="vpc",
        Tags=Tags(Name=Sub(f"${{AppName}}-nat_{number}")),
    )


def _route(number: int, table: RouteTable, gateways: list[NatGateway], regional: NatGateway) -> Route:
    zonal = Ref(gateways[0])
    if number > 1:
        zonal = If(NAT[number - 1], Ref(gateways[number - 1]), zonal)
    return Route(
        f"PrivateDefaultRoute{number}",
        Condition=WAY_OUT[number - 1],
        RouteTableId=Ref(table),
        DestinationCidrBlock=EVERYWHERE,
        NatGatewayId=If(REGIONAL_NAT, Ref(regional), zonal),
    )
