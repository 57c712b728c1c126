"""The form of each function's argument, judged without values."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.intrinsics.forms import check_forms, get_att_parts, sub_parts
from cloudformation.refusals import CloudFormationError


def refusal(value: Any) -> str:
    with pytest.raises(CloudFormationError) as caught:
        check_forms([{"deep": [value]}])
    return caught.value.message


@pytest.mark.parametrize(
    "value",
    [
        {"Ref": "A"},
        {"Fn::Join": ["", {"Ref": "List"}]},
        {"Fn::Select": [{"Ref": "Index"}, ["a"]]},
        {"Fn::Select": ["0", {"Fn::GetAZs": ""}]},
        {"Fn::Split": [",", {"Ref": "A"}]},
        {"Fn::FindInMap": ["M", {"Ref": "A"}, {"Fn::FindInMap": ["M", "a", "k"]}]},
        {"Fn::FindInMap": ["M", {"Fn::Select": [0, {"Fn::Split": ["-", {"Ref": "AWS::Region"}]}]}, "k"]},
        {"Fn::FindInMap": ["M", "a", {"Fn::Select": ["1", {"Ref": "Names"}]}]},
        {"Fn::GetStackOutput": {"StackName": "S", "OutputName": {"Ref": "A"}, "Region": "r", "RoleArn": "a"}},
        {"Fn::If": ["C", {"a": "b"}, ["c"]]},
        {"Fn::Sub": ["${a_1}", {"a_1": {"Ref": "A"}}]},
        {"Fn::Cidr": {"Ref": "A"}},
        {"Condition": "C"},
        {"Ref": "A", "Fn::Sub": 5},
    ],
)
def test_what_may_come_out_right_is_taken(value: Any) -> None:
    check_forms(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"Ref": {"Ref": "A"}}, "every Ref object must have a single String value."),
        ({"Fn::Join": ["", "a"]}, "every Fn::Join object requires two parameters"),
        ({"Fn::Select": [0, "a"]}, "Fn::Select requires a list argument with two elements"),
        ({"Fn::Select": [100, ["a"]]}, "Fn::Select requires a list argument with two elements"),
        ({"Fn::Split": {"Ref": "A"}}, "every Fn::Split object requires two parameters"),
        ({"Fn::FindInMap": ["M", ["a"], "k"]}, "every Fn::FindInMap object requires three parameters"),
        (
            {"Fn::FindInMap": ["M", "a", {"Fn::Join": ["", ["k"]]}]},
            "every Fn::FindInMap object requires three parameters",
        ),
        ({"Fn::FindInMap": ["M", {"Fn::If": ["C", "a", "b"]}, "k"]}, "every Fn::FindInMap object requires three param"),
        (
            {"Fn::GetStackOutput": {"StackName": "S"}},
            "every Fn::GetStackOutput object requires StackName and OutputName",
        ),
        ({"Fn::If": ["C", "a"]}, "Fn::If requires a list argument with three elements"),
        ({"Fn::Sub": "${a-b}"}, "variable names in Fn::Sub syntax must contain only alphanumeric characters"),
        ({"Fn::If": ["C", "a", {"Fn::Select": []}]}, "Fn::Select requires a list argument with two elements"),
    ],
)
def test_what_cannot_come_out_right_is_refused_wherever_it_stands(value: Any, text: str) -> None:
    assert text in refusal(value)


@pytest.mark.parametrize("name", ["Fn::Length", "Fn::ToJsonString", "Fn::ForEach"])
def test_what_needs_a_transform_is_not_simulated(name: str) -> None:
    assert refusal({name: []}) == f"{name} is not simulated: it needs a transform"


def test_a_sub_is_a_text_and_its_variables() -> None:
    assert sub_parts("x") == ("x", {})
    assert sub_parts(["x", {"a": 1}]) == ("x", {"a": 1})


def test_a_get_att_is_a_name_and_an_attribute() -> None:
    assert get_att_parts("A.B.C") == ("A", "B.C")
    assert get_att_parts(["A", {"Ref": "P"}]) == ("A", {"Ref": "P"})
