"""What the transform makes of functions: literal where it can, functions where only the stack knows."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.intrinsics.evaluation import Scope
from cloudformation.refusals import CloudFormationError
from cloudformation.unknown import ABSENT
from rehearsal.language.transforms.for_each import NO_COLLECTION, Bound
from rehearsal.language.transforms.transform_failure import Budget
from rehearsal.language.transforms.transform_functions import FUNCTIONS, LENGTH
from rehearsal.language.transforms.transform_values import Values

FAILED = "Transform AWS::LanguageExtensions failed with: "
ARN = {"Fn::GetAtt": ["Topic", "TopicArn"]}
SCOPE = Scope(
    parameters={"Env": "prod", "Zones": ["a", "b"], "AWS::Region": "eu-west-1", "Odd": "${Env}"},
    mappings={"M": {"prod": {"size": "big", "zones": ["x", "y"]}, "eu-west-1": {"n": 5}}},
    conditions={"Yes": True, "No": False},
)


def values(**more: Any) -> Values:
    return Values(SCOPE, Budget(10_000), FUNCTIONS, Bound({"Item": "a-1"}), **more)


def reduced(value: Any, **more: Any) -> Any:
    return values(**more).reduced(value)


def refusal(value: Any, **more: Any) -> str:
    with pytest.raises(CloudFormationError) as caught:
        reduced(value, **more)
    return caught.value.message


@pytest.mark.parametrize(
    ("value", "made"),
    [
        ({"Ref": "Env"}, "prod"),
        ({"Ref": "Zones"}, ["a", "b"]),
        ({"Ref": "Item"}, "a-1"),
        ({"Ref": {"Fn::Sub": "Env"}}, "prod"),
        ({"Fn::Sub": "${Env}-${Item}-${AWS::Region}-${!Env}"}, "prod-a-1-eu-west-1-${Env}"),
        ({"Fn::Sub": ["${V}${Env}", {"V": {"Ref": "Item"}}]}, "a-1prod"),
        ({"Fn::Sub": "&{Item} ${Odd}"}, "&{Item} ${Env}"),
        ({"Fn::Join": ["-", ["x", {"Ref": "Env"}, {"Ref": "AWS::NoValue"}]]}, "x-prod"),
        ({"Fn::Join": ["-", {"Ref": "Zones"}]}, "a-b"),
        ({"Fn::Select": [1, {"Ref": "Zones"}]}, "b"),
        ({"Fn::Select": ["0", {"Fn::Split": ["-", {"Ref": "Item"}]}]}, "a"),
        ({"Fn::Base64": {"Ref": "Env"}}, "cHJvZA=="),
        ({"Fn::If": ["Yes", {"Ref": "Env"}, {"Fn::Length": "x"}]}, "prod"),
        ({"Fn::If": ["No", "x", {"Ref": "AWS::NoValue"}]}, ABSENT),
        ({"Fn::FindInMap": ["M", {"Ref": "Env"}, "size"]}, "big"),
        ({"Fn::FindInMap": ["M", {"Fn::Join": ["", ["pr", "od"]]}, {"Fn::Sub": "zones"}]}, ["x", "y"]),
        ({"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "n"]}, 5),
        ({"Fn::FindInMap": ["M", "gone", "n", {"DefaultValue": {"Ref": "Zones"}}]}, ["a", "b"]),
        ({"Fn::FindInMap": ["Gone", "gone", "n", {"DefaultValue": {"Ref": "AWS::NoValue"}}]}, ABSENT),
        ({"Fn::Length": {"Ref": "Zones"}}, 2),
        ({"Fn::Length": [1, ARN, "x"]}, 3),
        ({"Fn::Length": {"Fn::FindInMap": ["M", "prod", "zones"]}}, 2),
        ({"Fn::ToJsonString": {"z": {"Ref": "Zones"}, "n": {"Fn::Length": [1]}}}, '{"z":["a","b"],"n":1}'),
        ({"Fn::ToJsonString": {"Fn::Split": [",", "a,b"]}}, '["a","b"]'),
        ({"Fn::ToJsonString": [{"a": {"Ref": "AWS::NoValue"}}]}, "[{}]"),
        ({"T": {"Fn::ForEach::T": ["T", {"Ref": "Zones"}, {"V_${T}": {"Ref": "T"}}]}}, {"T": {"V_a": "a", "V_b": "b"}}),
        ({"a": {"Ref": "AWS::NoValue"}, "b": [{"Ref": "AWS::NoValue"}, 1]}, {"b": [1]}),
        ({"plain": "${Item}", "${Item}": {"x": "&{Item}"}}, {"plain": "${Item}", "${Item}": {"x": "&{Item}"}}),
    ],
)
def test_what_is_known_becomes_literal(value: Any, made: Any) -> None:
    assert reduced(value) == made


@pytest.mark.parametrize(
    ("value", "made"),
    [
        ({"Ref": "Topic"}, {"Ref": "Topic"}),
        ({"Ref": {"Fn::Sub": "Topic${Env}"}}, {"Ref": "Topicprod"}),
        ({"Ref": ARN}, {"Ref": ARN}),
        ({"Ref": "AWS::StackName"}, {"Ref": "AWS::StackName"}),
        ({"Fn::GetAtt": [{"Fn::Sub": "Topic${Env}"}, {"Ref": "Env"}]}, {"Fn::GetAtt": ["Topicprod", "prod"]}),
        ({"Fn::GetAtt": "Topic.Arn"}, {"Fn::GetAtt": "Topic.Arn"}),
        ({"Fn::Join": ["-", [{"Ref": "Env"}, ARN]]}, {"Fn::Join": ["-", ["prod", ARN]]}),
        ({"Fn::Select": [0, [{"Ref": "Env"}, ARN]]}, {"Fn::Select": [0, ["prod", ARN]]}),
        ({"Fn::Sub": "${Env}${Topic.Arn}${!x}${Odd}"}, {"Fn::Sub": "prod${Topic.Arn}${!x}${!Env}"}),
        ({"Fn::Sub": ["${V}${W}", {"V": ARN, "W": {"Ref": "Env"}}]}, {"Fn::Sub": ["${V}prod", {"V": ARN}]}),
        ({"Fn::If": ["Gone", {"Ref": "Env"}, "x"]}, {"Fn::If": ["Gone", "prod", "x"]}),
        ({"Fn::Equals": [{"Ref": "Env"}, "x"]}, {"Fn::Equals": ["prod", "x"]}),
        ({"Fn::GetAZs": {"Ref": "AWS::Region"}}, {"Fn::GetAZs": "eu-west-1"}),
        ({"Fn::ImportValue": {"Fn::Sub": "${Env}-vpc"}}, {"Fn::ImportValue": "prod-vpc"}),
        ({"Fn::Nothing": {"Ref": "Env"}}, {"Fn::Nothing": "prod"}),
        ({"Fn::ImportValue": {"Ref": "AWS::NoValue"}}, {"Fn::ImportValue": {"Ref": "AWS::NoValue"}}),
        ({"Fn::Base64": {"Ref": "AWS::NoValue"}}, {"Fn::Base64": {"Ref": "AWS::NoValue"}}),
        ({"Condition": "Yes"}, {"Condition": "Yes"}),
        ({"Fn::ToJsonString": [ARN]}, {"Fn::Sub": ['["${Value0}"]', {"Value0": ARN}]}),
    ],
)
def test_what_only_the_stack_knows_stays_a_function(value: Any, made: Any) -> None:
    assert reduced(value) == made


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"Fn::If": [{"Fn::Sub": "Is${Item}"}, 1, 2]}, "Fn::If layout is incorrect"),
        ({"Fn::If": ["Yes", 1]}, "Fn::If layout is incorrect"),
        ({"Fn::GetAtt": {"k": "v"}}, "Fn::GetAtt layout is incorrect"),
        ({"Fn::GetAtt": {"Fn::Select": [0, "a"]}}, "Fn::Select layout is incorrect"),
        ({"Fn::Join": ["-", "text"]}, "Fn::Join layout is incorrect"),
        ({"Fn::Split": [",", {"Ref": "Zones"}]}, "Fn::Split layout is incorrect"),
        ({"Fn::Base64": {"Ref": "Zones"}}, "Fn::Base64 layout is incorrect"),
        ({"Fn::Select": [2, {"Ref": "Zones"}]}, "Fn::Select cannot select nonexistent value at index 2"),
        ({"Fn::Select": [-1, {"Ref": "Zones"}]}, "Fn::Select cannot select nonexistent value at index -1"),
        ({"Fn::Select": ["x", {"Ref": "Zones"}]}, "Fn::Select layout is incorrect"),
        ({"Fn::Sub": {"k": "v"}}, "Fn::Sub layout is incorrect"),
        ({"Fn::Sub": "${Zones}"}, "Fn::Sub layout is incorrect"),
        ({"Fn::FindInMap": ["M", "a"]}, "Fn::FindInMap layout is incorrect"),
        ({"Fn::FindInMap": ["M", ARN, "k", {"DefaultValue": 1}]}, "Fn::FindInMap layout is incorrect"),
        ({"Fn::FindInMap": ["M", {"Ref": "AWS::NoValue"}, "k"]}, "Fn::FindInMap layout is incorrect"),
        ({"Fn::FindInMap": ["M", "x", "k"]}, "Mappings not found in template for key /x/k"),
        ({"Fn::Length": "text"}, "Fn::Length layout is incorrect"),
        ({"Fn::Length": {"a": 1, "b": 2}}, "Fn::Length layout is incorrect"),
        ({"Fn::Length": {"Fn::Split": [":", ARN]}}, LENGTH),
        ({"Fn::Length": {"Ref": "Topic"}}, LENGTH),
        ({"Fn::ToJsonString": "text"}, "Fn::ToJsonString layout is incorrect"),
        ({"Fn::ToJsonString": {"Ref": "Env"}}, "Fn::ToJsonString layout is incorrect"),
        ({"Fn::ToJsonString": ARN}, "Fn::ToJsonString layout is incorrect"),
        ({"Fn::ToJsonString": [{"Fn::Split": [",", ARN]}]}, "Unable to resolve Fn::Split intrinsic function"),
        (
            {"Fn::ToJsonString": [{"Condition": {"Ref": "Env"}}]},
            "Fn::ToJsonString does not support Condition intrinsic function",
        ),
        ({"Fn::ForEach::L": ["X", ARN, {"A${X}": 1}]}, NO_COLLECTION),
    ],
)
def test_what_the_transform_cannot_do_fails_with_its_words(value: Any, text: str) -> None:
    assert refusal({"Nested": [value]}) == FAILED + text


@pytest.mark.parametrize(
    "value",
    [
        {"Fn::Length": {"Ref": "Topic"}},
        {"Fn::Select": [2, {"Ref": "Zones"}]},
        {"Fn::ToJsonString": "text"},
        {"Fn::If": ["Yes"]},
        {"Fn::FindInMap": ["M", {"Ref": "Item"}, "k"]},
    ],
)
def test_in_a_resource_that_is_off_what_fails_is_left_out(value: Any) -> None:
    assert reduced({"Nested": [1, value]}, lenient=True) == {"Nested": [1]}


def test_a_variable_within_a_variable_is_refused_without_the_transforms_name() -> None:
    assert refusal({"Fn::Sub": "${Param${Item}}"}).startswith("Template error: variable names in Fn::Sub syntax must")


def test_a_missing_mapping_names_the_type_and_counts_in_a_resource_that_is_off() -> None:
    missing = {"Fn::FindInMap": ["M", "x", "k"]}
    text = f"{FAILED}Mappings not found in template for key /x/k on resourceType AWS::SNS::Topic"
    assert refusal(missing, resource_type="AWS::SNS::Topic", lenient=True) == text


@pytest.mark.parametrize(
    "value",
    [
        "x" * 10_001,
        ["x"] * 6_000,
        {"Fn::Sub": ["${V}" * 30, {"V": "x" * 600}]},
        {"Fn::ForEach::L": ["X", list(range(990)), {}]},
        {"Fn::ForEach::L": ["X", list(range(100)), {"K${X}": "x" * 200}]},
    ],
)
def test_all_that_is_read_and_made_counts(value: Any) -> None:
    assert refusal(value, lenient=True) == "Transformation data limit exceeded"
