"""What a template's values refer to."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.references import (
    Reference,
    arguments,
    certain,
    condition_names,
    creation_order,
    functions,
    if_names,
    intrinsic,
    references,
    sub_names,
)


def entities(value: Any, **conditions: bool) -> list[str]:
    return [reference.entity for reference in references(value, conditions.get)]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"Ref": "Vpc"}, ["Vpc"]),
        ({"Fn::GetAtt": ["Vpc", "CidrBlock"]}, ["Vpc.CidrBlock"]),
        ({"Fn::GetAtt": "Vpc.CidrBlock"}, ["Vpc.CidrBlock"]),
        ({"Fn::GetAtt": ["Db", "Endpoint.Port"]}, ["Db.Endpoint.Port"]),
        ({"Fn::GetAtt": ["Vpc", {"Ref": "Name"}]}, ["Vpc.", "Name"]),
        ({"Fn::GetAtt": "Network.Outputs.VpcId"}, ["Network.Outputs.VpcId"]),
        ({"Fn::GetAtt": ["Network", "Outputs.VpcId"]}, ["Network.Outputs.VpcId"]),
        ({"Fn::GetAtt": ["Network", "Outputs", "VpcId"]}, []),
        ({"Fn::Sub": "${AWS::Region}/${Log}/${Log.Arn}/${!Literal}"}, ["AWS::Region", "Log", "Log.Arn"]),
        ({"Fn::Sub": ["${a}-${Topic}", {"a": {"Ref": "Own"}}]}, ["Topic", "Own"]),
        ({"Fn::Join": [",", [{"Ref": "A"}, [{"Fn::If": ["Has", {"Ref": "B"}, "plain"]}]]]}, ["A", "B"]),
        ({"Effect": "Allow", "Condition": {"StringEquals": {"aws:arn": {"Ref": "A"}}}}, ["A"]),
        (7, []),
        ({"Fn::Sub": "${A}-${B.Arn}-${!Kept}-${ C }"}, ["A", "B.Arn", "C"]),
        ({"Fn::Sub": ["${A}-${B}", {"B": {"Ref": "C"}}]}, ["A", "C"]),
        ({"Fn::Join": ["-", [{"Ref": "A"}, {"Fn::Select": [0, {"Ref": "B"}]}]]}, ["A", "B"]),
        ({"Fn::Base64": {"Fn::Sub": "${A}"}}, ["A"]),
        ({"Condition": "IsProd"}, []),
        ({"Tags": [{"Key": "k", "Value": {"Ref": "A"}}]}, ["A"]),
        ("${A}", []),
        ({"Ref": ["A"]}, []),
        ({"Fn::GetAtt": []}, []),
        ({"Fn::GetAtt": [{"Ref": "A"}, "Arn"]}, []),
        ({"Fn::Sub": {"Ref": "A"}}, []),
    ],
)
def test_references_are_found_wherever_they_stand(value: Any, found: list[str]) -> None:
    assert entities(value) == found


def test_of_an_if_whose_condition_is_known_only_the_chosen_branch_counts() -> None:
    value = {"Fn::If": ["C", {"Ref": "A"}, {"Ref": "B"}]}
    assert entities(value, C=True) == ["A"]
    assert entities(value, C=False) == ["B"]
    assert entities(value) == ["A", "B"]
    assert entities({"Fn::If": ["C", {"Ref": "A"}]}) == ["A"]


def test_a_reference_says_what_causes_a_change() -> None:
    assert Reference("Vpc").entity == "Vpc"
    assert Reference("Vpc", "CidrBlock").entity == "Vpc.CidrBlock"


@pytest.mark.parametrize("value", [{"Ref": "A", "Other": 1}, {"Type": "x"}, {}, "Ref", ["Ref", "A"], None])
def test_plain_data_is_no_intrinsic(value: Any) -> None:
    assert intrinsic(value) is None


def test_sub_leaves_literals_alone() -> None:
    assert sub_names("${!Literal} ${AWS::Region} ${ Spaced } $ {No} ${}") == ["AWS::Region", "Spaced"]


def test_conditions_are_found_in_ifs_and_by_name() -> None:
    value = {"Fn::If": ["A", {"Fn::If": ["B", 1, 2]}, {"x": [{"Condition": "C"}]}]}
    assert list(condition_names(value)) == ["A", "B", "C"]
    assert list(condition_names({"Fn::If": [{"Ref": "A"}, 1, 2]})) == []
    assert list(if_names([value, {"Ref": "D"}, {"Fn::Join": ["-", ["E"]]}, {"Fn::If": "F"}, {"Fn::If": []}])) == [
        "A",
        "B",
    ]


def test_a_condition_of_a_policy_or_beside_other_members_names_none() -> None:
    statement = {"Effect": "Allow", "Condition": {"StringEquals": {"a": {"Fn::If": ["C", 1, 2]}}}}
    assert list(condition_names([statement, {"Type": "AWS::SNS::Topic", "Condition": "Made"}])) == ["C"]


def test_every_function_is_found_with_its_argument_outermost_first() -> None:
    value = {"A": [{"Fn::Join": ["", [{"Ref": "B"}]]}], "Ref": "no function beside another member"}
    assert list(functions(value)) == [("Fn::Join", ["", [{"Ref": "B"}]]), ("Ref", "B")]


def test_the_arguments_of_one_function_are_found_at_any_depth() -> None:
    value = [{"Fn::Sub": ["${A}", {"A": {"Fn::ImportValue": "one"}}]}, {"Fn::ImportValue": {"Fn::ImportValue": "two"}}]
    assert list(arguments(value, "Fn::ImportValue")) == ["one", {"Fn::ImportValue": "two"}, "two"]
    assert list(arguments(value, "Fn::Join")) == []


def test_each_resource_stands_after_what_it_needs() -> None:
    order, left = creation_order({"C": {"B"}, "B": {"A"}, "A": set(), "D": set()})
    assert left == []
    assert order.index("A") < order.index("B") < order.index("C")


def test_a_circle_is_left_over_with_all_that_hangs_on_it() -> None:
    order, left = creation_order({"A": {"B"}, "B": {"A"}, "C": {"A"}, "D": set()})
    assert order == ["D"]
    assert sorted(left) == ["A", "B", "C"]


def test_what_is_certain_leaves_out_both_branches_of_every_if() -> None:
    value = {"A": {"Fn::If": ["C", {"Ref": "X"}, {"Ref": "Y"}]}, "B": [{"Fn::Sub": "${Z}"}, 1]}
    assert certain(value) == {"A": None, "B": [{"Fn::Sub": "${Z}"}, 1]}


def test_what_is_certain_keeps_texts_and_numbers_and_looks_into_lists() -> None:
    value = {"Text": "text", "List": ["a", {"Fn::If": ["C", "x", "y"]}, {"Deep": 1}]}
    assert certain(value) == {"Text": "text", "List": ["a", None, {"Deep": 1}]}
