"""Parameter values against what the template declares."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.parameters.declarations import check_declarations, is_list
from cloudformation.refusals import CloudFormationError
from cloudformation.unknown import Unknown
from rehearsal.language.parameters import ref_value, settle
from rehearsal.state.services import SecureString
from rehearsal.state.stacks import ParameterValue
from tests.rehearsal.play import Play

STORE = {"/app/image": "nginx:1", "/app/zones": "a, b", "plain": "text"}
PLACEHOLDER = "{{IntrinsicFunction:root/Net.Outputs.Ids/Fn::GetAtt}}"
IMAGE = {"Type": "AWS::SSM::Parameter::Value<String>"}


def settled(
    declared: dict[str, Any], previous: dict[str, ParameterValue] | None = None, **given: Any
) -> dict[str, ParameterValue]:
    entries = [
        {"ParameterKey": key, "UsePreviousValue": True}
        if value is ...
        else {"ParameterKey": key, "ParameterValue": value}
        for key, value in given.items()
    ]
    check_declarations(declared)
    return settle(declared, entries, previous or {}, STORE.get)


def value(declaration: dict[str, Any], text: str) -> Any:
    return ref_value(declaration, settled({"P": declaration}, P=text)["P"])


def refusal(declaration: Any, *text: str, previous: dict[str, ParameterValue] | None = None, **given: Any) -> str:
    values = dict(zip("P", text, strict=False)) | given
    with pytest.raises(CloudFormationError) as caught:
        settled({"P": declaration}, previous, **values)
    assert caught.value.code == "ValidationError"
    return caught.value.message


@pytest.mark.parametrize(
    ("kind", "text", "wanted"),
    [
        ("String", " kept as it is ", " kept as it is "),
        ("Number", "80", "80"),
        ("Number", "-1.5e3", "-1.5e3"),
        ("CommaDelimitedList", "a, b ,c", ["a", "b", "c"]),
        ("List<Number>", "1,2", ["1", "2"]),
        ("List<String>", "x", ["x"]),
        ("List<AWS::EC2::Subnet::Id>", "subnet-12345678,subnet-9abcdef0", ["subnet-12345678", "subnet-9abcdef0"]),
        ("AWS::EC2::VPC::Id", "vpc-12345678", "vpc-12345678"),
        ("AWS::SSM::Parameter::Name", "plain", "plain"),
        ("AWS::SSM::Parameter::Value<String>", "/app/image", "nginx:1"),
        ("AWS::SSM::Parameter::Value<List<String>>", "/app/zones", ["a", "b"]),
        ("AWS::SSM::Parameter::Value<CommaDelimitedList>", "/app/zones", ["a", "b"]),
        ("AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "plain", "text"),
    ],
)
def test_a_ref_gives_text_or_a_list_of_texts(kind: str, text: str, wanted: Any) -> None:
    assert value({"Type": kind}, text) == wanted


def test_a_list_is_a_list_also_behind_systems_manager() -> None:
    assert is_list("CommaDelimitedList")
    assert is_list("List<Number>")
    assert is_list("AWS::SSM::Parameter::Value<List<String>>")
    assert not is_list("String")
    assert not is_list("AWS::SSM::Parameter::Value<String>")


def test_what_is_not_given_is_the_default() -> None:
    declared = {"Port": {"Type": "Number", "Default": 8080}, "On": {"Type": "String", "Default": True}}
    assert {key: found.value for key, found in settled(declared).items()} == {"Port": "8080", "On": "true"}


def test_an_empty_text_is_a_value() -> None:
    assert settled({"P": {"Type": "String", "Default": "x"}}, P="")["P"].value == ""


def test_a_previous_value_is_kept_when_asked_for() -> None:
    before = {"P": ParameterValue("P", "old")}
    declared = {"P": {"Type": "String", "Default": "default"}}
    assert settled(declared, before, P=...)["P"].value == "old"
    assert settled(declared, before)["P"].value == "default"


def test_a_previous_systems_manager_name_is_kept_and_its_value_read_anew() -> None:
    found = settled({"P": IMAGE}, {"P": ParameterValue("P", "/app/image", "nginx:0")}, P=...)["P"]
    assert (found.value, found.resolved, found.effective) == ("/app/image", "nginx:1", "nginx:1")
    assert found.described() == {
        "ParameterKey": "P",
        "ParameterValue": "/app/image",
        "ResolvedValue": "nginx:1",
    }


@pytest.mark.parametrize("no_echo", [True, "true", "True"])
def test_no_echo_is_masked(no_echo: Any) -> None:
    found = settled({"P": {"Type": "String", "NoEcho": no_echo}}, P="secret")["P"]
    assert found.described() == {"ParameterKey": "P", "ParameterValue": "****"}
    assert found.effective == "secret"


def test_a_masked_value_that_systems_manager_gave_is_masked_too() -> None:
    assert settled({"P": IMAGE | {"NoEcho": True}}, P="/app/image")["P"].described() == {
        "ParameterKey": "P",
        "ParameterValue": "****",
        "ResolvedValue": "****",
    }


def test_no_echo_hides_the_parameter_and_nothing_that_is_made_of_it() -> None:
    play = Play()
    secret = {"Secret": {"Type": "String", "NoEcho": True}}
    topic = {
        "Type": "AWS::SNS::Topic",
        "Properties": {"DisplayName": {"Ref": "Secret"}},
        "Metadata": {"leak": {"Fn::Sub": "<${Secret}>"}},
    }
    template = {"Parameters": secret, "Resources": {"A": topic}, "Outputs": {"O": {"Value": {"Ref": "Secret"}}}}
    given = [{"ParameterKey": "Secret", "ParameterValue": "hunter2"}]
    change_set = play.change_set(template, name="hidden", Parameters=given)
    assert play.described(change_set)["Parameters"] == [{"ParameterKey": "Secret", "ParameterValue": "****"}]
    play("ExecuteChangeSet", ChangeSetName=change_set)
    play.settle()
    stack = play.stack()
    assert stack["Parameters"] == [{"ParameterKey": "Secret", "ParameterValue": "****"}]
    assert stack["Outputs"] == [{"OutputKey": "O", "OutputValue": "hunter2"}]
    detail = play("DescribeStackResource", StackName="demo", LogicalResourceId="A")["StackResourceDetail"]
    assert "<hunter2>" in detail["Metadata"]
    shown = template | {"Parameters": {"Secret": {"Type": "String", "NoEcho": False}}}
    kept = [{"ParameterKey": "Secret", "UsePreviousValue": True}]
    change_set = play.change_set(shown | {"Description": "shown"}, name="shown", Parameters=kept)
    assert play.described(change_set)["Parameters"] == [{"ParameterKey": "Secret", "ParameterValue": "hunter2"}]


def test_without_no_echo_the_value_is_shown() -> None:
    assert settled({"P": {"Type": "String"}}, P="v")["P"].described() == {"ParameterKey": "P", "ParameterValue": "v"}


def test_missing_values_are_named_together() -> None:
    declared = {"A": {"Type": "String"}, "B": {"Type": "String"}, "C": {"Type": "String", "Default": ""}}
    with pytest.raises(CloudFormationError) as caught:
        settled(declared)
    assert caught.value.message == "Parameters: [A, B] must have values"


def test_a_previous_value_that_never_was_is_a_missing_one() -> None:
    assert refusal({"Type": "String"}, P=...) == "Parameters: [P] must have values"


def test_a_systems_manager_type_without_a_name_has_words_of_its_own() -> None:
    assert refusal(IMAGE) == "Parameter P should either have input value or default value"


def test_a_key_that_the_template_does_not_have_is_refused() -> None:
    assert refusal({"Type": "String"}, "v", X="1", Y="2") == "Parameters: [X, Y] do not exist in the template"


def test_a_systems_manager_parameter_must_exist() -> None:
    text = refusal(IMAGE, "/app/gone")
    assert text == "Unable to fetch parameters [/app/gone] from parameter store for this account."


@pytest.mark.parametrize(
    ("declaration", "text", "message"),
    [
        ({"Type": "Number"}, "many", "Parameter 'P' must be a number."),
        ({"Type": "Number"}, "", "Parameter 'P' must be a number."),
        ({"Type": "Number"}, "1_0", "Parameter 'P' must be a number."),
        ({"Type": "Number"}, " 3 ", "Parameter 'P' must be a number."),
        ({"Type": "Number"}, "\u0663", "Parameter 'P' must be a number."),
        ({"Type": "List<Number>"}, "1,x", "Parameter 'P' must be a list of numbers."),
        ({"Type": "String", "AllowedValues": ["a", 1]}, "b", "Parameter 'P' must be one of AllowedValues"),
        ({"Type": "CommaDelimitedList", "AllowedValues": ["a"]}, "a,b", "Parameter 'P' must be one of AllowedValues"),
        ({"Type": "String", "AllowedPattern": "[a-z]+"}, "a1", "Parameter 'P' must match pattern [a-z]+"),
        (
            {"Type": "CommaDelimitedList", "AllowedPattern": "arn:.+"},
            "arn:x, y",
            "Each value of parameter 'P' must match pattern arn:.+",
        ),
        ({"Type": "String", "MinLength": 3}, "ab", "Parameter 'P' must contain at least 3 characters"),
        ({"Type": "String", "MaxLength": "3"}, "abcd", "Parameter 'P' must contain at most 3 characters"),
        ({"Type": "Number", "MinValue": 1}, "0", "Parameter 'P' must be a number not less than 1"),
        ({"Type": "Number", "MaxValue": "9"}, "9.5", "Parameter 'P' must be a number not greater than 9"),
        (
            {"Type": "String", "AllowedPattern": "a+", "ConstraintDescription": "must be all a"},
            "b",
            "Parameter 'P' must be all a",
        ),
        ({"Type": "Number", "ConstraintDescription": "must be a port"}, "x", "Parameter 'P' must be a number."),
    ],
)
def test_a_value_outside_its_constraints_is_refused(declaration: Any, text: str, message: str) -> None:
    assert refusal(declaration, text) == message


@pytest.mark.parametrize(
    ("declaration", "text"),
    [
        ({"Type": "String", "AllowedValues": ["80", 8080, True]}, "8080"),
        ({"Type": "String", "AllowedValues": ["80", 8080, True]}, "true"),
        ({"Type": "String", "AllowedPattern": "(|[a-z]+)"}, ""),
        ({"Type": "String", "MinLength": 0, "MaxLength": 2}, "ab"),
        ({"Type": "Number", "MinValue": 1, "MaxValue": 65535}, "65535"),
        ({"Type": "CommaDelimitedList", "AllowedPattern": "[a-z]+"}, "a, b"),
    ],
)
def test_a_value_inside_its_constraints_is_taken(declaration: Any, text: str) -> None:
    assert settled({"P": declaration}, P=text)["P"].value == text


def test_a_default_is_held_to_the_constraints_too() -> None:
    assert refusal({"Type": "String", "Default": "b", "AllowedValues": ["a"]}) == (
        "Parameter 'P' must be one of AllowedValues"
    )


@pytest.mark.parametrize(
    ("declaration", "text"),
    [
        ({}, "Every Parameters object must contain a Type member."),
        ({"Type": "Boolean"}, "Unrecognized parameter type: Boolean"),
        ({"Type": "String", "Default": ["a"]}, "Every Default member must be a string."),
        ({"Type": "String", "Default": "x", "AllowedPattern": "["}, "Invalid AllowedPattern ["),
    ],
)
def test_a_declaration_of_the_wrong_form_is_refused(declaration: Any, text: str) -> None:
    assert text in refusal(declaration)


@pytest.mark.parametrize(
    ("pattern", "fits", "breaks"),
    [
        (r"\p{Punct}+", "$$", "a"),
        (r"\d+", "12", "\u0663"),
        ("[a-z&&[^b]]", "a", "b"),
        ("[a-d[m-p]]", "n", "["),
        (r"(?<n>a)\k<n>", "aa", "ab"),
        ("a(?i)b", "aB", "AB"),
        (r"\Qa.b\E", "a.b", "axb"),
        (r"\p{L}+", "\u00e9", "1"),
        (r"a\z", "a", "a\n"),
    ],
)
def test_a_pattern_is_javas(pattern: str, fits: str, breaks: str) -> None:
    declared = {"Type": "String", "AllowedPattern": pattern}
    assert settled({"P": declared}, P=fits)["P"].value == fits
    assert refusal(declared, breaks) == f"Parameter 'P' must match pattern {pattern}"


@pytest.mark.parametrize("pattern", ["a{,2}", "(?P<n>a)", "[a", r"\y", "*", r"\p{Nope}", "(?#c)a"])
def test_a_pattern_that_java_refuses_is_refused(pattern: str) -> None:
    text = refusal({"Type": "String", "AllowedPattern": pattern}, "a")
    assert text == f"Template format error: Invalid AllowedPattern {pattern}"


@pytest.mark.parametrize("pattern", [r"\X", "[a&&]", r"(?U)\w"])
def test_a_pattern_that_java_alone_can_read_is_not_simulated(pattern: str) -> None:
    assert f"AllowedPattern {pattern} is not simulated" in refusal({"Type": "String", "AllowedPattern": pattern}, "a")


@pytest.mark.parametrize("action", ["CreateStack", "CreateChangeSet"])
@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("[a-z&&[^b]]", "Parameter 'P' must match pattern [a-z&&[^b]]"),
        ("a{,2}", "Template format error: Invalid AllowedPattern a{,2}"),
    ],
)
def test_both_ways_to_a_stack_hold_a_value_to_its_pattern(action: str, pattern: str, message: str) -> None:
    declared = {"P": {"Type": "String", "AllowedPattern": pattern}}
    body = json.dumps({"Parameters": declared, "Resources": {"A": {"Type": "AWS::SNS::Topic"}}})
    more = {"ChangeSetName": "first", "ChangeSetType": "CREATE"} if action == "CreateChangeSet" else {}
    given = [{"ParameterKey": "P", "ParameterValue": "b"}]
    with pytest.raises(CloudFormationError) as caught:
        Play()(action, StackName="demo", TemplateBody=body, Parameters=given, **more)
    assert caught.value.message == message


def test_what_exists_in_no_account_is_refused_by_its_shape() -> None:
    assert refusal({"Type": "AWS::EC2::VPC::Id", "ConstraintDescription": "a VPC"}, "my-vpc") == (
        "Parameter validation failed: parameter value my-vpc for parameter name P does not exist"
    )
    assert "parameter value x for" in refusal({"Type": "List<AWS::EC2::Subnet::Id>"}, "subnet-12345678, x")


def test_a_pattern_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rehearsal.language.parameters._PATTERN_SECONDS", 0.05)
    assert "takes too long" in refusal({"Type": "String", "AllowedPattern": "(a|aa)+$"}, "a" * 60 + "!")


def test_a_siblings_output_passes_a_string_parameter_as_it_is() -> None:
    found = settled({"P": {"Type": "String", "AllowedPattern": "vpc-.+"}}, P=PLACEHOLDER)["P"]
    seen = ref_value({"Type": "String"}, found)
    assert isinstance(seen, Unknown)
    assert seen.placeholder == PLACEHOLDER


def test_a_list_typed_parameter_holds_a_siblings_output_to_its_pattern() -> None:
    assert refusal({"Type": "CommaDelimitedList", "AllowedPattern": "arn:.+"}, PLACEHOLDER) == (
        "Each value of parameter 'P' must match pattern arn:.+"
    )


def test_systems_manager_does_not_know_a_siblings_output() -> None:
    assert refusal(IMAGE, PLACEHOLDER) == (
        f"Unable to fetch parameters [{PLACEHOLDER}] from parameter store for this account."
    )


def test_a_secure_parameter_has_no_type_of_its_own_in_a_template() -> None:
    play = Play()
    play.services.parameters |= {"/plain": "1", "/one": SecureString("s"), "/two": SecureString("t")}
    stored = "AWS::SSM::Parameter::Value<String>"
    declared = {name: {"Type": stored, "Default": f"/{name.lower()}"} for name in ("Plain", "One", "Two")}
    with pytest.raises(CloudFormationError) as caught:
        play.change_set({"Parameters": declared, "Resources": {"A": {"Type": "AWS::SNS::Topic"}}})
    assert caught.value.message == (
        "Parameters [/one, /two] referenced by template have types not supported by CloudFormation."
    )


def test_a_value_has_at_most_4096_bytes() -> None:
    assert settled({"P": {"Type": "String"}}, P="x" * 4096)["P"].value == "x" * 4096
    assert refusal({"Type": "String"}, "\u3042" * 1366) == "Parameter 'P' must contain at most 4096 bytes"


def test_what_systems_manager_said_is_frozen_in_the_change_set() -> None:
    play = Play()
    play.services.parameters["/app/image"] = "nginx:1"
    declared = {"Image": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/app/image"}}
    body = {
        "Parameters": declared,
        "Resources": {"A": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Image"}}}},
        "Outputs": {"Image": {"Value": {"Ref": "Image"}}},
    }
    play.deploy(body)
    play.services.parameters["/app/image"] = "nginx:2"
    kept = [{"ParameterKey": "Image", "UsePreviousValue": True}]
    change_set = play.change_set(body, name="second", Parameters=kept)
    shown = [{"ParameterKey": "Image", "ParameterValue": "/app/image", "ResolvedValue": "nginx:2"}]
    assert play.described(change_set)["Parameters"] == shown
    play.services.parameters["/app/image"] = "nginx:3"
    play("ExecuteChangeSet", ChangeSetName=change_set)
    play.settle()
    assert play.stack()["Parameters"] == shown
    assert play.stack()["Outputs"] == [{"OutputKey": "Image", "OutputValue": "nginx:2"}]


def test_another_type_under_the_same_key_is_a_normal_update() -> None:
    play = Play()
    for kind, text in (("String", "one"), ("Number", "1")):
        declared = {"P": {"Type": kind, "Default": text}}
        topic = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "P"}}}
        stack = play.deploy({"Parameters": declared, "Resources": {"A": topic}})
    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    assert stack["Parameters"] == [{"ParameterKey": "P", "ParameterValue": "1"}]
