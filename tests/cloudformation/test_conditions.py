"""Conditions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.conditions import check_conditions, evaluate_conditions
from cloudformation.intrinsics.evaluation import Scope
from cloudformation.refusals import CloudFormationError
from cloudformation.template.sections import Template, parse_template
from cloudformation.unknown import Truth, fed

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


def equal(left: Any, right: Any) -> dict[str, Any]:
    return {"Fn::Equals": [left, right]}


TRUE, FALSE = equal("a", "a"), equal("a", "b")


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        (equal({"Ref": "Env"}, "prod"), True),
        (equal({"Ref": "Env"}, "Prod"), False),
        (equal({"Ref": "Count"}, 2), True),
        (equal(True, "true"), True),
        (equal({"Ref": "Zones"}, ["a", "b"]), True),
        (equal({"Fn::Join": [",", {"Ref": "Zones"}]}, "a,b"), True),
        (equal({"Fn::FindInMap": ["M", {"Ref": "Env"}, "big"]}, "true"), True),
        (equal({"a": 1}, {"a": 1}), True),
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
        Prod=equal({"Ref": "Env"}, "prod"),
        Small={"Fn::Not": [{"Condition": "Prod"}]},
        Same={"Condition": "Prod"},
    ) == {"Both": False, "Prod": True, "Small": False, "Same": True}


def test_a_condition_sees_the_placeholder_of_a_siblings_output() -> None:
    assert holds(equal({"Ref": "Fed"}, PLACEHOLDER))
    assert not holds(equal({"Ref": "Fed"}, "vpc-1"))


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
    conditions = {"C": equal({"Fn::Sub": f"${{{name}}}-${{AWS::Region}}-${{Env}}"}, "x")}
    assert judged(Conditions=conditions, Parameters=DECLARED) == (
        f"Template format error: Unresolved dependencies [{name}]. "
        "Cannot reference resources in the Conditions block of the template"
    )
    attribute = {"C": equal({"Fn::Sub": "${Env.Length}"}, "x")}
    assert "Unresolved dependencies [Env]" in str(judged(Conditions=attribute, Parameters=DECLARED))
    assert judged(Conditions={"C": equal({"Ref": "Env"}, "x")}, Parameters=DECLARED) is None
