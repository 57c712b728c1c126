"""What EC2 fills in, in networks whose parts stand in the same stack, in another, and nowhere."""

from __future__ import annotations

import base64
import re
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from rehearsal.properties.filled_networks import zone_id
from tests.rehearsal.play import REGION
from tests.rehearsal.properties.filled import ZONES, joined, played, resource, shown, subnet, vpc
from tests.rehearsal.samples import Json, export, imported, ref, template

IMAGE = "ami-0123456789abcdef0"


def test_subnets_without_a_zone_are_spread_over_the_zones() -> None:
    resources = {"V": vpc(), **{f"S{number}": subnet(number) for number in range(3)}}
    zones = shown(resources, {f"Z{number}": f"S{number}.AvailabilityZone" for number in range(3)})
    assert sorted(zones.values()) == ZONES


def test_a_zone_that_is_given_stays_and_has_its_id() -> None:
    asked = {"Zone": "S.AvailabilityZone", "Id": "S.AvailabilityZoneId"}
    found = shown({"V": vpc(), "S": subnet(1, AvailabilityZone=ZONES[1])}, asked)
    assert found == {"Zone": ZONES[1], "Id": "apne1-az3"}
    assert (zone_id("us-east-1a"), zone_id("eu-central-2b")) == ("use1-az1", "euc2-az2")


def test_a_region_whose_zones_are_not_known_has_zones_of_the_usual_names() -> None:
    play = played()
    play.services.zone_names.clear()
    stack = play.deploy(template({"Z": {"Fn::GetAtt": ["S", "AvailabilityZone"]}}, V=vpc(), S=subnet(1)))
    assert stack["Outputs"][0]["OutputValue"] in {f"{REGION}{letter}" for letter in "abc"}


@pytest.mark.parametrize(
    "placed", [{"SubnetId": ref("S")}, {"NetworkInterfaces": [{"SubnetId": ref("S"), "DeviceIndex": "0"}]}]
)
def test_an_instance_is_in_the_zone_the_vpc_and_the_addresses_of_its_subnet(placed: Json) -> None:
    resources = {"V": vpc(), "S": subnet(7), "I": resource("EC2::Instance", ImageId=IMAGE, **placed)}
    outputs = {
        "Zone": "I.AvailabilityZone",
        "Same": "S.AvailabilityZone",
        "Ip": "I.PrivateIp",
        "Dns": "I.PrivateDnsName",
    }
    found = shown(resources, {**outputs, "Vpc": "I.VpcId", "V": ref("V"), "State": "I.State.Name"})
    assert found["Zone"] == found["Same"]
    assert ip_address(found["Ip"]) in ip_network("10.0.7.0/24")
    assert found["Dns"] == f"ip-{found['Ip'].replace('.', '-')}.{REGION}.compute.internal"
    assert (found["Vpc"], found["State"]) == (found["V"], "running")


@pytest.mark.parametrize(
    ("network", "instance", "public", "named"),
    [
        ({}, {"SubnetId": ref("S")}, False, False),
        ({"MapPublicIpOnLaunch": True}, {"SubnetId": ref("S")}, True, False),
        (
            {},
            {"NetworkInterfaces": [{"SubnetId": ref("S"), "DeviceIndex": "0", "AssociatePublicIpAddress": "true"}]},
            True,
            False,
        ),
        (
            {"MapPublicIpOnLaunch": True},
            {"NetworkInterfaces": [{"DeviceIndex": "0", "AssociatePublicIpAddress": False}]},
            False,
            False,
        ),
        ({}, {"SubnetId": "subnet-0123456789abcdef0"}, True, True),
        ({}, {}, True, True),
    ],
)
def test_an_instance_has_a_public_address_where_its_subnet_or_its_interface_gives_one(
    network: Json, instance: Json, public: bool, named: bool
) -> None:
    resources = {"V": vpc(), "S": subnet(7, **network), "I": resource("EC2::Instance", ImageId=IMAGE, **instance)}
    asked = {name: {"Fn::Sub": f"[${{I.{name}}}]"} for name in ("PublicIp", "PublicDnsName")}
    found = shown(resources, asked)
    assert (len(found["PublicIp"]) > 2, len(found["PublicDnsName"]) > 2) == (public, named)


def test_a_vpc_that_names_hosts_gives_a_public_name() -> None:
    resources = {
        "V": vpc(EnableDnsHostnames=True),
        "S": subnet(7, MapPublicIpOnLaunch=True),
        "I": resource("EC2::Instance", ImageId=IMAGE, SubnetId=ref("S")),
    }
    found = shown(resources, {"Ip": "I.PublicIp", "Name": "I.PublicDnsName"})
    assert found["Name"] == f"ec2-{found['Ip'].replace('.', '-')}.{REGION}.compute.amazonaws.com"


