"""Changes that count without a row."""

from __future__ import annotations

from typing import Any

from tests.rehearsal.play import Play

ROUTES = {
    "Table": {"Type": "AWS::SNS::Topic"},
}
UNTAGGED = {"P": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}


def template(resources: dict[str, Any] | None = None, **outputs: Any) -> dict[str, Any]:
    return {"Resources": resources or ROUTES, **({"Outputs": outputs} if outputs else {})}


def reviewed(before: dict[str, Any], after: dict[str, Any], **more: Any) -> tuple[Play, str]:
    play = Play()
    play.deploy(before)
    return play, play.change_set(after, name="second", **more)


def test_a_new_output_alone_makes_an_executable_change_set_without_rows() -> None:
    play, change_set = reviewed(template(), template(Arn={"Value": {"Ref": "Table"}}))
    described = play.described(change_set)
    assert (described["Status"], described["Changes"]) == ("CREATE_COMPLETE", [])
    play("ExecuteChangeSet", ChangeSetName=change_set)
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_COMPLETE"
    assert play.stack()["Outputs"][0]["OutputKey"] == "Arn"


def test_an_output_that_reads_as_before_is_no_change() -> None:
    output = {"Value": {"Fn::GetAtt": ["Table", "TopicName"]}, "Description": "name"}
    play, change_set = reviewed(template(Name=output), template(Name=dict(output)))
    assert play.described(change_set)["Status"] == "FAILED"


def test_an_output_switched_on_by_its_condition_counts() -> None:
    def with_condition(other: str) -> dict[str, Any]:
        return {
            "Conditions": {"On": {"Fn::Equals": ["a", other]}},
            **template(Arn={"Value": "x", "Condition": "On"}),
        }

    play, change_set = reviewed(with_condition("b"), with_condition("a"))
    assert play.described(change_set)["Status"] == "CREATE_COMPLETE"


def test_an_output_taken_from_an_export_that_is_missing_does_not_fail_the_review() -> None:
    play, change_set = reviewed(template(), template(Shared={"Value": {"Fn::ImportValue": "none"}}))
    assert play.described(change_set)["Status"] == "CREATE_COMPLETE"


def test_tags_of_the_stack_alone_change_what_has_no_tags_nowhere() -> None:
    play, change_set = reviewed(template(UNTAGGED), template(UNTAGGED), Tags=[{"Key": "team", "Value": "web"}])
    described = play.described(change_set)
    assert (described["Status"], described["Changes"]) == ("CREATE_COMPLETE", [])
    play("ExecuteChangeSet", ChangeSetName=change_set)
    play.settle()
    assert [event for event in play.events() if event[0] == "P" and event[1].startswith("UPDATE")] == []


def test_tags_of_the_stack_are_copied_to_every_resource_that_has_tags() -> None:
    play, change_set = reviewed(template(), template(), Tags=[{"Key": "team", "Value": "web"}])
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

    play, change_set = reviewed(template(**piece(5)), template(**piece(5)))
    assert play.described(change_set)["StatusReason"].startswith("The submitted information didn't contain changes.")
    play, change_set = reviewed(template(**piece(5)), template(**piece(4)))
    assert play.described(change_set)["Status"] == "CREATE_COMPLETE"
