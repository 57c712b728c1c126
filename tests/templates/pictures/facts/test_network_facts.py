"""Zones, subnets and their routes out, found by their routes, with any names."""

from typing import Any

from templates.pictures.facts.network_facts import default_destination, vpcs
from tests.templates.pictures.systems import THREE, plain, system


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def subnet(zone: str, number: int) -> dict[str, Any]:
    properties = {"VpcId": ref("V"), "AvailabilityZone": zone, "CidrBlock": f"10.0.{number}.0/24"}
    return {"Type": "AWS::EC2::Subnet", "Properties": properties}


def associated(name: str, table: str) -> dict[str, Any]:
    return {
        "Type": "AWS::EC2::SubnetRouteTableAssociation",
        "Properties": {"SubnetId": ref(name), "RouteTableId": ref(table)},
    }


def route(table: str, destination: str, **target: Any) -> dict[str, Any]:
    properties = {"RouteTableId": ref(table), "DestinationCidrBlock": destination, **target}
    return {"Type": "AWS::EC2::Route", "Properties": properties}


NETWORK = {
    "V": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
    "G": {"Type": "AWS::EC2::InternetGateway"},
    "N": {"Type": "AWS::EC2::NatGateway", "Properties": {"SubnetId": ref("Private")}},
    "Private": subnet("a", 1),
    "Public": subnet("a", 2),
    "Isolated": subnet("a", 3),
    "PublicTable": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": ref("V")}},
    "Table": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": ref("V")}},
    "A1": associated("Private", "Table"),
    "A2": associated("Public", "PublicTable"),
    "R1": route("Table", "0.0.0.0/0", GatewayId=ref("G")),
    "R2": route("PublicTable", "0.0.0.0/0", NatGatewayId=ref("N")),
    "R3": route("PublicTable", "10.8.0.0/16", VpcPeeringConnectionId="pcx-1"),
}


def test_a_subnet_is_public_because_of_its_route_whatever_its_name() -> None:
    (vpc,) = vpcs(plain(NETWORK))
    kinds = {subnet.resource.path: subnet.kind for subnet in vpc.subnets}
    assert kinds == {"Private": "public", "Public": "private", "Isolated": "isolated"}
    ways = {subnet.resource.path: [(way, to.path) for way, to in subnet.ways_out] for subnet in vpc.subnets}
    assert ways == {"Private": [("0.0.0.0/0", "G")], "Public": [("0.0.0.0/0", "N")], "Isolated": []}


def test_tiers_have_one_subnet_of_a_zone_and_begin_with_the_public_ones() -> None:
    (vpc,) = vpcs(plain({**NETWORK, "Second": subnet("a", 4), "Third": subnet("b", 5)}))
    tiers = [{zone: subnet.resource.path for zone, subnet in tier.items()} for tier in vpc.tiers]
    assert tiers == [{"a": "Private"}, {"a": "Public"}, {"a": "Isolated", "b": "Third"}, {"a": "Second"}]


def test_three_zones_have_three_columns_in_two_tiers() -> None:
    (vpc,) = vpcs(system(**THREE, NatGatewayMode="single"))
    assert vpc.zones == ("ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d")
    assert [len(tier) for tier in vpc.tiers] == [3, 3]
    assert {way.path for subnet in vpc.tiers[1].values() for _, way in subnet.ways_out} == {"Network/NatGateway1"}


def test_ranges_that_stand_beside_a_vpc_or_subnet_are_its_own() -> None:
    (vpc,) = vpcs(system(EnableIpv6="true", VpcIpv6Cidr="2406:da14:1:200::/56"))
    assert vpc.ranges == ("10.0.0.0/16", "IPv6 range of Amazon's")
    assert vpc.subnets[0].ranges == ("10.0.1.0/24", "2406:da14:1:200::/64")


def test_only_a_route_to_everywhere_is_a_way_out() -> None:
    assert default_destination({"DestinationIpv6CidrBlock": "::/0"}) == "::/0"
    assert default_destination({"DestinationCidrBlock": "10.0.0.0/8"}) is None
    assert default_destination({"DestinationPrefixListId": "pl-1"}) is None
