"""Subnets: which there are, what leads out of them, and their IPv6 ranges beside them."""

from tests.templates.resolved import document, tree

PRIVATE = {"PrivateSubnet1Cidr": "10.0.11.0/24", "PrivateSubnet2Cidr": "10.0.12.0/24"}
THIRD = {"AvailabilityZone3": "ap-northeast-1d", "PublicSubnet3Cidr": "10.0.3.0/24"}
IPV6 = {"EnableIpv6": "true", "VpcIpv6Cidr": "2406:da14:1:200::/56"}


def test_public_subnets_share_a_table_and_private_ones_have_one_each() -> None:
    network = tree(**PRIVATE, **THIRD, PrivateSubnet3Cidr="10.0.13.0/24")["network"]
    tables = [entry["RouteTableId"] for entry in network.of_type("AWS::EC2::SubnetRouteTableAssociation")]
    public, private = ["network.PublicRouteTable"] * 3, [f"network.PrivateRouteTable{number}" for number in (1, 2, 3)]
    assert tables == public + private


def test_a_third_zone_adds_its_subnet_to_the_joined_ids() -> None:
    outputs = tree(**THIRD)["network"].outputs
    assert outputs["PublicSubnetIds"].count(",") == 2


def test_without_private_subnets_there_is_no_output_of_theirs_to_export() -> None:
    assert "PrivateSubnetIds" not in tree()["network"].outputs
    layers = tree(**PRIVATE)
    assert layers["network"].outputs["PrivateSubnetIds"] == "network.PrivateSubnet1,network.PrivateSubnet2"
    assert layers["root"].outputs["PrivateSubnetIds"] == layers["network"].outputs["PrivateSubnetIds"]


def test_an_ipv6_range_is_no_property_of_a_subnet_which_it_might_replace() -> None:
    network = tree(**IPV6)["network"]
    assert "Ipv6CidrBlock" not in network.properties("PublicSubnet1")
    ranges = network.of_type("AWS::EC2::SubnetCidrBlock")
    assert [entry["SubnetId"] for entry in ranges] == ["network.PublicSubnet1", "network.PublicSubnet2"]
    assert len({entry["Ipv6CidrBlock"] for entry in ranges}) == 2
    assert network.properties("PublicDefaultRouteIpv6")["DestinationIpv6CidrBlock"] == "::/0"


def test_no_range_is_taken_from_an_attribute_that_is_empty_while_a_change_set_is_made() -> None:
    assert "Ipv6CidrBlocks" not in str(document("network")["Resources"])
