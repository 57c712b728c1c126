"""What a template may declare about a parameter."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.parameters.declarations import check_declarations, is_list, is_no_echo, is_stored, shape_of
from cloudformation.refusals import TemplateError


def refusal(**members: Any) -> str:
    with pytest.raises(TemplateError) as caught:
        check_declarations({"P": members})
    return caught.value.message


@pytest.mark.parametrize(
    "kind",
    [
        *("String", "Number", "CommaDelimitedList", "List<String>", "List<Number>", "AWS::EC2::VPC::Id"),
        *("List<AWS::EC2::Subnet::Id>", "AWS::Route53::HostedZone::Id", "AWS::EC2::KeyPair::KeyName"),
        *("AWS::SSM::Parameter::Name", "AWS::SSM::Parameter::Value<String>"),
        *("AWS::SSM::Parameter::Value<List<String>>", "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"),
        "AWS::SSM::Parameter::Value<List<AWS::EC2::Subnet::Id>>",
    ],
)
def test_a_type_of_the_guide_is_taken(kind: str) -> None:
    check_declarations({"P": {"Type": kind}})


@pytest.mark.parametrize(
    "kind",
    ["string", "Boolean", "List<Boolean>", "AWS::EC2::Nothing", "AWS::SSM::Parameter::Value<Number>", 5, ["String"]],
)
def test_any_other_type_is_refused(kind: Any) -> None:
    assert refusal(Type=kind) == f"Template format error: Unrecognized parameter type: {kind}"


def test_a_member_that_does_not_exist_is_refused() -> None:
    assert refusal(Type="String", Properties={}) == "Invalid template parameter property 'Properties'"


@pytest.mark.parametrize(
    ("member", "value", "text"),
    [
        ("Default", ["a"], "Every Default member must be a string."),
        ("AllowedPattern", ["a"], "Every AllowedPattern member must be a string."),
        ("Description", {"Ref": "A"}, "Every Description member must be a string."),
        ("AllowedValues", "a", "Every AllowedValues member must be a list of strings."),
        ("AllowedValues", [["a"]], "Every AllowedValues member must be a list of strings."),
        ("MinLength", "many", "MinLength of parameter P must be a number."),
        ("MaxValue", [1], "MaxValue of parameter P must be a number."),
    ],
)
def test_a_constraint_of_the_wrong_form_is_refused(member: str, value: Any, text: str) -> None:
    assert refusal(**{"Type": "String", member: value}) == f"Template format error: {text}"


def test_lists_are_told_from_texts() -> None:
    assert is_list("AWS::SSM::Parameter::Value<CommaDelimitedList>")
    assert not is_list("AWS::SSM::Parameter::Value<String>")


def test_what_systems_manager_resolves_is_told_from_its_names() -> None:
    assert is_stored("AWS::SSM::Parameter::Value<List<String>>")
    assert not is_stored("AWS::SSM::Parameter::Name")
    assert not is_stored("String")


@pytest.mark.parametrize("written", [True, "true", "True", "TRUE"])
def test_a_value_is_hidden_however_true_is_written(written: Any) -> None:
    assert is_no_echo({"Type": "String", "NoEcho": written})
    assert not is_no_echo({"Type": "String", "NoEcho": not is_no_echo({"NoEcho": written})})


@pytest.mark.parametrize("parameter", [{}, {"NoEcho": None}, {"NoEcho": "yes"}, None, ["NoEcho"]])
def test_nothing_else_hides_it(parameter: Any) -> None:
    assert not is_no_echo(parameter)


def test_what_an_account_may_have_is_known_by_its_shape() -> None:
    shape = shape_of("List<AWS::EC2::Subnet::Id>")
    assert shape is not None
    assert shape.fullmatch("subnet-0123456789abcdef0")
    assert not shape.fullmatch("subnet-x")
    assert shape_of("String") is None
    name = shape_of("AWS::SSM::Parameter::Name")
    assert name is not None
    assert not name.fullmatch("")
