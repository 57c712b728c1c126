"""Rules."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.intrinsics.evaluation import Scope, leave
from cloudformation.refusals import CloudFormationError
from cloudformation.rules import BrokenAssertion, broken_assertions, check_rules
from cloudformation.template.sections import Template, parse_template
from cloudformation.unknown import awaited
from tests.rehearsal.play import Play

SCOPE = Scope(parameters={"Env": "prod", "Zones": ["a", "b"], "First": "vpc-1", "Second": "vpc-2"})
DECLARED = {
    "First": {"Type": "AWS::EC2::VPC::Id"},
    "Second": {"Type": "AWS::EC2::VPC::Id"},
    "Env": {"Type": "String"},
}


def template(**sections: Any) -> Template:
    return parse_template(json.dumps({"Resources": {"A": {"Type": "AWS::SNS::Topic"}}} | sections))


def equal(left: Any, right: Any) -> dict[str, Any]:
    return {"Fn::Equals": [left, right]}


TRUE, FALSE = equal("a", "a"), equal("a", "b")


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


@pytest.mark.parametrize("value", [{"Ref": "A"}, {"Fn::GetAtt": ["A", "Arn"]}, {"Fn::Sub": "${A.Arn}"}])
def test_rules_know_parameters_and_no_resources(value: Any) -> None:
    assert broken(R=rule(equal(value, "x"))) == (
        "Template format error: Unresolved dependencies [A]. "
        "Cannot reference resources in the Rules block of the template"
    )
    assert "Unresolved dependencies [Env]" in str(broken(R=rule(equal({"Fn::Sub": "${Env.Length}"}, "x"))))


LATE = awaited((), "Late")


def known_to_be_broken(*assertions: Any, condition: Any = None) -> list[Any]:
    """The assertions of one rule that are false, as somebody sees it who leaves the rest to CloudFormation."""
    scope = SCOPE._replace(parameters={**SCOPE.parameters, "Late": LATE}, refused=leave)
    types = {name: declared["Type"] for name, declared in DECLARED.items()} | {"Late": "AWS::EC2::VPC::Id"}
    made = {} if condition is None else {"RuleCondition": condition}
    rules = {"R": made | {"Assertions": [{"Assert": assertion} for assertion in assertions]}}
    return [found.assertion for found in broken_assertions(rules, types, scope)]


UNDECIDED = equal({"Ref": "Late"}, "vpc-1")


@pytest.mark.parametrize(
    "assertion",
    [
        UNDECIDED,
        {"Fn::Not": [UNDECIDED]},
        {"Fn::Or": [UNDECIDED, FALSE]},
        {"Fn::And": [UNDECIDED, TRUE]},
        {"Fn::Contains": [{"Ref": "Late"}, "x"]},
        {"Fn::Contains": [["a"], {"Ref": "Late"}]},
        {"Fn::EachMemberIn": [{"Fn::RefAll": "AWS::EC2::VPC::Id"}, ["vpc-1", "vpc-2"]]},
        {"Fn::EachMemberEquals": [["x", {"Ref": "Late"}], "x"]},
        equal({"Fn::ValueOf": ["First", "Tags.x"]}, "y"),
        equal({"Ref": "Gone"}, "y"),
        {"Fn::Nothing": []},
        {"Fn::Contains": ["one"]},
        "true",
    ],
)
def test_what_is_not_decided_or_of_the_wrong_form_is_not_known_to_be_broken(assertion: Any) -> None:
    assert known_to_be_broken(assertion) == []


@pytest.mark.parametrize(
    "assertion",
    [
        {"Fn::And": [UNDECIDED, FALSE]},
        {"Fn::Not": [{"Fn::Or": [UNDECIDED, TRUE]}]},
        {"Fn::EachMemberEquals": [["a", {"Ref": "Late"}], "x"]},
        {"Fn::EachMemberIn": [{"Fn::RefAll": "AWS::EC2::VPC::Id"}, ["vpc-1"]]},
        {"Fn::Not": [{"Fn::Contains": [["a", {"Ref": "Late"}], "a"]}]},
    ],
)
def test_an_assertion_is_broken_whatever_it_waits_for_where_the_rest_of_it_decides(assertion: Any) -> None:
    assert known_to_be_broken(TRUE, assertion) == [assertion]


def test_a_rule_applies_only_where_its_condition_is_known_to_hold() -> None:
    assert known_to_be_broken(FALSE, condition=UNDECIDED) == []
    assert known_to_be_broken(FALSE, condition=TRUE) == [FALSE]


def test_a_broken_assertion_says_whose_it_is_and_what_decided_it() -> None:
    described = {"R": rule(FALSE, condition=TRUE, description="said"), "S": rule(FALSE)}
    assert list(broken_assertions(described, {}, SCOPE)) == [
        BrokenAssertion("R", "said", FALSE, TRUE),
        BrokenAssertion("S", None, FALSE, None),
    ]
    malformed = {"R": {"Assertions": "none"}, "S": rule(FALSE)}
    assert [found.rule for found in broken_assertions(malformed, {}, SCOPE._replace(refused=leave))] == ["S"]


def test_the_rules_of_a_nested_stack_fail_its_change_set() -> None:
    play = Play()
    child = {
        "Parameters": {"Env": {"Type": "String"}},
        "Rules": {"R": rule(equal({"Ref": "Env"}, "prod"), description="production only")},
        "Resources": {"A": {"Type": "AWS::SNS::Topic"}},
    }
    nested = {"TemplateURL": play.put("child", child), "Parameters": {"Env": "dev"}}
    change_set = play.change_set(
        {"Resources": {"Child": {"Type": "AWS::CloudFormation::Stack", "Properties": nested}}}, IncludeNestedStacks=True
    )
    found = play.described(change_set)
    assert found["Status"] == "FAILED"
    broken_set = found["StatusReason"].removeprefix("Nested change set ").split(" ")[0]
    assert "production only" in play.described(broken_set)["StatusReason"]
