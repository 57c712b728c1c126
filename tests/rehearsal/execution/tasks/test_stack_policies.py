"""Stack policies: which document is one, and what it lets an update do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rehearsal.execution.tasks.stack_policies import denial, statements_of
from tests.rehearsal.play import Play
from tests.rehearsal.samples import nested, template, topic, value

EVERYTHING = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Statement": list(statements)})


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Principal": "*", "Resource": resource, **more}


def protected(play: Play, *statements: dict[str, Any]) -> None:
    play("SetStackPolicy", StackName="demo", StackPolicyBody=policy(*statements))


def test_without_a_policy_nothing_is_denied() -> None:
    assert denial(None, "Update:Replace", "A", "AWS::SNS::Topic") is None


def test_what_no_statement_allows_is_not_allowed() -> None:
    only_b = policy(EVERYTHING | {"Resource": "LogicalResourceId/B"})
    assert denial(only_b, "Update:Modify", "A", "AWS::SNS::Topic") == "Action not allowed by stack policy"
    assert denial(only_b, "Update:Modify", "B", "AWS::SNS::Topic") is None


def test_a_deny_is_stronger_than_an_allow_and_names_its_statement() -> None:
    found = denial(policy(EVERYTHING, deny("Update:Replace", "LogicalResourceId/VPC")), "Update:Replace", "VPC", "x")
    assert found == (
        "Action denied by stack policy: Statement [#2] does not allow [Update:Replace] "
        "for resource [LogicalResourceId/VPC];"
    )


@pytest.mark.parametrize(
    ("statement", "denied"),
    [
        (deny("Update:*"), True),
        (deny(["Update:Delete", "Update:Modify"]), True),
        (deny("Update:Delete"), False),
        (deny("Update:*", "LogicalResourceId/A*"), True),
        (deny("Update:*", ["LogicalResourceId/B", "LogicalResourceId/C"]), False),
        (deny("Update:*", Condition={"StringEquals": {"ResourceType": ["AWS::SNS::Topic"]}}), True),
        (deny("Update:*", Condition={"StringEquals": {"ResourceType": ["AWS::SNS::*"]}}), False),
        (deny("Update:*", Condition={"StringLike": {"ResourceType": "AWS::SNS::*"}}), True),
        (deny("Update:*", Condition={"StringLike": {"ResourceType": "AWS::SQS::*"}}), False),
        ({"Effect": "Deny", "NotAction": "Update:Delete", "Principal": "*", "Resource": "*"}, True),
        ({"Effect": "Deny", "NotAction": "Update:Modify", "Principal": "*", "Resource": "*"}, False),
        ({"Effect": "Deny", "Action": "Update:*", "Principal": "*", "NotResource": "LogicalResourceId/B"}, True),
        ({"Effect": "Deny", "Action": "Update:*", "Principal": "*", "NotResource": "LogicalResourceId/A"}, False),
    ],
)
def test_statements_speak_of_actions_resources_and_types(statement: dict[str, Any], denied: bool) -> None:
    found = denial(policy(EVERYTHING, statement), "Update:Modify", "A1", "AWS::SNS::Topic")
    expected = statement.get("NotResource") == "LogicalResourceId/A" or denied
    assert (found is not None) is expected


@pytest.mark.parametrize(
    "statement",
    [
        EVERYTHING | {"Resource": "A"},
        EVERYTHING | {"Resource": []},
        EVERYTHING | {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
        EVERYTHING | {"Condition": {"StringEquals": {"LogicalResourceId": "A"}}},
        EVERYTHING | {"Condition": []},
        EVERYTHING | {"Action": []},
    ],
)
def test_a_statement_about_anything_else_makes_no_policy(statement: dict[str, Any]) -> None:
    assert statements_of(policy(statement)) is None


def test_one_statement_needs_no_list() -> None:
    assert statements_of(json.dumps({"Statement": EVERYTHING})) == [EVERYTHING]


def test_a_denied_change_fails_the_resource_and_the_update_goes_back() -> None:
    play = Play()
    play.deploy(template(A=topic("1"), B=value("1")))
    protected(play, EVERYTHING, deny("Update:Modify", "LogicalResourceId/A"))
    stack = play.deploy(template(A=topic("2"), B=value("1")))
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    reason = (
        "Action denied by stack policy: Statement [#2] does not allow [Update:Modify] for resource "
        "[LogicalResourceId/A];"
    )
    assert ("A", "UPDATE_FAILED", reason) in play.reasons()
    assert play.events()[-4:] == [
        ("demo", "UPDATE_ROLLBACK_IN_PROGRESS"),
        ("A", "UPDATE_COMPLETE"),
        ("demo", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("demo", "UPDATE_ROLLBACK_COMPLETE"),
    ]


def test_a_replacement_may_be_denied_where_changes_in_place_are_not() -> None:
    play = Play()
    play.deploy(template(A=topic("1", "one")))
    protected(play, EVERYTHING, deny("Update:Replace"))
    assert play.deploy(template(A=topic("2", "one")))["StackStatus"] == "UPDATE_COMPLETE"
    assert play.deploy(template(A=topic("2", "two")))["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_a_denied_removal_fails_the_update_before_anything_is_touched() -> None:
    play = Play()
    play.deploy(template(A=topic("1"), B=topic("1")))
    protected(play, EVERYTHING, deny("Update:Delete"))
    stack = play.deploy(template(A=topic("2")))
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert ("A", "UPDATE_IN_PROGRESS") not in play.events()
    resources = play.cloud.world.state.stacks[stack["StackId"]].resources
    assert (resources["B"].status, resources["B"].exists) == ("UPDATE_FAILED", True)


def test_a_policy_belongs_to_one_stack_and_guards_the_nested_stack_as_one_resource() -> None:
    play = Play()
    url = play.put("child.yaml", template(T=topic("1")))
    play.deploy(template(C=nested(url), A=topic("1")))
    protected(play, EVERYTHING, deny("Update:*", "LogicalResourceId/C"))
    assert play.deploy(template(C=nested(url), A=topic("2")))["StackStatus"] == "UPDATE_COMPLETE"
    play.put("child.yaml", template(T=topic("2")))
    assert play.deploy(template(C=nested(url), A=topic("3")))["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_a_policy_is_not_overridden_by_the_execution_of_a_change_set() -> None:
    play = Play()
    play.deploy(template(A=topic("1")))
    protected(play, EVERYTHING, deny("Update:Modify"))
    review = play.change_set(template(A=topic("2")), name="second")
    play("ExecuteChangeSet", ChangeSetName=review, StackPolicyDuringUpdateBody=policy(EVERYTHING))
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_a_policy_has_no_say_in_a_deletion() -> None:
    play = Play()
    arn = play.deploy(template(A=topic()))["StackId"]
    protected(play, deny("Update:*"))
    play("DeleteStack", StackName="demo")
    play.settle()
    assert play.stack(arn)["StackStatus"] == "DELETE_COMPLETE"
