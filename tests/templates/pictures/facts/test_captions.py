"""What a picture says of network, load balancer, logs, roles and alarms."""

from typing import Any

import pytest

from templates.pictures.facts.captions import caption, others, title, traffic
from tests.templates.pictures.systems import WHOLE, plain, system

EVERYTHING = system(**WHOLE["everything"])


@pytest.mark.parametrize(
    ("path", "lines"),
    [
        ("Network/S3Endpoint", ["gateway to com.amazonaws.ap-northeast-1.s3"]),
        (
            "Network/LogsEndpoint",
            ["interface to com.amazonaws.ap-northeast-1.logs", "in Network/InterfaceEndpointSecurityGroup"],
        ),
        ("Network/FlowLog", ["all traffic, to Network/FlowLogGroup"]),
        ("Network/FlowLogGroup", ["kept 7 days", "encrypted with key/00000000-0000-0000-0000-000000000000"]),
        (
            "Network/FlowLogRole",
            ["for vpc-flow-logs.amazonaws.com", "taken by Network/FlowLog", "limited by policy/limit"],
        ),
        ("Alb/AliasAaaa1", ["AAAA  www.example.com"]),
        (
            "Alb/LoadBalancer",
            [
                "internet-facing, dualstack, in Alb/AlbSecurityGroup, deletion protection off",
                "access, connection, health-check logs to Alb/AccessLogsBucket",
            ],
        ),
        ("Alb/AccessLogsBucket", ["objects kept 90 days", "no public access"]),
        ("Alb/AlbIngressHttps", ["from 203.0.113.0/24: tcp 443"]),
        ("AppSg/AppIngressFromSelf", ["from itself: all traffic"]),
        ("AppSg/AppSecurityGroup", ["to 0.0.0.0/0: all traffic"]),
        ("Alb/Elb5xxAlarm", ["HTTPCode_ELB_5XX_Count > 10 in 2 of 3 periods of 60 s", "notifies ops"]),
    ],
)
def test_a_resource_of_the_system_says_what_its_values_are(path: str, lines: list[str]) -> None:
    assert caption(EVERYTHING, EVERYTHING.resources[path]) == lines


def test_a_certificate_lists_its_names() -> None:
    lines = caption(EVERYTHING, EVERYTHING.resources["Cert/Certificate"])
    assert lines[:2] == ["dev.example.com", "www.example.com"]
    assert lines[-1] == "validated by DNS"


def test_a_regional_gateway_says_that_it_is_one_for_all() -> None:
    gateway = plain({"N": {"Type": "AWS::EC2::NatGateway", "Properties": {"AvailabilityMode": "regional"}}})
    assert caption(gateway, gateway.resources["N"]) == ["one for the whole VPC, in every zone that has traffic"]


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"IpProtocol": "-1"}, "all traffic"),
        ({"IpProtocol": "tcp", "FromPort": 443, "ToPort": "443"}, "tcp 443"),
        ({"IpProtocol": "udp", "FromPort": 1024, "ToPort": 65535}, "udp 1024-65535"),
        ({"IpProtocol": "58"}, "58"),
    ],
)
def test_traffic_is_told_by_protocol_and_ports(rule: dict[str, Any], says: str) -> None:
    assert traffic(rule) == says


def test_who_a_rule_is_about_is_a_range_a_list_or_a_group() -> None:
    resolved = plain({"G": {"Type": "AWS::EC2::SecurityGroup"}, "H": {"Type": "AWS::EC2::SecurityGroup"}})
    group = resolved.resources["G"]
    assert others(resolved, {"CidrIpv6": "::/0"}, group) == ["::/0"]
    assert others(resolved, {"SourcePrefixListId": "pl-1"}, group) == ["pl-1"]
    assert others(resolved, {"SourceSecurityGroupId": "sg-1"}, group) == ["sg-1"]


@pytest.mark.parametrize(
    "strange", [{}, "text", [], [{"x": 1}], {"Fn::ImportValue": "x"}, {"Fn::GetAtt": ["Other", "Arn"]}, 7]
)
def test_properties_that_are_not_as_they_should_be_are_no_error(strange: Any) -> None:
    """A template may be wrong, or say with a function what only AWS will know."""
    from templates.pictures.facts.captions import _CAPTIONS

    names = [
        *("SecurityGroupIngress", "LoadBalancerAttributes", "SecurityGroups", "LifecycleConfiguration", "AlarmActions"),
        *("PublicAccessBlockConfiguration", "AssumeRolePolicyDocument", "SubjectAlternativeNames", "DefaultActions"),
        *("Conditions", "Actions", "NetworkConfiguration", "DeploymentConfiguration", "CapacityProviderStrategy"),
        *("ContainerDefinitions", "RuntimePlatform", "ClusterSettings", "CapacityProviders", "ScheduledActions"),
        *("TargetTrackingScalingPolicyConfiguration", "Certificates", "LogGroupName", "KmsKeyId", "GroupId"),
        *("WebACLArn", "LoadBalancers", "Cluster", "CidrIp", "PermissionsBoundary"),
    ]
    for kind in _CAPTIONS:
        properties = dict.fromkeys(names, strange)
        resolved = plain({"Other": {"Type": "A::B::C"}, "It": {"Type": kind, "Properties": properties}})
        assert all(isinstance(line, str) for line in caption(resolved, resolved.resources["It"]))


def test_a_type_of_which_nothing_is_known_says_what_it_refers_to() -> None:
    resolved = plain({"A": {"Type": "A::B::C"}, "B": {"Type": "A::B::D", "Properties": {"X": [{"Ref": "A"}]}}})
    assert caption(resolved, resolved.resources["B"]) == ["refers to A"]
    assert caption(resolved, resolved.resources["A"]) == []


def test_a_title_is_the_type_without_the_vendor_where_that_is_aws() -> None:
    assert title("AWS::EC2::VPC") == "EC2::VPC"
    assert title("Custom::Thing") == "Custom::Thing"
