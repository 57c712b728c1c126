"""The transform AWS::LanguageExtensions: which template comes of which."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.intrinsics.evaluation import Scope
from cloudformation.refusals import CloudFormationError
from cloudformation.unknown import ABSENT, fed
from rehearsal.language.transforms.language_extensions import extended
from rehearsal.language.transforms.transform_failure import Budget

FAILED = "Transform AWS::LanguageExtensions failed with: "
TOPIC: dict[str, Any] = {"Type": "AWS::SNS::Topic"}
VALUES: dict[str, Any] = {
    "Env": "prod",
    "Zones": ["a", "b"],
    "Secret": "s3cret",
    "Fed": fed("{{IntrinsicFunction:root/Net.Outputs.Id/Fn::GetAtt}}"),
    "AWS::AccountId": "123456789012",
    "AWS::NoValue": ABSENT,
    "AWS::NotificationARNs": (),
    "AWS::Region": "eu-west-1",
    "AWS::StackName": "demo",
}
MAPPINGS = {"M": {"a": {"size": "big"}}}


def made(limit: int = 800_000, **sections: Any) -> dict[str, Any]:
    document = {"Resources": {"Kept": TOPIC}} | sections
    return extended(document, Scope(parameters=VALUES, mappings=MAPPINGS), frozenset({"Secret"}), Budget(limit))


def refusal(**sections: Any) -> str:
    with pytest.raises(CloudFormationError) as caught:
        made(**sections)
    return caught.value.message


def loop(items: Any, fragment: dict[str, Any], name: str = "L") -> dict[str, Any]:
    return {f"Fn::ForEach::{name}": ["X", items, fragment]}


def shown(value: Any, **members: Any) -> dict[str, Any]:
    return TOPIC | {"Properties": {"DisplayName": value}} | members


def test_a_template_without_any_function_of_it_stays_as_it_is() -> None:
    sections: dict[str, Any] = {
        "Description": "d",
        "Metadata": {"m": {"Ref": "Env"}},
        "Parameters": {"Env": {"Type": "String"}},
    }
    assert made(**sections) == sections | {"Resources": {"Kept": TOPIC}}


def test_resources_conditions_and_outputs_come_of_loops() -> None:
    found = made(
        Conditions=loop({"Ref": "Zones"}, {"Is${X}": {"Fn::Equals": [{"Ref": "X"}, "a"]}}, "C"),
        Resources=loop({"Ref": "Zones"}, {"Topic${X}": shown({"Fn::Sub": "${X}-${Env}"})}),
        Outputs=loop(["a"], {"Name${X}": {"Value": {"Ref": {"Fn::Sub": "Topic${X}"}}}}, "O"),
    )
    assert found["Conditions"] == {"Isa": {"Fn::Equals": ["a", "a"]}, "Isb": {"Fn::Equals": ["b", "a"]}}
    assert found["Resources"] == {"Topica": shown("a-prod"), "Topicb": shown("b-prod")}
    assert found["Outputs"] == {"Namea": {"Value": {"Ref": "Topica"}}}


def test_properties_come_of_loops_in_resources_that_do() -> None:
    found_or_left_out = [{"Ref": "X"}, {"Ref": "P"}, {"DefaultValue": {"Ref": "AWS::NoValue"}}]
    inner = {"Fn::ForEach::P": ["P", ["size", "none"], {"${P}": {"Fn::FindInMap": ["M", *found_or_left_out]}}]}
    found = made(Resources=loop({"Ref": "Zones"}, {"T${X}": TOPIC | {"Properties": {"Fixed": True} | inner}}))
    assert [entry["Properties"] for entry in found["Resources"].values()] == [
        {"Fixed": True, "size": "big"},
        {"Fixed": True},
    ]


def test_a_policy_and_a_condition_may_be_functions() -> None:
    members = {"DeletionPolicy": {"Fn::If": ["On", "Retain", "Delete"]}, "Condition": {"Fn::Sub": "O${X}"}}
    found = made(
        Conditions={"On": {"Fn::Equals": [{"Ref": "Env"}, "prod"]}},
        Resources=loop(["n"], {"T${X}": TOPIC | members}),
    )
    assert found["Resources"]["Tn"] == TOPIC | {"DeletionPolicy": "Retain", "Condition": "On"}
    absent = {"Fn::FindInMap": ["M", "b", "size", {"DefaultValue": {"Ref": "AWS::NoValue"}}]}
    assert made(Resources={"T": TOPIC | {"Condition": absent}})["Resources"] == {"T": TOPIC}


@pytest.mark.parametrize("section", ["Resources", "Outputs"])
def test_a_condition_that_is_not_there_fails_the_transform(section: str) -> None:
    entry = {"Condition": "Is${X}", "Value": "v", **TOPIC}
    assert refusal(**{section: loop(["a"], {"T${X}": entry})}) == f"{FAILED}Key Is${{X}} is missing in the map."


def test_secrets_and_what_differs_between_stacks_stay_references() -> None:
    for name in ("Secret", "AWS::StackName", "AWS::NotificationARNs"):
        value = {"Ref": name}
        assert made(Resources={"T": shown(value)})["Resources"]["T"] == shown(value)
        assert refusal(Resources=loop(value, {"T${X}": TOPIC})) == (
            f"{FAILED}Could not find a collection or could not be resolved for Fn::ForEach"
        )
    assert "s3cret" not in json.dumps(made(Resources={"T": shown({"Fn::Sub": "${Secret}"})}))


def test_a_value_that_is_to_come_cannot_become_literal() -> None:
    text = "Usage of {{IntrinsicFunction:root/Net.Outputs.Id/Fn::GetAtt}} is not allowed."
    assert refusal(Resources={"T": shown({"Fn::Sub": "x-${Fed}"})}) == text
    assert refusal(Outputs={"O": {"Value": {"Ref": "Fed"}}}) == text
    known = {"C": {"Fn::Equals": [{"Ref": "Fed"}, ""]}}
    assert made(Conditions=known)["Resources"] == {"Kept": TOPIC}


def test_a_resource_that_is_off_may_ask_for_what_is_not_there() -> None:
    off = {"Off": {"Fn::Equals": [{"Ref": "Secret"}, ""]}}
    wrong = shown({"Fn::Select": [2, {"Ref": "Zones"}]})
    found = made(Conditions=off, Resources={"T": wrong | {"Condition": "Off"}})
    assert found["Resources"]["T"] == TOPIC | {"Properties": {}, "Condition": "Off"}
    assert refusal(Resources={"T": wrong}) == f"{FAILED}Fn::Select cannot select nonexistent value at index 2"


@pytest.mark.parametrize("section", ["Conditions", "Resources", "Outputs"])
def test_what_a_loop_makes_has_an_alphanumeric_name(section: str) -> None:
    assert refusal(**{section: loop(["a-b"], {"T${X}": TOPIC})}) == f"{FAILED}OutputKey 'Ta-b' should be alphanumeric"
    assert refusal(**{section: loop(["a"], {"T${Y}": TOPIC})}) == f"{FAILED}OutputKey 'T${{Y}}' should be alphanumeric"
    assert list(made(Resources=loop(["a-b"], {"T&{X}": TOPIC}))["Resources"]) == ["Tab"]


@pytest.mark.parametrize("name", ["Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Condition"])
def test_a_json_text_says_no_conditions(name: str) -> None:
    value = {"Fn::ToJsonString": {"Nested": [{name: "x"}]}}
    text = f"{FAILED}Fn::ToJsonString does not support {name} intrinsic function for resource "
    assert refusal(Resources={"T": shown(value)}) == f"{text}T"
    assert refusal(Outputs=loop(["a"], {"T${X}": {"Value": value}})) == f"{text}Fn::ForEach::L"


def test_a_json_text_says_no_notification_arns() -> None:
    assert refusal(Resources={"T": shown({"Fn::ToJsonString": [{"Ref": "AWS::NotificationARNs"}]})}) == (
        f"{FAILED}Fn::ToJsonString does not support AWS::NotificationARNs pseudo parameter"
    )


@pytest.mark.parametrize(
    "resources",
    [
        loop(list(range(20)), {"T${X}": shown("x" * 500)}),
        loop(list(range(800)), {}),
        {"T": shown({"Fn::Sub": ["${V}" * 100, {"V": "x" * 100}]})},
    ],
)
def test_work_beyond_its_budget_is_refused(resources: dict[str, Any]) -> None:
    with pytest.raises(CloudFormationError) as caught:
        made(8000, Resources=resources)
    assert caught.value.message == "Transformation data limit exceeded"
