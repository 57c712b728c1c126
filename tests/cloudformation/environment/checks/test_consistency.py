"""What Rules cannot say."""

import pytest

from cloudformation.environment.checks.consistency import inconsistencies, misplaced
from cloudformation.environment.environment_file import Environment
from cloudformation.environment.findings import Place
from cloudformation.environment.parameter_values import Declared, Value

ZONE = "AWS::EC2::AvailabilityZone::Name"
_ENVIRONMENT = Environment(
    "dev", Place("p.yaml"), "1", "r", "s", "b", False, {}, (), {}, {"parameters": Place("p.yaml", 3)}
)


def _findings(**texts: str) -> list[str]:
    values = {name: Value(Declared(name, "String", {}), text, Place("p.yaml", 9)) for name, text in texts.items()}
    return [str(problem) for problem in inconsistencies(values, _ENVIRONMENT)]


def test_a_subnet_outside_the_vpc_is_told() -> None:
    assert _findings(VpcCidr="10.0.0.0/16", PublicSubnet1Cidr="10.1.1.0/24", PublicSubnet2Cidr="") == [
        "p.yaml:9: PublicSubnet1Cidr (10.1.1.0/24) is not inside VpcCidr (10.0.0.0/16)"
    ]


def test_subnets_of_a_vpc_whose_range_is_not_at_hand_are_held_to_each_other_alone() -> None:
    assert _findings(VpcCidr="nonsense", PublicSubnet1Cidr="10.1.1.0/24") == []
    assert _findings(PublicSubnet1Cidr="10.1.1.0/24", PublicSubnet2Cidr="10.1.1.0/24") == [
        "p.yaml:9: PublicSubnet2Cidr (10.1.1.0/24) overlaps PublicSubnet1Cidr (10.1.1.0/24)"
    ]


def test_subnets_that_overlap_are_told_once() -> None:
    assert _findings(VpcCidr="10.0.0.0/16", PublicSubnet1Cidr="10.0.0.0/23", PublicSubnet2Cidr="10.0.1.0/24") == [
        "p.yaml:9: PublicSubnet2Cidr (10.0.1.0/24) overlaps PublicSubnet1Cidr (10.0.0.0/23)"
    ]


def test_values_that_are_no_ipv4_network_are_left_to_their_pattern() -> None:
    assert _findings(VpcCidr="10.0.0.0/16", PublicSubnet1Cidr="::/0", PublicSubnet2Cidr="nonsense") == []


def _misplaced(kind: str, text: str, region: str = "eu-west-1", name: str = "Zone", **body: object) -> list[str]:
    environment = Environment(
        "dev", Place("p"), "1", region, "s", "b", False, {}, (), {}, {"parameters": Place("p", 3)}
    )
    value = Value(Declared(name, kind, body), text, Place("p", 7))
    return [str(problem) for problem in misplaced({name: value}, environment)]


def test_each_zone_of_another_region_is_told() -> None:
    assert _misplaced(ZONE, "us-east-1a") == ["p:7: Zone is no Availability Zone of eu-west-1: 'us-east-1a'"]
    assert _misplaced(f"List<{ZONE}>", "eu-west-1a, us-east-1a, us-east-1b") == [
        "p:7: Zone is no Availability Zone of eu-west-1: 'us-east-1a'",
        "p:7: Zone is no Availability Zone of eu-west-1: 'us-east-1b'",
    ]
    assert _misplaced(ZONE, "us-east-1a", NoEcho=True) == ["p:7: Zone is no Availability Zone of eu-west-1"]


@pytest.mark.parametrize(
    ("kind", "text", "region"),
    [
        (ZONE, "eu-west-1b", "eu-west-1"),
        (ZONE, "", "eu-west-1"),
        ("String", "us-east-1a", "eu-west-1"),
        (ZONE, "us-east-1a", "eu-wst-1"),
        (f"AWS::SSM::Parameter::Value<{ZONE}>", "/zone", "eu-west-1"),
    ],
)
def test_what_is_right_or_cannot_be_told_is_silent(kind: str, text: str, region: str) -> None:
    assert _misplaced(kind, text, region) == []


@pytest.mark.parametrize(
    ("name", "arn"),
    [
        ("AlarmTopicArn", "arn:aws:sns:us-east-1:123456789012:ops"),
        ("ExistingCertificateArn", "arn:aws:acm:us-east-1:123456789012:certificate/a"),
        ("WebAclArn", "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/a/b"),
        ("KmsKeyArn", "arn:aws:kms:us-east-1:123456789012:key/a"),
        ("DatabaseKmsKeyArn", "arn:aws:kms:us-east-1:123456789012:key/a"),
    ],
)
def test_an_arn_of_another_region_is_refused_where_aws_takes_none(name: str, arn: str) -> None:
    said = f"p:7: {name} is of us-east-1; what uses it in eu-west-1 takes none of another Region"
    assert _misplaced("String", arn, name=name) == [said]
    assert _misplaced("String", arn, "us-east-1", name) == []
    assert _misplaced("String", arn, name="TaskRoleArn") == []
    assert _misplaced("String", "", name=name) == []
    assert _misplaced("AWS::SSM::Parameter::Value<String>", "/arn:of:it:us:x:y", name=name) == []
