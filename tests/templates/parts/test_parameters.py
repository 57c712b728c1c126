"""Shared parameters: what they let in and what they keep out."""

import re

import pytest
from troposphere import Parameter

from templates.parts import parameters
from templates.parts.parameters import CIDR, HYPHENATED, choice, is_given, number, replaces, said_of_replacing, switch
from templates.service import parameters as service_parameters


@pytest.mark.parametrize("text", ["10.0.0.0/16", "192.168.1.0/28", "255.255.255.255/20"])
def test_a_range_that_a_vpc_can_have_is_let_in(text: str) -> None:
    assert re.fullmatch(CIDR, text)


@pytest.mark.parametrize("text", ["10.0.0.0/15", "10.0.0.0/29", "256.0.0.0/16", "10.0.0/16", "10.0.0.0", "01.0.0.0/16"])
def test_a_range_that_no_vpc_can_have_is_kept_out(text: str) -> None:
    assert not re.fullmatch(CIDR, text)


@pytest.mark.parametrize(("text", "allowed"), [("web-of-shop", True), ("a1", True), ("A", False), ("a--b", False)])
def test_a_name_has_lower_case_letters_digits_and_single_hyphens(text: str, allowed: bool) -> None:
    assert bool(re.fullmatch(HYPHENATED, text)) is allowed


@pytest.mark.parametrize(
    ("parameter", "text", "allowed"),
    [
        (parameters.domain_name, "dev.example.com", True),
        (parameters.domain_name, "Example.com", False),
        (parameters.domain_name, "localhost", False),
        (parameters.domain_name, "-a.example.com", False),
        (parameters.kms_key_arn, "", True),
        (parameters.kms_key_arn, "arn:aws:kms:ap-northeast-1:123456789012:key/0a-1b", True),
        (parameters.kms_key_arn, "arn:aws:kms:ap-northeast-1:123456789012:alias/x", False),
        (service_parameters.container_image, "public.ecr.aws/docker/library/nginx:latest", True),
        (service_parameters.container_image, "registry:5000/nginx:1", True),
        (service_parameters.container_image, f"nginx@sha256:{'0' * 64}", True),
        (service_parameters.container_image, "nginx", False),
        (service_parameters.container_image, "nginx:", False),
        (service_parameters.listener_rule_paths, "/*", True),
        (service_parameters.listener_rule_paths, "/a/*,/b", True),
        (service_parameters.listener_rule_paths, "/a, /b", False),
        (service_parameters.listener_rule_paths, "/a,/b,/c,/d,/e,/f", False),
        (service_parameters.health_check_path, "/health", True),
        (service_parameters.health_check_path, "health", False),
    ],
)
def test_a_pattern_lets_in_what_aws_takes(parameter: Parameter, text: str, allowed: bool) -> None:
    assert bool(re.fullmatch(parameter.AllowedPattern, text)) is allowed


def test_a_switch_is_true_or_false_as_text() -> None:
    assert switch("On", "Whether.", "false").to_dict() == {
        "Type": "String",
        "Description": "Whether.",
        "Default": "false",
        "AllowedValues": ["true", "false"],
        "ConstraintDescription": "one of true, false",
    }


def test_a_choice_among_numbers_is_a_number_and_names_them() -> None:
    parameter = choice("Days", "How long.", 7, [1, 7]).to_dict()
    assert (parameter["Type"], parameter["AllowedValues"]) == ("Number", [1, 7])
    assert parameter["ConstraintDescription"] == "one of 1, 7"


def test_a_number_says_its_limits_in_words() -> None:
    assert number("Count", "How many.", 2, 0, 9).to_dict() == {
        "Type": "Number",
        "Description": "How many.",
        "Default": 2,
        "MinValue": 0,
        "MaxValue": 9,
        "ConstraintDescription": "a whole number from 0 to 9",
    }


def test_an_optional_value_is_given_when_it_is_not_empty() -> None:
    assert is_given(parameters.kms_key_arn).to_dict() == {"Fn::Not": [{"Fn::Equals": [{"Ref": "KmsKeyArn"}, ""]}]}


def test_what_a_description_says_of_replacing_is_told_from_what_it_means() -> None:
    assert said_of_replacing(f"The range.{replaces('Vpc', 'Subnet')}") == ("The range.", "Vpc, Subnet")
    assert said_of_replacing(f"The range.{replaces('Vpc')} With it goes all.") == (
        "The range.",
        "Vpc. With it goes all",
    )
    assert said_of_replacing("How many tasks run.") == ("How many tasks run.", "")
