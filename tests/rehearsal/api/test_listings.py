"""What the API shows of stacks, resources and events: which members are present when."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import Play
from tests.rehearsal.samples import template, topic, value

ALWAYS = {
    "CreationTime",
    "DisableRollback",
    "DriftInformation",
    "NotificationARNs",
    "RollbackConfiguration",
    "StackId",
    "StackName",
    "StackStatus",
    "Tags",
}


def body(document: dict[str, Any]) -> str:
    return json.dumps(document)


def created(play: Play, name: str = "demo", **more: Any) -> dict[str, Any]:
    """A stack by plain CreateStack."""
    play("CreateStack", StackName=name, TemplateBody=body(template(A=topic())), **more)
    play.settle()
    return play.stack(name)


def test_some_members_are_there_always_even_when_they_are_empty() -> None:
    stack = created(Play())
    assert ALWAYS | {"EnableTerminationProtection", "LastOperations"} == set(stack)
    assert stack["DriftInformation"] == {"StackDriftStatus": "NOT_CHECKED"}
    assert (stack["NotificationARNs"], stack["RollbackConfiguration"], stack["Tags"]) == ([], {}, [])


def test_parameters_outputs_capabilities_and_description_show_only_when_there_are_any() -> None:
    play = Play()
    document = template({"O": "1"}, {"P": "1"}, A=topic()) | {"Description": "It plays"}
    stack = play.deploy(document, Capabilities=["CAPABILITY_IAM"])
    assert stack["Parameters"] == [{"ParameterKey": "P", "ParameterValue": "1"}]
    assert stack["Outputs"] == [{"OutputKey": "O", "OutputValue": "1"}]
    assert (stack["Capabilities"], stack["Description"]) == (["CAPABILITY_IAM"], "It plays")


def test_termination_protection_is_absent_once_the_stack_is_deleted() -> None:
    play = Play()
    arn = created(play)["StackId"]
    play("DeleteStack", StackName=arn)
    play.settle()
    assert "EnableTerminationProtection" not in play.stack(arn)


def test_the_change_set_id_shows_after_its_execution_until_a_plain_update() -> None:
    play = Play()
    review = play.change_set(template(A=topic("1")))
    assert "ChangeSetId" not in play.stack()
    play("ExecuteChangeSet", ChangeSetName=review)
    play.settle()
    assert play.stack()["ChangeSetId"] == review
    play("UpdateStack", StackName="demo", TemplateBody=body(template(A=topic("2"))))
    play.settle()
    assert "ChangeSetId" not in play.stack()


def test_the_change_set_id_is_absent_in_rollback_complete_and_delete_complete() -> None:
    play = Play(Scenario((ResourceFault("A", times=1),)))
    assert "ChangeSetId" not in play.deploy(template(A=topic()))
    play.deploy(template(A=topic()), stack="other")
    arn = play.stack("other")["StackId"]
    play("DeleteStack", StackName="other")
    play.settle()
    assert "ChangeSetId" not in play.stack(arn)


def test_last_updated_time_shows_after_a_create_change_set_and_not_after_create_stack() -> None:
    play = Play()
    assert "LastUpdatedTime" in play.deploy(template(A=topic()), stack="reviewed")
    assert "LastUpdatedTime" not in created(play, "plain")


@pytest.mark.parametrize(
    ("faults", "delete", "status"),
    [
        ((ResourceFault("A"),), False, "ROLLBACK_COMPLETE"),
        ((ResourceFault("B"), ResourceFault("A", "delete")), False, "ROLLBACK_FAILED"),
        ((ResourceFault("A", "delete"),), True, "DELETE_FAILED"),
        ((), True, "DELETE_COMPLETE"),
    ],
)
def test_the_deletion_time_shows_where_resources_were_removed(
    faults: tuple[ResourceFault, ...], delete: bool, status: str
) -> None:
    play = Play(Scenario(faults))
    arn = play.deploy(template(A=topic(), B=topic(after="A")))["StackId"]
    assert ("DeletionTime" in play.stack(arn)) is not delete
    if delete:
        play("DeleteStack", StackName=arn)
        play.settle()
    stack = play.stack(arn)
    assert stack["StackStatus"] == status
    assert isinstance(stack["DeletionTime"], datetime.datetime)


def test_the_status_reason_is_user_initiated_in_review_and_absent_in_complete_states() -> None:
    play = Play(Scenario((ResourceFault("A", times=1),)))
    review = play.change_set(template(A=topic()))
    assert play.stack()["StackStatusReason"] == "User Initiated"
    play("ExecuteChangeSet", ChangeSetName=review)
    play.settle()
    assert play.stack()["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "StackStatusReason" not in play.stack()


def test_a_status_that_has_a_reason_shows_it() -> None:
    faults = (ResourceFault("A", "update", "refused"), ResourceFault("A", "rollback", hangs=True))
    play = Play(Scenario(faults))
    play.deploy(template(A=topic("1")))
    assert "StackStatusReason" not in play.stack()
    play("UpdateStack", StackName="demo", TemplateBody=body(template(A=topic("2"))))
    assert "StackStatusReason" not in play.stack()
    play.settle()
    stack = play.stack()
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_IN_PROGRESS"
    assert stack["StackStatusReason"] == "The following resource(s) failed to update: [A]. "


@pytest.mark.parametrize("status", ["ROLLBACK_FAILED", "DELETE_FAILED"])
def test_a_stack_that_could_not_be_removed_says_what_remains(status: str) -> None:
    faults = (ResourceFault("A", "delete"), *((ResourceFault("B"),) if status == "ROLLBACK_FAILED" else ()))
    play = Play(Scenario(faults))
    play.deploy(template(A=topic(), B=topic(after="A")))
    if status == "DELETE_FAILED":
        play("DeleteStack", StackName="demo")
        play.settle()
    assert play.stack()["StackStatus"] == status
    assert play.stack()["StackStatusReason"] == "The following resource(s) failed to delete: [A]. "


def test_last_operations_name_the_creation_and_its_rollback_by_their_ids() -> None:
    play = Play(Scenario((ResourceFault("Bad"),)))
    for document, kinds in (
        (template(A=topic()), ["CREATE_STACK"]),
        (template(Bad=topic()), ["ROLLBACK", "CREATE_STACK"]),
    ):
        rows = play.deploy(document, stack=f"demo-{len(kinds)}")["LastOperations"]
        assert [row["OperationType"] for row in rows] == kinds
        assert {frozenset(row) for row in rows} == {frozenset(("OperationId", "OperationType"))}
        assert len({row["OperationId"] for row in rows}) == len(kinds)


def test_a_missing_stack_has_a_text_for_each_operation() -> None:
    play = Play()
    for operation, more, text in (
        ("DescribeStacks", {}, "Stack with id nobody does not exist"),
        ("GetTemplate", {}, "Stack with id nobody does not exist"),
        ("DescribeStackEvents", {}, "Stack [nobody] does not exist"),
        ("DescribeChangeSet", {"ChangeSetName": "review"}, "Stack [nobody] does not exist"),
        ("DeleteChangeSet", {"ChangeSetName": "review"}, "Stack [nobody] does not exist"),
        ("DescribeStackResource", {"LogicalResourceId": "A"}, "Stack 'nobody' does not exist"),
    ):
        with pytest.raises(CloudFormationError) as refused:
            play(operation, StackName="nobody", **more)
        assert (refused.value.code, refused.value.message) == ("ValidationError", text)


def test_a_missing_resource_is_refused_by_name() -> None:
    play = Play()
    created(play)
    with pytest.raises(CloudFormationError, match=r"^ValidationError: Resource Nobody does not exist for stack demo$"):
        play("DescribeStackResource", StackName="demo", LogicalResourceId="Nobody")


def test_stacks_are_listed_newest_first_and_deleted_ones_only_in_list_stacks() -> None:
    play = Play()
    created(play, "first")
    created(play, "second")
    created(play, "third")
    play("DeleteStack", StackName="third")
    play.settle()
    assert [stack["StackName"] for stack in play("DescribeStacks")["Stacks"]] == ["second", "first"]
    rows = play("ListStacks")["StackSummaries"]
    assert [row["StackName"] for row in rows] == ["third", "second", "first"]
    assert "Tags" not in rows[0]
    gone = play("ListStacks", StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"]
    assert [row["StackName"] for row in gone] == ["third"]


def test_events_come_newest_first_a_hundred_a_page() -> None:
    play = Play()
    play.deploy(template(**{f"T{number}": topic() for number in range(40)}))
    first = play("DescribeStackEvents", StackName="demo")
    assert len(first["StackEvents"]) == 100
    assert first["StackEvents"][0]["ResourceStatus"] == "CREATE_COMPLETE"
    second = play("DescribeStackEvents", StackName="demo", NextToken=first["NextToken"])
    assert second["StackEvents"][-1]["ResourceStatus"] == "REVIEW_IN_PROGRESS"
    assert "NextToken" not in second


def test_a_token_that_no_page_gave_out_is_refused() -> None:
    play = Play()
    created(play)
    with pytest.raises(CloudFormationError, match="The specified token is invalid"):
        play("DescribeStackEvents", StackName="demo", NextToken="invented")


def test_resources_are_described_in_three_shapes() -> None:
    play = Play()
    play.deploy(template(A=topic(name="one", Metadata={"Note": "x"})))
    detail = play("DescribeStackResource", StackName="demo", LogicalResourceId="A")["StackResourceDetail"]
    assert detail["Metadata"] == '{"Note": "x"}'
    assert detail["PhysicalResourceId"].endswith(":one")
    (row,) = play("DescribeStackResources", StackName="demo")["StackResources"]
    assert row["DriftInformation"] == {"StackResourceDriftStatus": "NOT_CHECKED"}
    assert row["Timestamp"] == detail["LastUpdatedTimestamp"]
    (summary,) = play("ListStackResources", StackName="demo")["StackResourceSummaries"]
    assert set(summary) == {
        "LogicalResourceId",
        "PhysicalResourceId",
        "ResourceType",
        "LastUpdatedTimestamp",
        "ResourceStatus",
        "DriftInformation",
    }


def test_resources_are_found_by_logical_and_by_physical_id() -> None:
    play = Play()
    play.deploy(template(A=topic(name="one"), B=value("x")))
    (row,) = play("DescribeStackResources", StackName="demo", LogicalResourceId="A")["StackResources"]
    found = play("DescribeStackResources", PhysicalResourceId=row["PhysicalResourceId"])["StackResources"]
    assert sorted(entry["LogicalResourceId"] for entry in found) == ["A", "B"]
    with pytest.raises(CloudFormationError, match="Stack for nobody does not exist"):
        play("DescribeStackResources", PhysicalResourceId="nobody")


def test_resources_are_described_up_to_a_hundred_and_listed_in_pages() -> None:
    play = Play()
    play.deploy(template(**{f"T{number}": topic() for number in range(105)}))
    assert len(play("DescribeStackResources", StackName="demo")["StackResources"]) == 100
    first = play("ListStackResources", StackName="demo")
    rest = play("ListStackResources", StackName="demo", NextToken=first["NextToken"])
    assert len(first["StackResourceSummaries"]) + len(rest["StackResourceSummaries"]) == 105


def test_a_deleted_stack_still_shows_its_parameters_and_outputs_by_arn() -> None:
    play = Play()
    arn = play.deploy(template({"O": "1"}, {"P": "1"}, A=topic()))["StackId"]
    play("DeleteStack", StackName="demo")
    play.settle()
    stack = play.stack(arn)
    assert stack["Outputs"]
    assert stack["Parameters"]
