"""Conditions and Rules."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rehearsal.conditions import check_conditions, evaluate_conditions
from rehearsal.errors import CloudFormationError
from rehearsal.intrinsics import Scope, Unknown
from rehearsal.rules import check_rules
from rehearsal.template import Template, parse_template

PLACEHOLDER = "{{IntrinsicFunction:root/Net.Outputs.Id/Fn::GetAtt}}"
VALUES = {
    "Env": "prod",
    "Count": "2",
    "Zones": ["a", "b"],
    "Fed": Unknown(PLACEHOLDER),
    "First": "vpc-1",
    "Second": "vpc-2",
}
SCOPE = Scope(parameters=VALUES, mappings={"M": {"prod": {"big": "true"}}})
DECLARED = {
    "First": {"Type": "AWS::EC2::VPC::Id"},
    "Second": {"Type": "AWS::EC2::VPC::Id"},
    "Env": {"Type": "String"},
}


def template(**sections: Any) -> Template:
    return parse_template(json.dumps({"Resources": {"A": {"Type": "AWS::SNS::Topic"}}} | sections))


def outcome(**conditions: Any) -> dict[str, bool]:
    return evaluate_conditions(template(Conditions=conditions), SCOPE)


def holds(condition: Any) -> bool:
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
    assert judged(Conditions={"C": equal({"Ref": "Env"}, "x")}, Parameters=DECLARED) is None


def test_rules_know_parameters_and_no_resources() -> None:
    assert broken(R=rule(equal({"Ref": "A"}, "x"))) == (
        "Template format error: Unresolved dependencies [A]. "
        "Cannot reference resources in the Rules block of the template"
    )


def rule(assertion: Any, condition: Any = None, description: str | None = None) -> dict[str, Any]:
    described = {} if description is None else {"AssertDescription": description}
    return ({} if condition is None else {"RuleCondition": condition}) | {
        "Assertions": [{"Assert": assertion} | described]
    }


def broken(**rules: Any) -> str | None:
    try:
        check_rules(template(Rules=rules, Parameters=DECLARED), SCOPE)
    except CloudFormationError as error:
        return error.message
    return None


@pytest.mark.parametrize(
    "assertion",
    [
        equal({"Ref": "Env"}, "prod"),
        {"Fn::Contains": [["dev", "prod"], {"Ref": "Env"}]},
        {"Fn::EachMemberIn": [{"Ref": "Zones"}, ["a", "b", "c"]]},
        {"Fn::EachMemberEquals": [["x", "x"], "x"]},
        {"Fn::Not": [{"Fn::Contains": [{"Ref": "Zones"}, ""]}]},
        {"Fn::And": [TRUE, {"Fn::Or": [FALSE, TRUE]}]},
        {"Fn::EachMemberIn": [{"Fn::RefAll": "AWS::EC2::VPC::Id"}, ["vpc-1", "vpc-2"]]},
    ],
)
def test_a_rule_that_holds_says_nothing(assertion: Any) -> None:
    assert broken(R=rule(assertion)) is None


@pytest.mark.parametrize(
    "assertion",
    [
        equal({"Ref": "Env"}, "dev"),
        {"Fn::Contains": [["dev"], {"Ref": "Env"}]},
        {"Fn::EachMemberIn": [{"Ref": "Zones"}, ["a"]]},
        {"Fn::EachMemberEquals": [{"Ref": "Zones"}, "a"]},
        {"Fn::EachMemberEquals": [{"Fn::RefAll": "AWS::EC2::VPC::Id"}, "vpc-1"]},
    ],
)
def test_a_rule_that_fails_gives_its_description(assertion: Any) -> None:
    text = broken(R=rule(assertion, description="Choose another value"))
    assert text is not None
    assert "Choose another value" in text


def test_every_failed_assertion_is_told() -> None:
    text = broken(One=rule(FALSE, description="first"), Two=rule(FALSE, description="second"))
    assert text is not None
    assert "first" in text
    assert "second" in text


def test_a_rule_whose_condition_does_not_hold_is_passed_by() -> None:
    assert broken(R=rule(FALSE, condition=equal({"Ref": "Env"}, "dev"))) is None
    assert broken(R=rule(FALSE, condition=equal({"Ref": "Env"}, "prod"))) is not None


@pytest.mark.parametrize("function", ["Fn::ValueOf", "Fn::ValueOfAll"])
def test_what_a_rule_would_read_from_the_account_is_not_simulated(function: str) -> None:
    text = broken(R=rule(equal({function: ["First", "Tags.x"]}, "y")))
    assert text is not None
    assert f"{function} is not simulated" in text


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ({}, "Rule R must have a list of Assertions"),
        ({"Assertions": [{}]}, "Rule R must have a list of Assertions"),
        (rule({"Fn::Contains": [["a"]]}), "Fn::Contains"),
        (rule({"Fn::Equals": "a"}), "Fn::Equals"),
        (rule({"Fn::Nothing": []}), "Unrecognized rule function Fn::Nothing"),
        (rule("true"), "boolean operations"),
    ],
)
def test_a_rule_of_the_wrong_form_is_refused(entry: Any, text: str) -> None:
    message = broken(R=entry)
    assert message is not None
    assert text in message
