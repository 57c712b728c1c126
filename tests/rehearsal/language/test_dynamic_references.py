"""Dynamic references in the properties of resources."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from cloudformation.unknown import awaited
from rehearsal.language.dynamic_references import (
    DynamicReference,
    check_references,
    dynamic_references,
    holds_reference,
    refer,
    substituted,
)
from rehearsal.state.services import SecureString
from tests.rehearsal.play import Play

STORE = {"/app/image": "nginx", "/app/image:3": "nginx:3", "plain": "text", "/db/password": "secret"}
TOPIC = "AWS::SNS::Topic"


def refusal(value: Any, type_name: str = TOPIC) -> str:
    with pytest.raises(CloudFormationError) as caught:
        refer(type_name, {"TopicName": value}, STORE.get)
    assert caught.value.code == "ValidationError"
    return caught.value.message


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("{{resolve:ssm:plain}}", "text"),
        ("a-{{resolve:ssm:/app/image}}-{{resolve:ssm:/app/image:3}}-z", "a-nginx-nginx:3-z"),
        (["x", {"k": "{{resolve:ssm:plain}}"}], ["x", {"k": "text"}]),
        ("{{resolve:ssm:plain", "{{resolve:ssm:plain"),
        ("no reference", "no reference"),
    ],
)
def test_a_plain_parameter_stands_in_the_place_of_its_reference(value: Any, wanted: Any) -> None:
    assert refer(TOPIC, {"TopicName": value}, STORE.get) == {"TopicName": wanted}


def test_what_is_not_known_yet_holds_no_reference() -> None:
    later = awaited((), "New")
    assert refer(TOPIC, {"TopicName": later, "Tags": ["{{resolve:ssm:plain}}"]}, STORE.get) == {
        "TopicName": later,
        "Tags": ["text"],
    }


def test_a_secure_parameter_is_never_shown() -> None:
    password = {"MasterUserPassword": "{{resolve:ssm-secure:/db/password:1}}"}
    store = {"/db/password:1": "secret"}
    assert refer("AWS::RDS::DBInstance", password, store.get) == password


def test_a_secure_parameter_is_taken_by_few_properties_only() -> None:
    assert refusal("{{resolve:ssm-secure:/db/password}}") == (
        "SSM Secure reference is not supported in: [AWS::SNS::Topic/Properties/TopicName]"
    )
    nested = {"Environment": {"Variables": {"KEY": "{{resolve:ssm-secure:plain}}"}}}
    with pytest.raises(CloudFormationError) as caught:
        refer("AWS::Lambda::Function", nested, STORE.get)
    assert caught.value.message == (
        "SSM Secure reference is not supported in: [AWS::Lambda::Function/Properties/Environment/Variables/KEY]"
    )


def test_a_parameter_must_exist() -> None:
    assert refusal("{{resolve:ssm:/gone:1}}") == "Parameters: [ssm:/gone:1] cannot be found."


@pytest.mark.parametrize("name", ["/some/parameter:", "", "a b", "a:b", "a:1:2"])
def test_a_reference_has_a_name_and_maybe_a_version(name: str) -> None:
    assert refusal(f"{{{{resolve:ssm:{name}}}}}") == (
        f"Incorrect format is used in the following SSM reference: [{{{{resolve:ssm:{name}}}}}]"
    )


def test_a_secret_stays_as_it_is_written_beside_what_is_shown() -> None:
    name = "{{resolve:ssm:plain}}-{{resolve:secretsmanager:MySecret:SecretString:password}}"
    assert refer(TOPIC, {"TopicName": name}, STORE.get) == {
        "TopicName": "text-{{resolve:secretsmanager:MySecret:SecretString:password}}"
    }


def test_a_secret_is_named_in_the_form_of_the_user_guide() -> None:
    assert refusal("{{resolve:secretsmanager:MySecret:SecretBinary}}") == (
        "Incorrect format is used in the following Secrets Manager reference: "
        "[{{resolve:secretsmanager:MySecret:SecretBinary}}]"
    )


def test_another_service_is_not_simulated() -> None:
    assert refusal("{{resolve:dynamodb:Table}}") == (
        "Dynamic references to dynamodb are not simulated by the rehearsal: {{resolve:dynamodb:Table}}"
    )


def test_references_of_one_service_are_replaced_wherever_they_stand() -> None:
    value = {"A": ["x{{resolve:b:1}}{{resolve:a:2}}", 5], "B": "{{resolve:a:3}}"}
    assert substituted(value, "a", lambda name: f"<{name}>") == {"A": ["x{{resolve:b:1}}<2>", 5], "B": "<3>"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [("a{{resolve:x:y}}", True), ("{{resolve:x", False), (5, False), (["{{resolve:x:y}}"], False)],
)
def test_text_with_a_reference_in_it_is_told_from_other_values(value: Any, expected: bool) -> None:
    assert holds_reference(value) is expected


def test_references_are_found_with_the_property_that_holds_them() -> None:
    found = list(dynamic_references({"A": [{"B": "{{resolve:ssm:x}}{{resolve:ssm-secure:y:1}}"}], "C": 5}))
    assert found == [DynamicReference(("A", "B"), "ssm", "x"), DynamicReference(("A", "B"), "ssm-secure", "y:1")]
    check_references({"A": 5, "B": "plain"}, STORE.get)


def test_a_stack_gets_the_value_after_its_functions_are_resolved() -> None:
    play = Play()
    play.services.parameters["/app/name"] = "from-the-store"
    name = {"Fn::Sub": ["{{resolve:ssm:/app/${What}}}", {"What": "name"}]}
    template = {"Resources": {"A": {"Type": TOPIC, "Properties": {"TopicName": name}}}}
    change_set = play.change_set(template)
    assert "from-the-store" in play.changes(change_set)["A"]["AfterContext"]
    play("ExecuteChangeSet", ChangeSetName=change_set)
    play.settle()
    resource = play("DescribeStackResource", StackName="demo", LogicalResourceId="A")["StackResourceDetail"]
    assert resource["PhysicalResourceId"].endswith(":from-the-store")


def test_a_missing_parameter_is_refused_with_the_request_and_a_misplaced_one_fails_the_change_set() -> None:
    play = Play()
    missing = {"Resources": {"A": {"Type": TOPIC, "Properties": {"TopicName": "{{resolve:ssm:/gone}}"}}}}
    with pytest.raises(CloudFormationError) as caught:
        play.change_set(missing)
    assert caught.value.message == "Parameters: [ssm:/gone] cannot be found."
    play.services.parameters["/db"] = "secret"
    misplaced = {"Resources": {"A": {"Type": TOPIC, "Properties": {"TopicName": "{{resolve:ssm-secure:/db}}"}}}}
    found = play.described(play.change_set(misplaced))
    assert (found["Status"], found["StatusReason"]) == (
        "FAILED",
        "SSM Secure reference is not supported in: [AWS::SNS::Topic/Properties/TopicName]",
    )


def test_a_secure_parameter_is_not_taken_as_a_plain_one() -> None:
    play = Play()
    play.services.parameters["/db"] = SecureString("secret")
    plain = {"Resources": {"A": {"Type": TOPIC, "Properties": {"TopicName": "{{resolve:ssm:/db}}"}}}}
    with pytest.raises(CloudFormationError) as caught:
        play.change_set(plain)
    assert caught.value.message == (
        "Parameters [/db] referenced by template have types not supported by CloudFormation."
    )
    check_references({"A": "{{resolve:ssm-secure:/db}}"}, play.services.parameters.get)
