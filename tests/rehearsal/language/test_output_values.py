"""Outputs and exports: what they may hold, and the locks between stacks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from tests.rehearsal.play import Play
from tests.rehearsal.samples import attribute, export, imported, ref, template, topic, value


def sharing() -> Play:
    """`owner` exports Shared, `user` imports it."""
    play = Play()
    play.deploy(template({"Name": export("1", "Shared")}, A=topic()), stack="owner")
    play.deploy(template(A=value(imported("Shared"))), stack="user")
    return play


def test_outputs_are_resolved_when_the_resources_stand() -> None:
    play = Play()
    stack = play.deploy(template({"Name": attribute("A", "TopicName"), "Arn": ref("A")}, A=topic(name="one")))
    shown = {row["OutputKey"]: row["OutputValue"] for row in stack["Outputs"]}
    assert shown == {"Name": "one", "Arn": "arn:aws:sns:ap-northeast-1:123456789012:one"}


def test_an_output_that_a_condition_switches_off_is_absent() -> None:
    play = Play()
    body = template({"On": "1", "Off": {"Value": "2", "Condition": "Never"}}, A=topic())
    stack = play.deploy(body | {"Conditions": {"Never": {"Fn::Equals": ["a", "b"]}}})
    assert [row["OutputKey"] for row in stack["Outputs"]] == ["On"]


NO_TEXT = "Template format error: The Value field of every Outputs member must evaluate to a String."


@pytest.mark.parametrize(
    "value",
    [{"Fn::Split": [",", "a,b"]}, ["a"], {"a": ref("A")}, ref("L")],
)
def test_an_output_that_is_no_text_fails_the_review(value: Any) -> None:
    play = Play()
    parameters = {"Parameters": {"L": {"Type": "CommaDelimitedList", "Default": "a,b"}}}
    found = play.described(play.change_set(parameters | template({"List": {"Value": value}}, A=topic())))
    assert (found["Status"], found["ExecutionStatus"], found["StatusReason"]) == ("FAILED", "UNAVAILABLE", NO_TEXT)


@pytest.mark.parametrize("operation", ["CreateStack", "UpdateStack"])
def test_an_output_that_is_no_text_is_refused_without_a_change_set(operation: str) -> None:
    play = Play()
    if operation == "UpdateStack":
        play.deploy(template(A=topic()))
    with pytest.raises(CloudFormationError) as refused:
        play(operation, StackName="demo", TemplateBody=json.dumps(template({"List": {"Value": ["a"]}}, A=topic("2"))))
    assert (refused.value.code, refused.value.message) == ("ValidationError", NO_TEXT)


def test_an_output_that_is_no_text_and_switched_off_is_passed_by() -> None:
    play = Play()
    body = template({"List": {"Value": ["a"], "Condition": "Never"}}, A=topic())
    body |= {"Conditions": {"Never": {"Fn::Equals": ["a", "b"]}}}
    assert play.described(play.change_set(body))["Status"] == "CREATE_COMPLETE"


def test_an_output_that_turns_out_to_be_no_text_rolls_back() -> None:
    play = Play()
    load_balancer = {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {"Subnets": ["subnet-1"]}}
    stack = play.deploy(template({"List": attribute("A", "SecurityGroups")}, A=load_balancer))
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert play.reasons()[-1][2] == f"{NO_TEXT} Rollback requested by user."


def test_an_import_gives_the_exported_value() -> None:
    play = sharing()
    user = play.cloud.world.find("user", "ap-northeast-1")
    assert user is not None
    assert user.resources["A"].properties["Value"] == "1"


def test_an_import_of_what_nobody_exports_fails_on_execution() -> None:
    play = Play()
    play("CreateStack", StackName="demo", TemplateBody=json.dumps(template(A=value(imported("Nobody")))))
    play.settle()
    assert play.stack()["StackStatus"] == "ROLLBACK_COMPLETE"
    assert ("A", "CREATE_FAILED", "No export named Nobody found") in play.reasons()


def test_an_export_name_belongs_to_one_stack() -> None:
    play = sharing()
    play.deploy(template({"Name": export("2", "Shared")}, A=topic()), stack="rival")
    reason = "Export with name Shared is already exported by stack owner. Rollback requested by user."
    assert ("rival", "ROLLBACK_IN_PROGRESS", reason) in play.reasons("rival")
    assert not [event for event in play.events("rival") if event[1] == "CREATE_FAILED"]


def test_an_export_in_use_cannot_change_its_value() -> None:
    play = sharing()
    stack = play.deploy(template({"Name": export("2", "Shared")}, A=topic("new")), stack="owner")
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    reason = "Export Shared cannot be updated as it is in use by user"
    assert ("owner", "UPDATE_ROLLBACK_IN_PROGRESS", reason) in play.reasons("owner")
    assert not [event for event in play.events("owner") if event[1] == "UPDATE_FAILED"]


def test_an_export_in_use_cannot_be_dropped_by_an_update() -> None:
    play = sharing()
    play.deploy(template(A=topic("new")), stack="owner")
    reason = "Export Shared cannot be deleted as it is in use by user"
    assert ("owner", "UPDATE_ROLLBACK_IN_PROGRESS", reason) in play.reasons("owner")
    assert not [status for _, status in play.events("owner") if status.endswith("_FAILED")]


def test_an_export_is_free_again_when_its_importer_is_gone() -> None:
    play = sharing()
    play("DeleteStack", StackName="user")
    play.settle()
    assert (
        play.deploy(template({"Name": export("2", "Shared")}, A=topic("new")), stack="owner")["StackStatus"]
        == "UPDATE_COMPLETE"
    )


def test_exports_and_imports_are_listed() -> None:
    play = sharing()
    owner = play.stack("owner")["StackId"]
    assert play("ListExports")["Exports"] == [{"ExportingStackId": owner, "Name": "Shared", "Value": "1"}]
    assert play("ListImports", ExportName="Shared")["Imports"] == ["user"]


def test_imports_of_an_export_that_is_unused_or_unknown_are_refused() -> None:
    play = Play()
    play.deploy(template({"Name": export("1", "Shared")}, A=topic()), stack="owner")
    with pytest.raises(CloudFormationError, match=r"Export 'Shared' is not imported by any stack."):
        play("ListImports", ExportName="Shared")
    with pytest.raises(CloudFormationError, match=r"No export named Nobody found."):
        play("ListImports", ExportName="Nobody")
