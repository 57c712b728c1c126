"""NAT gateways: each mode has its own resources, and the routes of all private subnets lead to them."""

import pytest

from tests.templates.resolved import Layer, tree

PRIVATE = {"PrivateSubnet1Cidr": "10.0.11.0/24", "PrivateSubnet2Cidr": "10.0.12.0/24"}
THIRD = {
    "AvailabilityZone3": "ap-northeast-1d",
    "PublicSubnet3Cidr": "10.0.3.0/24",
    "PrivateSubnet3Cidr": "10.0.13.0/24",
}


def routes(network: Layer) -> list[str]:
    """Where the default route of each private table leads."""
    return [
        entry["Properties"]["NatGatewayId"].removeprefix("network.")
        for name, entry in network.resources.items()
        if name.startswith("PrivateDefaultRoute")
    ]


@pytest.mark.parametrize(
    ("mode", "two_zones", "three_zones"),
    [
        ("none", [], []),
        ("single", ["NatGateway1"] * 2, ["NatGateway1"] * 3),
        ("per-az", ["NatGateway1", "NatGateway2"], ["NatGateway1", "NatGateway2", "NatGateway3"]),
        ("regional", ["RegionalNatGateway"] * 2, ["RegionalNatGateway"] * 3),
    ],
)
def test_every_private_subnet_has_the_way_out_of_its_mode(
    mode: str, two_zones: list[str], three_zones: list[str]
) -> None:
    assert routes(tree(**PRIVATE, NatGatewayMode=mode)["network"]) == two_zones
    assert routes(tree(**PRIVATE, **THIRD, NatGatewayMode=mode)["network"]) == three_zones


def test_a_zonal_gateway_has_an_address_and_a_public_subnet() -> None:
    gateway = tree(**PRIVATE, NatGatewayMode="per-az")["network"].properties("NatGateway2")
    assert gateway["SubnetId"] == "network.PublicSubnet2"
    assert gateway["AllocationId"] == "network.NatEip2.AllocationId"


def test_a_regional_gateway_has_neither_subnet_nor_address_of_its_own() -> None:
    network = tree(**PRIVATE, NatGatewayMode="regional")["network"]
    gateway = network.properties("RegionalNatGateway")
    assert (gateway["VpcId"], gateway["AvailabilityMode"]) == ("network.Vpc", "regional")
    assert not {"SubnetId", "AllocationId"} & set(gateway)
    assert not network.of_type("AWS::EC2::EIP")


def test_the_first_gateway_and_its_address_stay_when_each_zone_gets_one() -> None:
    single, per_zone = (tree(**PRIVATE, NatGatewayMode=mode)["network"].resources for mode in ("single", "per-az"))
    assert {name: single[name] for name in ("NatEip1", "NatGateway1")} == {
        name: per_zone[name] for name in ("NatEip1", "NatGateway1")
    }
