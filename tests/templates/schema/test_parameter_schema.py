"""The schema of a parameter's value: it refuses nothing that deploy.py takes, and what it can see, it refuses."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from cloudformation.environment.check import held_against
from cloudformation.environment.environment_file import read_file
from cloudformation.template.tree import PlainTree
from templates.schema.environment_schema import environment_schema
from tests.examples import examples
from tests.templates.schema.editor import refused_by_schema

HEAD = 'account: "123456789012"\nregion: ap-northeast-1\nstack: a-stack\nparameters:\n'
TYPES = [
    *("String", "Number", "CommaDelimitedList", "List<Number>", "List<String>", "AWS::EC2::VPC::Id"),
    *("AWS::EC2::KeyPair::KeyName", "List<AWS::EC2::Subnet::Id>", "AWS::Route53::HostedZone::Id"),
    *("AWS::SSM::Parameter::Value<String>", "AWS::SSM::Parameter::Name", "AWS::EC2::AvailabilityZone::Name"),
]
SCALARS = [
    *(
        "a",
        "abc",
        "true",
        "false",
        "yes",
        "no",
        "on",
        "0",
        "5",
        "30",
        "30.0",
        "3e1",
        "007",
        "1_000",
        "0x1F",
        "-3",
        "+4",
        ".5",
    ),
    *(
        "1.10",
        "256",
        "1984",
        "~",
        "null",
        "",
        ".inf",
        "1e400",
        "vpc-0123456789",
        "subnet-0123456789",
        "Z123",
        "a, b",
        "5,6",
    ),
    *("ap-northeast-1a", "2026-08-01", "12:30", "x" * 30, "y" * 5000),
]
PATTERNS = [
    "^[a-z]+$",
    "^$|^[0-9]{4}$",
    "[a-z]{2,3}",
    r"\d+",
    r"^\S+$",
    "(?i)ABC",
    "^[a-z0-9.]+$",
    r"\p{Alpha}+",
    "a++",
    "[a",
    "true|5",
]


def tree(body: dict[str, Any]) -> PlainTree:
    return PlainTree(
        {"Parameters": {"P": body}, "Resources": {"Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}}
    )


def verdicts(body: dict[str, Any], written: str) -> tuple[list[str], list[str]]:
    """What the schema and what deploy.py find wrong with the value as it is written."""
    text = f"{HEAD}  P: {written}\n"
    with TemporaryDirectory() as folder:
        (file := Path(folder) / "dev.yaml").write_text(text, encoding="utf-8")
        problems = held_against(tree(body), read_file(file).as_written)[1].problems
    schema = environment_schema(tree(body), {})
    Draft7Validator.check_schema(schema)
    return refused_by_schema(text, Draft7Validator(schema)), [problem.text for problem in problems]


plain_or_quoted = st.sampled_from(SCALARS).flatmap(lambda one: st.sampled_from([one, f"'{one}'", f'"{one}"']))
values = plain_or_quoted | st.lists(plain_or_quoted, max_size=3).map(lambda many: f"[{', '.join(many)}]")
elsewhere = st.sampled_from(
    ["{from_environment: A_B}", "{keep: true}", "{keep: 'true'}", "{from_environment: 1}", "{x: 1}"]
)
bodies = st.fixed_dictionaries(
    {"Type": st.sampled_from(TYPES)},
    optional={
        "Default": st.sampled_from(["a", "5", "true", ""]),
        "NoEcho": st.sampled_from(["true", True, "false"]),
        "AllowedValues": st.lists(
            st.sampled_from(["a", "true", "30", 30, 0, "007", "1.10", "-3", "yes"]), min_size=1, max_size=3
        ),
        "AllowedPattern": st.sampled_from(PATTERNS),
        "MinLength": st.sampled_from([0, 2, "3"]),
        "MaxLength": st.sampled_from([3, "20", 4000]),
        "MinValue": st.sampled_from([-5, 1, "3"]),
        "MaxValue": st.sampled_from([5, "30", 0.5]),
    },
)


@settings(max_examples=examples(500), deadline=None)
@given(bodies, values | elsewhere)
def test_what_the_schema_refuses_deploy_refuses(body: dict[str, Any], written: str) -> None:
    refused, found = verdicts(body, written)
    assert not refused or found, refused


@pytest.mark.parametrize(
    ("body", "written"),
    [
        ({"Type": "Number"}, "many"),
        ({"Type": "Number"}, "true"),
        ({"Type": "Number", "MinValue": 1, "MaxValue": 5}, "6"),
        ({"Type": "Number", "MinValue": "1"}, "0"),
        ({"Type": "Number", "AllowedValues": [0, 30]}, "31"),
        ({"Type": "Number", "AllowedValues": [0, 30]}, '"31"'),
        ({"Type": "String", "AllowedValues": ["none", "single"]}, "on"),
        ({"Type": "String", "AllowedValues": ["true", "false"]}, "1"),
        ({"Type": "String", "AllowedPattern": "^[a-z]+$"}, "A"),
        ({"Type": "String", "AllowedPattern": "^[a-z]+$"}, "5"),
        ({"Type": "String", "AllowedPattern": r"^\p{Lower}+$"}, "A"),
        ({"Type": "String", "MinLength": 2}, "a"),
        ({"Type": "String", "MaxLength": "3"}, "abcd"),
        ({"Type": "String"}, "y" * 4097),
        ({"Type": "String"}, "[a]"),
        ({"Type": "String"}, "{a: b}"),
        ({"Type": "String"}, ""),
        ({"Type": "String"}, "{keep: true}"),
        ({"Type": "AWS::EC2::VPC::Id"}, "10.0.0.0"),
        ({"Type": "AWS::EC2::KeyPair::KeyName"}, "''"),
        ({"Type": "List<AWS::EC2::Subnet::Id>"}, "[subnet-0123456789, sub]"),
        ({"Type": "List<AWS::EC2::Subnet::Id>"}, "[]"),
        ({"Type": "List<Number>", "MaxValue": 5}, "[4, 6]"),
        ({"Type": "CommaDelimitedList", "AllowedValues": ["a", "b"]}, "[a, c]"),
        ({"Type": "CommaDelimitedList"}, "['a,b']"),
        ({"Type": "String", "NoEcho": True}, "{keep: false}"),
        ({"Type": "String", "NoEcho": True}, "{keep: true, from_environment: A}"),
        ({"Type": "String"}, "{from_environment: A-B}"),
    ],
)
def test_each_kind_of_fault_that_a_schema_can_see_is_refused_by_both(body: dict[str, Any], written: str) -> None:
    refused, found = verdicts(body, written)
    assert refused
    assert found


def test_people_are_told_what_the_template_says_and_nothing_of_a_secret_s_default() -> None:
    body = {
        "Type": "Number",
        "Description": "Seconds.",
        "Default": 60,
        "MinValue": 1,
        "ConstraintDescription": "a number from 1",
    }
    properties = environment_schema(tree(body), {})["definitions"]["parameters"]["properties"]
    assert properties["P"]["description"] == "Seconds. It is a number from 1."
    assert properties["P"]["default"] == 60
    assert properties["P"]["patternErrorMessage"] == "P is a number from 1"
    secret = environment_schema(tree({"Type": "String", "NoEcho": True, "Default": "hush"}), {})
    assert "hush" not in str(secret)
