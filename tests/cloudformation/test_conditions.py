"""Conditions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.conditions import all_of, any_of, check_conditions, condition, equal, evaluate_conditions, not_of
from cloudformation.intrinsics.evaluation import Scope, leave
from cloudformation.refusals import CloudFormationError
from cloudformation.template.sections import Template, parse_template
from cloudformation.unknown import ABSENT, Truth, Unknown, awaited, fed

PLACEHOLDER = "{{IntrinsicFunction:root/Net.Outputs.Id/Fn::GetAtt}}"
VALUES = {
    "Env": "prod",
    "Count": "2",
    "Zones": ["a", "b"],
    "Fed": fed(PLACEHOLDER),
}
SCOPE = Scope(parameters=VALUES, mappings={"M": {"prod": {"big": "true"}}})
DECLARED = {"Env": {"Type": "String"}}


def template(**sections: Any) -> Template:
    return parse_template(json.dumps({"Resources": {"A": {"Type": "AWS::SNS::Topic"}}} | sections))


def outcome(**conditions: Any) -> dict[str, Truth]:
    return evaluate_conditions(template(Conditions=conditions).conditions, SCOPE)


def holds(condition: Any) -> Truth:
    return outcome(C=condition)["C"]


def refusal(**conditions: Any) -> str:
    with pytest.raises(CloudFormationError) as caught:
        outcome(**conditions)
    return caught.value.message


def equals(left: Any, right: Any) -> dict[str, Any]:
    return {"Fn::Equals": [left, right]}


TRUE, FALSE = equals("a", "a"), equals("a", "b")


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        (equals({"Ref": "Env"}, "prod"), True),
        (equals({"Ref": "Env"}, "Prod"), False),
        (equals({"Ref": "Count"}, 2), True),
        (equals(True, "true"), True),
        (equals({"Ref": "Zones"}, ["a", "b"]), True),
        (equals({"Fn::Join": [",", {"Ref": "Zones"}]}, "a,b"), True),
        (equals({"Fn::FindInMap": ["M", {"Ref": "Env"}, "big"]}, "true"), True),
        (equals({"a": 1}, {"a": 1}), True),
        ({"Fn::Not": [FALSE]}, True),
        ({"Fn::And": [TRUE, TRUE, FALSE]}, False),
        ({"Fn::Or": [FALSE, TRUE]}, True),
        ({"Fn::And": [{"Fn::Or": [FALSE, TRUE]}, {"Fn::Not": [FALSE]}]}, True),
    ],
)
def test_a_condition_holds_or_not(condition: Any, answer: bool) -> None:
    assert holds(condition) is answer


def test_a_condition_may_build_on_others_in_any_order() -> None:
    assert outcome(
        Both={"Fn::And": [{"Condition": "Prod"}, {"Condition": "Small"}]},
        Prod=equals({"Ref": "Env"}, "prod"),
        Small={"Fn::Not": [{"Condition": "Prod"}]},
        Same={"Condition": "Prod"},
    ) == {"Both": False, "Prod": True, "Small": False, "Same": True}


def test_a_condition_sees_the_placeholder_of_a_siblings_output() -> None:
    assert holds(equals({"Ref": "Fed"}, PLACEHOLDER))
    assert not holds(equals({"Ref": "Fed"}, "vpc-1"))


EQUALS = "Template error: every Fn::Equals object requires a list of 2 string parameters."
GONE = "Template format error: Unresolved condition dependency {} in the Conditions block of the template"
BOOLEAN = "Template format error: Conditions can only be boolean operations on parameters and other conditions"


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ({"Fn::Equals": ["a"]}, EQUALS),
        ({"Fn::Equals": "a"}, EQUALS),
        ({"Fn::Not": [TRUE, TRUE]}, "Template error: every Fn::Not object requires a list of 1 boolean parameter."),
        (
            {"Fn::And": [TRUE]},
            "Template error: every Fn::And object requires a list of at least 2 and at most 10 boolean parameters.",
        ),
        (
            {"Fn::Or": [TRUE] * 11},
            "Template error: every Fn::Or object requires a list of at least 2 and at most 10 boolean parameters.",
        ),
        ("true", BOOLEAN),
        ({"Ref": "Env"}, BOOLEAN),
        ({"Fn::If": ["D", "a", "b"]}, GONE.format("D")),
        ({"Fn::Join": ["", ["a"]]}, BOOLEAN),
        ({"Condition": "Gone"}, GONE.format("Gone")),
    ],
)
def test_a_condition_of_the_wrong_form_is_refused(condition: Any, text: str) -> None:
    assert refusal(C=condition) == text


def test_conditions_in_a_circle_are_refused() -> None:
    text = refusal(A={"Fn::Not": [{"Condition": "B"}]}, B={"Condition": "A"})
    assert text == "Template error: Found circular condition dependency: A, B"


def test_conditions_may_build_on_each_other_many_times_over() -> None:
    chain = {f"C{i}": {"Condition": f"C{i + 1}"} for i in range(5000)} | {"C5000": TRUE}
    assert all(outcome(**chain).values())


def judged(**sections: Any) -> str | None:
    try:
        check_conditions(template(**sections))
    except CloudFormationError as error:
        return error.message
    return None


@pytest.mark.parametrize("name", ["A", "Gone"])
def test_conditions_know_parameters_and_no_resources(name: str) -> None:
    conditions = {"C": equals({"Fn::Sub": f"${{{name}}}-${{AWS::Region}}-${{Env}}"}, "x")}
    assert judged(Conditions=conditions, Parameters=DECLARED) == (
        f"Template format error: Unresolved dependencies [{name}]. "
        "Cannot reference resources in the Conditions block of the template"
    )
    attribute = {"C": equals({"Fn::Sub": "${Env.Length}"}, "x")}
    assert "Unresolved dependencies [Env]" in str(judged(Conditions=attribute, Parameters=DECLARED))
    assert judged(Conditions={"C": equals({"Ref": "Env"}, "x")}, Parameters=DECLARED) is None


ARN = awaited((), "Topic", "TopicArn")
OTHER = awaited((), "Other")


@pytest.mark.parametrize(
    ("left", "right", "answer"),
    [
        (80, "80", True),
        ([True, {"a": 1}], ["true", {"a": "1"}], True),
        ("a", "b", False),
        (ARN, ARN, True),
        ([ARN, 1], [ARN, "1"], True),
        (fed(PLACEHOLDER), PLACEHOLDER, True),
        (fed(PLACEHOLDER), "a", False),
        (None, "None", False),
        (None, "", False),
        (ABSENT, "", False),
    ],
)
def test_two_values_are_the_same_or_not(left: Any, right: Any, answer: bool) -> None:
    assert equal(left, right) is answer


def test_whether_an_unknown_value_is_the_same_as_another_is_not_known_and_waits_for_it() -> None:
    for other in ("a", OTHER, [ARN]):
        found = equal(ARN, other)
        assert isinstance(found, Unknown)
        assert found.sources >= ARN.sources
    assert equal(ARN, "a") == equal(ARN, "a") != equal(ARN, "b")


OPEN = equal(ARN, "a")


def test_what_decides_alone_decides_whatever_is_not_known() -> None:
    assert all_of([OPEN, False]) is False
    assert any_of([OPEN, True]) is True
    assert (all_of([True, True]), any_of([False, False]), not_of([False]), not_of([True])) == (True, False, True, False)


def test_what_is_not_decided_waits_for_what_is_not_known() -> None:
    for found in (all_of([True, OPEN]), any_of([False, OPEN]), not_of([OPEN])):
        assert isinstance(found, Unknown)
        assert found.sources == ARN.sources
    assert all_of([True, OPEN]) == all_of([True, OPEN]) != any_of([True, not_of([OPEN])])


def test_a_condition_over_an_undecided_one_is_undecided_unless_the_rest_decides() -> None:
    scope = SCOPE._replace(parameters={"Env": "prod", "Late": ARN})
    late, prod = equals({"Ref": "Late"}, "a"), equals({"Ref": "Env"}, "prod")
    both = {"Fn::And": [{"Condition": "Late"}, {"Condition": "Prod"}]}
    either = {"Fn::Or": [{"Condition": "Late"}, {"Condition": "Prod"}]}
    found = evaluate_conditions({"Both": both, "Either": either, "Late": late, "Prod": prod}, scope)
    assert isinstance(found["Late"], Unknown)
    assert isinstance(found["Both"], Unknown)
    assert (found["Either"], found["Prod"]) == (True, True)


@pytest.mark.parametrize(
    "value", ["true", {"Fn::Equals": ["a"]}, {"Fn::And": [TRUE]}, {"Condition": "Gone"}, {"a": 1}, None]
)
def test_a_condition_of_the_wrong_form_is_left_undecided_where_it_is_not_refused(value: Any) -> None:
    lenient = SCOPE._replace(refused=leave)
    assert isinstance(condition(value, lenient), Unknown)
    assert condition({"Fn::Or": [TRUE, value]}, lenient) is True
    assert isinstance(condition({"Fn::Not": [value]}, lenient), Unknown)
    with pytest.raises(CloudFormationError):
        condition({"Fn::Or": [TRUE, value]}, SCOPE)


def test_no_function_in_a_condition_reads_another_condition() -> None:
    chosen = equals({"Fn::If": ["Prod", "a", "b"]}, "a")
    assert refusal(Prod=TRUE, Chosen=chosen) == "Template error: unresolved condition dependency Prod in Fn::If"
