"""A value for every parameter: its default, else one that its own constraints take."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bench.corpus.given import another, parts_of, value


@pytest.mark.parametrize(
    ("name", "declaration", "pattern"),
    [
        ("A", {"Type": "String", "Default": "d"}, "d"),
        ("A", {"Type": "Number", "MinValue": 100000, "MaxValue": 100001}, "100000"),
        ("A", {"Type": "String", "AllowedValues": ["x", "y"]}, "x"),
        ("Vpc", {"Type": "AWS::EC2::VPC::Id"}, r"vpc-[0-9a-f]{17}"),
        ("Subnets", {"Type": "List<AWS::EC2::Subnet::Id>"}, r"(subnet-[0-9a-f]{17},){2}subnet-[0-9a-f]{17}"),
        ("VpcCidr", {"Type": "String"}, r"[\d.]+/\d+"),
        ("Odd", {"Type": "String", "AllowedPattern": "q{3}-[a-f]{2}z", "MinLength": 7}, r"qqq-[a-f]{2}z"),
        ("Key", {"Type": "String", "MinLength": 40, "MaxLength": 40}, r".{40}"),
    ],
)
def test_a_value_fits_what_the_parameter_declares(name: str, declaration: dict[str, Any], pattern: str) -> None:
    given = value(name, declaration)
    assert given is not None
    assert re.fullmatch(pattern, given)


def test_a_change_takes_another_value_that_fits_and_never_one_that_must_not_be_seen() -> None:
    assert another("A", {"Type": "String", "AllowedValues": ["x", "y"]}, "x") == "y"
    assert another("A", {"Type": "String", "AllowedValues": ["x"]}, "x") is None
    assert another("A", {"Type": "String", "NoEcho": "true"}, "x") is None


def test_a_pattern_that_nothing_matches_has_no_value() -> None:
    assert value("A", {"Type": "String", "AllowedPattern": "(?!)"}) is None


def test_a_value_has_the_parts_that_the_template_selects_of_it() -> None:
    key = {"Fn::Select": [1, {"Fn::Split": ["||", {"Ref": "Key"}]}]}
    parts = parts_of({"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Key": key}}}}})
    declaration = {"Type": "String"}
    first = value("Key", declaration, parts["Key"])
    assert first is not None
    second = another("Key", declaration, first, parts["Key"])
    assert second is not None
    assert second != first
    assert len(first.split("||")) == len(second.split("||")) == 2
