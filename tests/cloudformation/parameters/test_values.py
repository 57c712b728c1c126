"""Values against what is declared, in CloudFormation's words."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cloudformation.parameters.values import Breach, Constraint, breaches, members, typed_value


def found(declaration: dict[str, Any], text: str) -> list[Breach]:
    return list(breaches("P", declaration, text, lambda pattern, value: re.fullmatch(pattern, value) is not None))


@pytest.mark.parametrize(
    ("declaration", "text", "constraint", "message"),
    [
        ({"Type": "Number"}, "1_0", Constraint.TYPE, "Parameter 'P' must be a number."),
        ({"Type": "List<Number>"}, "1, x", Constraint.TYPE, "Parameter 'P' must be a list of numbers."),
        (
            {"Type": "Number", "MinValue": "1.5"},
            "1",
            Constraint.RANGE,
            "Parameter 'P' must be a number not less than 1.5",
        ),
        (
            {"Type": "Number", "MaxValue": 9},
            "1e1",
            Constraint.RANGE,
            "Parameter 'P' must be a number not greater than 9",
        ),
        (
            {"Type": "Number", "MaxValue": 9007199254740992},
            "9007199254740993",
            Constraint.RANGE,
            "Parameter 'P' must be a number not greater than 9007199254740992",
        ),
        (
            {"Type": "List<Number>", "MaxValue": 9},
            "1,10",
            Constraint.RANGE,
            "Parameter 'P' must be a number not greater than 9",
        ),
        ({"MinLength": "3"}, "ab", Constraint.LENGTH, "Parameter 'P' must contain at least 3 characters"),
        (
            {"Type": "AWS::EC2::KeyPair::KeyName", "MaxLength": 1},
            "ab",
            Constraint.LENGTH,
            "Parameter 'P' must contain at most 1 characters",
        ),
        ({"AllowedValues": [True]}, "True", Constraint.ALLOWED_VALUES, "Parameter 'P' must be one of AllowedValues"),
        ({"AllowedPattern": "a"}, "b", Constraint.ALLOWED_PATTERN, "Parameter 'P' must match pattern a"),
        (
            {"Type": "CommaDelimitedList", "AllowedPattern": "a"},
            "a, b",
            Constraint.ALLOWED_PATTERN,
            "Each value of parameter 'P' must match pattern a",
        ),
        ({}, "\u3042" * 1366, Constraint.SIZE, "Parameter 'P' must contain at most 4096 bytes"),
    ],
)
def test_a_constraint_that_is_broken_is_told(
    declaration: dict[str, Any], text: str, constraint: Constraint, message: str
) -> None:
    assert found(declaration, text) == [Breach(constraint, message)]


@pytest.mark.parametrize(
    ("declaration", "text"),
    [
        ({"Type": "Number", "AllowedValues": [1, "2.50"]}, "2.5"),
        ({"Type": "List<Number>", "AllowedValues": [1, 2]}, "1.0, 2"),
        ({"Type": "Number", "MinLength": 3}, "1"),
        ({"MinLength": 2, "MaxLength": 2}, "ab"),
        ({"Type": "CommaDelimitedList", "MinLength": 3}, "a,b"),
        ({"Type": "String", "MinValue": 3}, "1"),
        ({"AllowedValues": [True, 80]}, "true"),
        ({"AllowedValues": "no list", "MinLength": "many"}, "x"),
        ({}, "\udc80"),
    ],
)
def test_a_value_that_fits_breaks_nothing(declaration: dict[str, Any], text: str) -> None:
    assert found(declaration, text) == []


def test_what_is_no_number_is_not_compared_and_what_else_is_wrong_is_told_with_it() -> None:
    broken = found({"Type": "Number", "MinValue": 1, "AllowedValues": [1], "AllowedPattern": "1"}, "x")
    assert [breach.constraint for breach in broken] == [
        Constraint.TYPE,
        Constraint.ALLOWED_VALUES,
        Constraint.ALLOWED_PATTERN,
    ]
    assert [breach.describable for breach in broken] == [False, True, True]


def test_a_text_that_exists_in_no_account_is_quoted_unless_it_must_not_be_shown() -> None:
    [breach] = found({"Type": "List<AWS::EC2::Subnet::Id>"}, "subnet-12345678, mine, yours")
    assert breach.text == "Parameter validation failed: parameter value mine for parameter name P does not exist"
    assert breach.masked == "Parameter validation failed: parameter value **** for parameter name P does not exist"


def test_a_pattern_that_cannot_be_judged_refuses_nothing() -> None:
    assert list(breaches("P", {"AllowedPattern": "?"}, "x", lambda pattern, value: None)) == []


def test_members_are_trimmed() -> None:
    assert members("CommaDelimitedList", "a, b ,c") == ["a", "b", "c"]
    assert members("AWS::SSM::Parameter::Value<List<String>>", "x") == ["x"]
    assert members("String", " a, b ") == [" a, b "]


def test_a_text_of_a_list_type_is_its_members_and_any_other_is_itself() -> None:
    assert typed_value("List<Number>", "1, 2") == ["1", "2"]
    assert typed_value("AWS::SSM::Parameter::Value<CommaDelimitedList>", "a") == ["a"]
    assert typed_value("String", " a, b ") == " a, b "


@pytest.mark.parametrize(
    ("declaration", "text", "refused"),
    [
        ({"Type": "Number", "AllowedValues": [1, 2]}, "2", False),
        ({"Type": "Number", "AllowedValues": [1, 2]}, "2.0", False),
        ({"Type": "Number", "AllowedValues": [1, 2]}, "3", True),
        ({"Type": "List<Number>", "AllowedValues": [1, 2]}, "1, 2.0", False),
        ({"Type": "List<Number>", "AllowedValues": [1, 2]}, "1, 3", True),
        ({"Type": "String", "AllowedValues": [1, 2]}, "2.0", True),
        ({"Type": "String", "AllowedValues": [1, 2]}, "2", False),
        ({"MinLength": 2}, "a", True),
        ({"MinLength": 2}, "ab", False),
        ({"MaxLength": 2}, "ab", False),
        ({"MaxLength": 2}, "abc", True),
        ({"Type": "CommaDelimitedList", "MaxLength": 2}, "abc", False),
        ({"Type": "Number", "MinValue": 2}, "2", False),
        ({"Type": "Number", "MaxValue": 2}, "2", False),
        ({"Type": "List<Number>", "MaxValue": 2}, "1,3", True),
        ({"Type": "List<Number>", "MinValue": 2}, "1,3", True),
        ({"Type": "Number", "MaxLength": 1}, "22", False),
        ({"Type": "CommaDelimitedList", "AllowedPattern": "a+"}, "a,aa", False),
        ({"Type": "CommaDelimitedList", "AllowedPattern": "a+"}, "a,b", True),
        ({"Type": "AWS::EC2::VPC::Id"}, "vpc-12345678", False),
        ({"Type": "AWS::EC2::VPC::Id"}, "mine", True),
    ],
)
def test_a_constraint_refuses_what_is_just_beyond_it(declaration: dict[str, Any], text: str, *, refused: bool) -> None:
    assert bool(found(declaration, text)) is refused