def test_a_subnet_of_another_stack_counts_as_one_of_the_same() -> None:
    play = played()
    outputs = {"S": export(ref("S"), "subnet"), "Z": {"Fn::GetAtt": ["S", "AvailabilityZone"]}}
    network = play.deploy(template(outputs, V=vpc(), S=subnet(9, AvailabilityZone=ZONES[2])), stack="network")
    assert network["StackStatus"] == "CREATE_COMPLETE"
    target = resource(
        "EFS::MountTarget", FileSystemId="fs-0123456789abcdef0", SubnetId=imported("subnet"), SecurityGroups=[]
    )
    instance = resource("EC2::Instance", ImageId=IMAGE, SubnetId=imported("subnet"))
    found = shown({"I": instance, "M": target}, {"Zone": "I.AvailabilityZone", "Ip": "M.IpAddress"}, play)
    assert found["Zone"] == ZONES[2]
    assert ip_address(found["Ip"]) in ip_network("10.0.9.0/24")


@pytest.mark.parametrize(
    ("given", "secondary"),
    [
        ({}, 0),
        ({"SecondaryPrivateIpAddressCount": 3}, 3),
        (
            {
                "PrivateIpAddresses": [
                    {"PrivateIpAddress": "10.0.7.9", "Primary": True},
                    {"PrivateIpAddress": "10.0.7.8", "Primary": False},
                ]
            },
            1,
        ),
    ],
)
def test_an_interface_has_the_addresses_that_it_asked_for(given: Json, secondary: int) -> None:
    resources = {"V": vpc(), "S": subnet(7), "N": resource("EC2::NetworkInterface", SubnetId=ref("S"), **given)}
    found = shown(
        resources,
        {
            "One": "N.PrimaryPrivateIpAddress",
            "More": {"Fn::Sub": ["<${L}>", {"L": joined("N.SecondaryPrivateIpAddresses")}]},
        },
    )
    more = [address for address in found["More"].strip("<>").split(",") if address]
    assert len(more) == secondary
    assert all(ip_address(address) in ip_network("10.0.7.0/24") for address in (found["One"], *more))


@pytest.mark.parametrize(
    ("kind", "interfaces", "entries"),
    [
        ({}, 0, 0),
        ({"VpcEndpointType": "Gateway"}, 0, 0),
        ({"VpcEndpointType": "Interface"}, 2, 3),
        ({"VpcEndpointType": "Interface", "PrivateDnsEnabled": True}, 2, 4),
        ({"VpcEndpointType": "GatewayLoadBalancer"}, 2, 0),
    ],
)
def test_an_endpoint_has_interfaces_and_names_by_its_kind(kind: Json, interfaces: int, entries: int) -> None:
    endpoint = resource(
        "EC2::VPCEndpoint",
        VpcId=ref("V"),
        ServiceName=f"com.amazonaws.{REGION}.ssm",
        SubnetIds=[ref("A"), ref("B")],
        **kind,
    )
    resources = {"V": vpc(), "A": subnet(1), "B": subnet(2), "E": endpoint}
    found = shown(
        resources,
        {name: {"Fn::Sub": ["<${L}>", {"L": joined(f"E.{name}")}]} for name in ("NetworkInterfaceIds", "DnsEntries")},
    )
    ids, names = (
        [item for item in found[name].strip("<>").split(",") if item] for name in ("NetworkInterfaceIds", "DnsEntries")
    )
    assert (len(ids), len(names)) == (interfaces, entries)
    assert all(re.fullmatch(r"eni-0[0-9a-f]{16}", name) for name in ids)
    assert all(
        re.fullmatch(rf"Z\w+:(vpce-0[0-9a-f]+-\w+(-{REGION}[a-z])?\.)?ssm\.{REGION}\.(vpce\.)?amazonaws\.com", name)
        for name in names
    )


def test_a_group_and_a_balancer_that_say_nothing_have_names_and_defaults() -> None:
    resources = {
        "V": vpc(),
        "S": subnet(1),
        "G": resource("EC2::SecurityGroup", GroupDescription="g"),
        "L": resource("ElasticLoadBalancingV2::LoadBalancer", SubnetMappings=[{"SubnetId": ref("S")}]),
    }
    asked = {"Group": "G.GroupName", "Type": "L.Type", "Scheme": "L.Scheme", "Groups": joined("L.SecurityGroups")}
    found = shown(resources, {**asked, "Own": "V.DefaultSecurityGroup", "Subnets": joined("L.Subnets"), "S": ref("S")})
    assert re.fullmatch(r"demo-G-\w{12}", found["Group"])
    assert (found["Type"], found["Scheme"]) == ("application", "internet-facing")
    assert (found["Groups"], found["Subnets"]) == (found["Own"], found["S"])


@pytest.mark.parametrize(
    ("given", "form"),
    [
        ({"KeyType": "ed25519"}, 32),
        ({"PublicKeyMaterial": "ssh-ed25519 AAAA"}, 32),
        ({}, r"(\w\w:){19}\w\w"),
        ({"PublicKeyMaterial": "ssh-rsa AAAA"}, r"(\w\w:){15}\w\w"),
    ],
)
def test_a_key_has_the_fingerprint_of_its_kind(given: Json, form: Any) -> None:
    found = shown({"K": resource("EC2::KeyPair", KeyName="k", **given)}, {"Print": "K.KeyFingerprint"})["Print"]
    if isinstance(form, str):
        assert re.fullmatch(form, found)
    else:
        assert len(base64.b64decode(found, validate=True)) == form
