"""The controls of Amazon EC2: what breaks each, and that alone."""

from typing import Any

import pytest

from tests.templates.security.changed_system import (
    NOT_KNOWN_BEFORE,
    Change,
    add,
    difference,
    drop,
    environment,
    put,
    states,
    system,
)

INGRESS = "AWS::EC2::SecurityGroupIngress"
ALB_GROUP = {"Ref": "AlbSecurityGroup"}


def opened(low: Any, high: Any, protocol: Any = "tcp", **to: Any) -> Change:
    """A rule beside the load balancer's security group; to everybody, unless `to` says to whom."""
    rule = {"GroupId": ALB_GROUP, "IpProtocol": protocol, "FromPort": low, "ToPort": high}
    return add("alb", "Opened", INGRESS, **rule, **(to or {"CidrIp": "0.0.0.0/0"}))


BREAKS = {
    "EC2.6": drop("network", "FlowLog"),
    "EC2.10": drop("network", "Ec2Endpoint"),
    "EC2.15": put("network", "PublicSubnet1", "MapPublicIpOnLaunch", value=True),
    "EC2.18": opened(8443, 8443),
    "EC2.55": drop("network", "EcrApiEndpoint"),
    "EC2.56": drop("network", "EcrDkrEndpoint"),
    "EC2.57": drop("network", "SsmEndpoint"),
    "EC2.58": drop("network", "SsmcontactsEndpoint"),
    "EC2.60": drop("network", "SsmincidentsEndpoint"),
}
LEFT_OPEN = {
    "EC2.6": put("network", "FlowLog", "TrafficType", value=NOT_KNOWN_BEFORE),
    "EC2.10": put("network", "Ec2Endpoint", "ServiceName", value=NOT_KNOWN_BEFORE),
    "EC2.15": put("network", "PublicSubnet1", "MapPublicIpOnLaunch", value=NOT_KNOWN_BEFORE),
}
NOBODY_S = {
    "EC2.3": "AWS::EC2::Instance",
    "EC2.16": "AWS::EC2::NetworkAcl",
    "EC2.20": "AWS::EC2::VPNConnection",
    "EC2.23": "AWS::EC2::TransitGateway",
    "EC2.25": "AWS::EC2::LaunchTemplate",
    "EC2.51": "AWS::EC2::ClientVpnEndpoint",
    "EC2.173": "AWS::EC2::SpotFleet",
    "EC2.180": "AWS::EC2::NetworkInterface",
}


@pytest.mark.parametrize("control", BREAKS)
def test_one_property_makes_one_control_fail(control: str) -> None:
    assert difference(BREAKS[control]) == {control: ("passes", "fails")}


@pytest.mark.parametrize("control", LEFT_OPEN)
def test_what_is_not_known_does_not_pass(control: str) -> None:
    assert difference(LEFT_OPEN[control]) == {control: ("passes", "not known")}


@pytest.mark.parametrize("control", NOBODY_S)
def test_a_resource_that_nobody_judges_does_not_pass(control: str) -> None:
    assert difference(add("network", "Another", NOBODY_S[control])) == {control: ("nothing there", "not known")}


@pytest.mark.parametrize("traffic", ["ALL", "REJECT"])
def test_a_flow_log_of_what_is_refused_is_enough(traffic: str) -> None:
    assert difference(put("network", "FlowLog", "TrafficType", value=traffic)) == {}


def test_a_flow_log_of_what_is_accepted_or_of_another_vpc_is_none() -> None:
    assert difference(put("network", "FlowLog", "TrafficType", value="ACCEPT")) == {"EC2.6": ("passes", "fails")}
    assert difference(put("network", "FlowLog", "ResourceId", value="vpc-1")) == {"EC2.6": ("passes", "fails")}


def test_ipv6_addresses_count_too() -> None:
    given = put("network", "PublicSubnet1", "AssignIpv6AddressOnCreation", value=True)
    assert difference(given) == {"EC2.15": ("passes", "fails")}


@pytest.mark.parametrize(
    "change",
    [
        opened(22, 22),
        opened(3000, 3400),
        opened(0, 65535),
        opened(-1, -1, "-1"),
        opened(22, 22, CidrIpv6="::/0"),
        put(
            *("alb", "AlbSecurityGroup", "SecurityGroupIngress"),
            value=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}],
        ),
    ],
)
def test_a_port_of_high_risk_fails_both(change: Change) -> None:
    assert difference(change) == {"EC2.18": ("passes", "fails"), "EC2.19": ("passes", "fails")}


@pytest.mark.parametrize(
    "change",
    [
        opened(443, 443),
        opened(22, 22, CidrIp="10.0.0.0/8"),
        opened(22, 22, SourceSecurityGroupId=ALB_GROUP),
    ],
)
def test_a_web_port_to_everybody_and_any_port_to_somebody_is_no_harm(change: Change) -> None:
    assert difference(change) == {}


@pytest.mark.parametrize(
    "change", [opened(22, 22, CidrIp=NOT_KNOWN_BEFORE), opened(NOT_KNOWN_BEFORE, 22), opened(22, 22, NOT_KNOWN_BEFORE)]
)
def test_a_rule_that_is_not_known_does_not_pass(change: Change) -> None:
    assert difference(change) == {"EC2.18": ("passes", "not known"), "EC2.19": ("passes", "not known")}


def test_a_udp_port_is_not_authorized_by_its_number() -> None:
    assert difference(opened(443, 443, "udp")) == {"EC2.18": ("passes", "fails")}


def test_the_network_acl_of_every_vpc_gets_no_finding() -> None:
    assert states(system(environment()))["EC2.16"] == "nothing there"


def test_a_vpc_always_has_a_default_group_that_no_template_empties() -> None:
    assert states(system(environment()))["EC2.2"] == "fails"
    assert difference(drop("network", "Vpc"))["EC2.2"] == ("fails", "nothing there")


@pytest.mark.parametrize("control", ["EC2.1", "EC2.172"])
def test_what_is_the_account_s_is_never_said_to_pass(control: str) -> None:
    assert states(system(environment()))[control] == "account"


@pytest.mark.parametrize(
    ("group", "state"),
    [
        ({"Fn::GetAtt": ["AlbSecurityGroup", "GroupId"]}, "fails"),
        ({"Fn::ImportValue": "a-group"}, "not known"),
        ("sg-0123456789abcdef0", "not known"),
    ],
)
def test_a_rule_counts_however_it_names_its_group(group: Any, state: str) -> None:
    ssh = {"GroupId": group, "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}
    expected = dict.fromkeys(("EC2.18", "EC2.19"), ("passes", state))
    assert difference(add("alb", "Ssh", "AWS::EC2::SecurityGroupIngress", **ssh)) == expected


def test_whom_a_prefix_list_lets_in_is_not_known() -> None:
    listed = {"GroupId": {"Ref": "AlbSecurityGroup"}, "SourcePrefixListId": "pl-1", "IpProtocol": "tcp"}
    expected = dict.fromkeys(("EC2.18", "EC2.19"), ("passes", "not known"))
    assert difference(add("alb", "Listed", "AWS::EC2::SecurityGroupIngress", **listed)) == expected


def test_every_port_of_tcp_may_be_written_as_minus_one() -> None:
    every = {"GroupId": {"Ref": "AlbSecurityGroup"}, "IpProtocol": "tcp", "FromPort": -1, "ToPort": -1}
    expected = dict.fromkeys(("EC2.18", "EC2.19"), ("passes", "fails"))
    assert difference(add("alb", "Every", "AWS::EC2::SecurityGroupIngress", CidrIp="0.0.0.0/0", **every)) == expected
