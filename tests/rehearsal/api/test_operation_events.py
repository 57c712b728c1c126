"""DescribeEvents: operations and what happened in them."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import Play

TEMPLATE = {"Resources": {"A": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "a"}}}}
OTHER = {"Resources": {"A": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "b"}}}}


def events(play: Play, **request: Any) -> list[dict[str, Any]]:
    """Oldest first."""
    found: list[dict[str, Any]] = play("DescribeEvents", **request)["OperationEvents"]
    return found[::-1]


def test_something_must_be_named() -> None:
    play = Play()
    for request in ({}, {"ChangeSetName": "bare"}, {"Filters": {"FailedEvents": True}}):
        with pytest.raises(CloudFormationError) as refused:
            play("DescribeEvents", **request)
        assert refused.value.message == "One of ChangeSetName, OperationId or StackName must be specified"


def test_a_stack_that_is_not_there_is_refused() -> None:
    with pytest.raises(CloudFormationError) as refused:
        Play()("DescribeEvents", StackName="none")
    assert refused.value.code == "ValidationError"


def test_the_creation_of_a_change_set_is_an_operation_of_its_own() -> None:
    play = Play()
    change_set = play.change_set(TEMPLATE)
    found = events(play, ChangeSetName=change_set)
    assert [event["OperationStatus"] for event in found] == ["IN_PROGRESS", "SUCCEEDED"]
    assert {event["OperationType"] for event in found} == {"CREATE_CHANGESET"}
    assert len({event["OperationId"] for event in found}) == 1
    assert found[-1]["EndTime"] > found[-1]["StartTime"]
    assert events(play, ChangeSetName="review", StackName="demo") == found


def test_a_change_set_that_is_still_planned_has_only_begun() -> None:
    play = Play()
    body = '{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}'
    answer = play(
        "CreateChangeSet", StackName="demo", ChangeSetName="review", ChangeSetType="CREATE", TemplateBody=body
    )
    assert [event["OperationStatus"] for event in events(play, ChangeSetName=answer["Id"])] == ["IN_PROGRESS"]


def test_a_change_set_without_changes_has_failed() -> None:
    play = Play()
    play.deploy(TEMPLATE)
    change_set = play.change_set(TEMPLATE, name="again")
    failed = events(play, ChangeSetName=change_set, Filters={"FailedEvents": True})
    assert [event["OperationStatus"] for event in failed] == ["FAILED"]


def test_events_of_a_stack_tell_their_operations() -> None:
    play = Play()
    play.deploy(TEMPLATE)
    created = play.stack()["LastOperations"]
    play.deploy(OTHER)
    updated = play.stack()["LastOperations"]
    assert [entry["OperationType"] for entry in (*created, *updated)] == ["CREATE_STACK", "UPDATE_STACK"]
    for operation in (created[0], updated[0]):
        found = events(play, OperationId=operation["OperationId"])
        assert {event["OperationType"] for event in found} == {operation["OperationType"]}
        assert found[0]["OperationStatus"] == "IN_PROGRESS"
        assert found[-1]["OperationStatus"] == "SUCCEEDED"
    assert len(events(play, StackName="demo")) > len(play.events())


def test_an_operation_is_looked_for_in_the_stack_that_is_named() -> None:
    play = Play()
    play.deploy(TEMPLATE)
    operation = play.stack()["LastOperations"][0]["OperationId"]
    play.deploy(TEMPLATE, stack="other")
    assert events(play, StackName="demo", OperationId=operation)
    assert events(play, StackName="other", OperationId=operation) == []


def test_failed_events_are_the_cause_without_the_noise() -> None:
    play = Play(Scenario((ResourceFault("A", "create", "no capacity"),)))
    play.deploy(TEMPLATE)
    found = events(play, StackName="demo", Filters={"FailedEvents": True})
    assert [(event["EventType"], event["LogicalResourceId"], event["ResourceStatusReason"]) for event in found] == [
        ("PROVISIONING_ERROR", "A", "no capacity")
    ]


def test_a_roll_back_is_an_operation_of_its_own() -> None:
    play = Play(Scenario((ResourceFault("A", "create"),)))
    play.deploy(TEMPLATE)
    kinds = {event["OperationType"] for event in events(play, StackName="demo") if "OperationType" in event}
    assert kinds == {"CREATE_CHANGESET", "CREATE_STACK", "ROLLBACK"}


def test_the_review_of_a_new_stack_belongs_to_no_operation() -> None:
    play = Play()
    play.change_set(TEMPLATE)
    [review] = [event for event in events(play, StackName="demo") if event["EventType"] == "STACK_EVENT"]
    assert review["ResourceStatus"] == "REVIEW_IN_PROGRESS"
    assert "OperationId" not in review


def test_events_come_newest_first_a_hundred_a_page() -> None:
    play = Play()
    many = {"Resources": {f"T{number}": {"Type": "AWS::SNS::Topic"} for number in range(40)}}
    play.deploy(many)
    first = play("DescribeEvents", StackName="demo")
    times = [event["Timestamp"] for event in first["OperationEvents"]]
    assert len(times) == 100
    assert times == sorted(times, reverse=True)
    second = play("DescribeEvents", StackName="demo", NextToken=first["NextToken"])
    assert 0 < len(second["OperationEvents"]) < 100
    assert "NextToken" not in second


def test_a_continued_roll_back_and_a_deletion_are_operations_of_their_own_kind() -> None:
    faults = (ResourceFault("B", "update", "refused"), ResourceFault("A", "rollback", "stuck", 1))
    play = Play(Scenario(faults))
    for text in "12":
        own = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": text}}
        play.deploy({"Resources": {"A": own, "B": own | {"DependsOn": "A"}}})
    play("ContinueUpdateRollback", StackName="demo")
    play.settle()
    continued = play.stack()["LastOperations"][0]["OperationId"]
    assert {event["OperationType"] for event in events(play, OperationId=continued)} == {"CONTINUE_ROLLBACK"}
    arn = play.stack()["StackId"]
    play("DeleteStack", StackName=arn)
    play.settle()
    kinds = [event["OperationType"] for event in events(play, StackName=arn) if "OperationType" in event]
    assert list(dict.fromkeys(kind for kind in kinds if kind != "CREATE_CHANGESET")) == [
        "CREATE_STACK",
        "UPDATE_STACK",
        "ROLLBACK",
        "CONTINUE_ROLLBACK",
        "DELETE_STACK",
    ]
