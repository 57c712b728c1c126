"""Zones stand in the environment's Region."""

from __future__ import annotations

import pytest

from cloudformation.environment.environment_file import Environment
from cloudformation.environment.findings import Place
from cloudformation.environment.parameter_values import Declared, Value
from cloudformation.environment.placement import misplaced

ZONE = "AWS::EC2::AvailabilityZone::Name"


def said(kind: str, text: str, region: str = "eu-west-1", **body: object) -> list[str]:
    environment = Environment(
        "dev", Place("p"), "1", region, "s", "b", False, {}, (), {}, {"parameters": Place("p", 3)}
    )
    value = Value(Declared("Zone", kind, body), text, Place("p", 7))
    return [str(problem) for problem in misplaced({"Zone": value}, environment)]


def test_each_zone_of_another_region_is_told() -> None:
    assert said(ZONE, "us-east-1a") == ["p:7: Zone is no Availability Zone of eu-west-1: 'us-east-1a'"]
    assert said(f"List<{ZONE}>", "eu-west-1a, us-east-1a, us-east-1b") == [
        "p:7: Zone is no Availability Zone of eu-west-1: 'us-east-1a'",
        "p:7: Zone is no Availability Zone of eu-west-1: 'us-east-1b'",
    ]
    assert said(ZONE, "us-east-1a", NoEcho=True) == ["p:7: Zone is no Availability Zone of eu-west-1"]


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
    assert said(kind, text, region) == []
