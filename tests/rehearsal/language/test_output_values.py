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


def test_a_creation_by_change_set_that_makes_nothing_was_never_updated() -> None:
    play = Play()
    assert "LastUpdatedTime" not in play.deploy(template(A=value(imported("Nobody"))))
    assert "LastUpdatedTime" not in play.deploy(template({"O": attribute("A", "Nothing")}, A=topic()), stack="other")
    failing = template(A=topic(), B=value(imported("Nobody"), DependsOn="A"))
    assert play.deploy(failing, stack="later")["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "LastUpdatedTime" in play.stack("later")


@pytest.mark.parametrize(("asked", "wanted"), [("TopicName", "t"), ("TopicArn", ":t")])
@pytest.mark.parametrize(
    "output", [{"Fn::GetAtt": ["T", {"Ref": "A"}]}, {"Fn::Join": ["", [{"Fn::GetAtt": ["T", {"Ref": "A"}]}]]}]
)
def test_the_attribute_of_an_output_may_be_a_parameter(asked: str, wanted: str, output: Any) -> None:
    play = Play()
    stack = play.deploy(template({"O": output}, {"A": asked}, T=topic(name="t")))
    assert stack["Outputs"][0]["OutputValue"].endswith(wanted)


def test_an_attribute_that_a_parameter_names_is_refused_where_the_type_has_none_of_that_name() -> None:
    play = Play()
    play.deploy(template({"O": {"Fn::GetAtt": ["T", {"Ref": "A"}]}}, {"A": "Nothing"}, T=topic()))
    reason = (
        "[Error] /Outputs/O/Value/Fn::GetAtt: Resource type AWS::SNS::Topic does not support attribute {Nothing}. "
        "Rollback requested by user."
    )
    assert ("demo", "ROLLBACK_IN_PROGRESS", reason) in play.reasons()


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


PLAIN = {
    "Table": {"Type": "AWS::SNS::Topic"},
}
UNTAGGED = {"P": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}


def with_outputs(resources: dict[str, Any] | None = None, **outputs: Any) -> dict[str, Any]:
    return {"Resources": resources or PLAIN, **({"Outputs": outputs} if outputs else {})}


def reviewed(before: dict[str, Any], after: dict[str, Any], **more: Any) -> tuple[Play, str]:
    play = Play()
    play.deploy(before)
    return play, play.change_set(after, name="second", **more)


def test_a_new_output_alone_makes_an_executable_change_set_without_rows() -> None:
    play, change_set = reviewed(with_outputs(), with_outputs(Arn={"Value": {"Ref": "Table"}}))
    described = play.described(change_set)
    assert (described["Status"], described["Changes"]) == ("CREATE_COMPLETE", [])
    play("ExecuteChangeSet", ChangeSetName=change_set)
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_COMPLETE"
    assert play.stack()["Outputs"][0]["OutputKey"] == "Arn"


def test_an_output_that_reads_as_before_is_no_change() -> None:
    output = {"Value": {"Fn::GetAtt": ["Table", "TopicName"]}, "Description": "name"}
    play, change_set = reviewed(with_outputs(Name=output), with_outputs(Name=dict(output)))
    assert play.described(change_set)["Status"] == "FAILED"


def test_an_output_switched_on_by_its_condition_counts() -> None:
    def with_condition(other: str) -> dict[str, Any]:
        return {
            "Conditions": {"On": {"Fn::Equals": ["a", other]}},
            **with_outputs(Arn={"Value": "x", "Condition": "On"}),
        }

    play, change_set = reviewed(with_condition("b"), with_condition("a"))
    assert play.described(change_set)["Status"] == "CREATE_COMPLETE"


def test_an_output_taken_from_an_export_that_is_missing_does_not_fail_the_review() -> None:
    play, change_set = reviewed(with_outputs(), with_outputs(Shared={"Value": {"Fn::ImportValue": "none"}}))
    assert play.described(change_set)["Status"] == "CREATE_COMPLETE"


def test_tags_of_the_stack_alone_change_what_has_no_tags_nowhere() -> None:
    play, change_set = reviewed(with_outputs(UNTAGGED), with_outputs(UNTAGGED), Tags=[{"Key": "team", "Value": "web"}])
    described = play.described(change_set)
    assert (described["Status"], described["Changes"]) == ("CREATE_COMPLETE", [])
    play("ExecuteChangeSet", ChangeSetName=change_set)
    play.settle()
    assert [event for event in play.events() if event[0] == "P" and event[1].startswith("UPDATE")] == []


def test_tags_of_the_stack_are_copied_to_every_resource_that_has_tags() -> None:
    play, change_set = reviewed(with_outputs(), with_outputs(), Tags=[{"Key": "team", "Value": "web"}])
    for values in (True, False):
        row = play.changes(change_set, values)["Table"]
        assert (row["Scope"], row["Replacement"]) == (["Tags"], "False")
        assert row["Details"] == [
            {
                "Target": {"Attribute": "Tags", "RequiresRecreation": "Never"},
                "Evaluation": "Static",
                "ChangeSource": "DirectModification",
            }
        ]
    play("ExecuteChangeSet", ChangeSetName=change_set)
    play.settle()
    assert ("Table", "UPDATE_COMPLETE") in play.events()


def test_an_output_that_takes_a_later_piece_of_a_reference_can_be_compared() -> None:
    def piece(index: int) -> dict[str, Any]:
        return {"Name": {"Value": {"Fn::Select": [index, {"Fn::Split": [":", {"Ref": "Table"}]}]}}}

    play, change_set = reviewed(with_outputs(**piece(5)), with_outputs(**piece(5)))
    assert play.described(change_set)["StatusReason"].startswith("The submitted information didn't contain changes.")
    play, change_set = reviewed(with_outputs(**piece(5)), with_outputs(**piece(4)))
    assert play.described(change_set)["Status"] == "CREATE_COMPLETE"
