"""Which status lets which operation through, and in which words the others are refused."""

from __future__ import annotations

import json

import pytest
from botocore.session import get_session

from cloudformation.refusals import CloudFormationError
from tests.rehearsal.play import Play
from tests.rehearsal.samples import template, topic

CHANGED = json.dumps(template(A=topic("2")))
STANDING = (
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
)
KEPT = ("CREATE_FAILED", "UPDATE_FAILED")
BUSY = (
    "UPDATE_IN_PROGRESS",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_ROLLBACK_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
)
IMPORTING = ("IMPORT_IN_PROGRESS", "IMPORT_ROLLBACK_IN_PROGRESS")
ENDING = ("CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS")
STUCK = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "UPDATE_ROLLBACK_FAILED", "IMPORT_ROLLBACK_FAILED", "DELETE_FAILED")
EVERY = (*STANDING, *KEPT, *BUSY, *IMPORTING, *ENDING, *STUCK)


def in_status(status: str) -> tuple[Play, str, str]:
    """A stack that was deployed, has a change set to execute, and stands in that status; both ARNs."""
    play = Play()
    arn = play.deploy(template(A=topic("1")))["StackId"]
    change_set = play.change_set(CHANGED, "next")
    play.cloud.world.state.stacks[arn].status = status
    return play, arn, change_set


def refusal(play: Play, operation: str, **request: object) -> tuple[str, str] | None:
    try:
        play(operation, **request)
    except CloudFormationError as error:
        return error.code, error.message
    return None


def not_updatable(arn: str, status: str) -> tuple[str, str]:
    return "ValidationError", f"Stack:{arn} is in {status} state and can not be updated."


@pytest.mark.parametrize("status", EVERY)
def test_a_stack_that_exists_takes_no_change_set_of_type_create(status: str) -> None:
    play, arn, _ = in_status(status)
    for name in ("demo", arn):
        request = {"StackName": name, "ChangeSetName": "again", "ChangeSetType": "CREATE", "TemplateBody": CHANGED}
        assert refusal(play, "CreateChangeSet", **request) == (
            "ValidationError",
            f"Stack [{name}] already exists and cannot be created again with the changeSet [again].",
        )


@pytest.mark.parametrize("status", EVERY)
def test_an_update_is_taken_from_what_stands_and_from_failures_that_were_kept(status: str) -> None:
    play, arn, _ = in_status(status)
    request = {"StackName": "demo", "ChangeSetName": "again", "TemplateBody": CHANGED}
    expected = None if status in (*STANDING, *KEPT) else not_updatable(arn, status)
    assert refusal(play, "CreateChangeSet", **request) == expected
    assert refusal(play, "UpdateStack", StackName=arn, TemplateBody=CHANGED, DisableRollback=True) == expected


@pytest.mark.parametrize("status", EVERY)
def test_a_change_set_is_executed_where_an_update_would_be_taken(status: str) -> None:
    play, arn, change_set = in_status(status)
    expected = None if status in (*STANDING, *KEPT) else not_updatable(arn, status)
    assert refusal(play, "ExecuteChangeSet", ChangeSetName=change_set, DisableRollback=True) == expected


@pytest.mark.parametrize("status", EVERY)
def test_a_stack_is_deleted_unless_an_update_is_under_way(status: str) -> None:
    play, _, _ = in_status(status)
    expected = ("ValidationError", f"Stack [demo] cannot be deleted while in status {status}")
    assert refusal(play, "DeleteStack", StackName="demo") == (expected if status in (*BUSY, *IMPORTING) else None)


@pytest.mark.parametrize("status", EVERY)
def test_only_an_update_that_goes_forward_is_cancelled(status: str) -> None:
    play, _, _ = in_status(status)
    if status == "UPDATE_IN_PROGRESS":
        play = Play()
        play.deploy(template(A=topic("1")))
        play("UpdateStack", StackName="demo", TemplateBody=CHANGED)
        play.cloud._take_step()
    expected = ("ValidationError", "CancelUpdateStack cannot be called from current stack status")
    found = refusal(play, "CancelUpdateStack", StackName="demo")
    assert found == (None if status == "UPDATE_IN_PROGRESS" else expected)


def test_every_status_is_asked_for_but_the_first_and_the_last() -> None:
    known = set(get_session().get_service_model("cloudformation").shape_for("StackStatus").metadata["enum"])
    assert known - set(EVERY) == {"REVIEW_IN_PROGRESS", "DELETE_COMPLETE"}


def test_a_stack_in_review_has_an_arn_but_neither_template_nor_resources() -> None:
    play = Play()
    play.change_set(template(A=topic("1")))
    assert play.stack()["StackId"].startswith("arn:aws:cloudformation:")
    assert play("GetTemplate", StackName="demo")["TemplateBody"] == ""
    assert play("ListStackResources", StackName="demo")["StackResourceSummaries"] == []
    assert play.events() == [("demo", "REVIEW_IN_PROGRESS")]


def test_a_deleted_stack_is_neither_updated_nor_created_again_by_its_arn() -> None:
    play = Play()
    arn = play.deploy(template(A=topic("1")))["StackId"]
    play("DeleteStack", StackName="demo")
    play.settle()
    request = {"StackName": arn, "ChangeSetName": "again", "TemplateBody": CHANGED}
    assert refusal(play, "CreateChangeSet", **request) == not_updatable(arn, "DELETE_COMPLETE")
    assert refusal(play, "CreateChangeSet", **request, ChangeSetType="CREATE") == (
        "ValidationError",
        f"Stack [{arn}] already exists and cannot be created again with the changeSet [again].",
    )


def test_the_names_of_a_deleted_stack_and_its_change_set_serve_again_with_new_ids() -> None:
    play = Play()
    first = play.change_set(template(A=topic("1")))
    arn = play.stack()["StackId"]
    play("ExecuteChangeSet", ChangeSetName=first)
    play.settle()
    play("DeleteStack", StackName="demo")
    play.settle()
    second = play.change_set(template(A=topic("1")))
    assert second != first
    assert play.stack()["StackId"] != arn
    assert play.described(first)["ExecutionStatus"] == "EXECUTE_COMPLETE"


def test_deleting_the_only_change_set_leaves_the_stack_in_review() -> None:
    play = Play()
    change_set = play.change_set(template(A=topic("1")))
    assert play("DeleteChangeSet", ChangeSetName=change_set) == {}
    assert play.stack()["StackStatus"] == "REVIEW_IN_PROGRESS"
    play("DeleteStack", StackName="demo")
    assert refusal(play, "DescribeStacks", StackName="demo") == (
        "ValidationError",
        "Stack with id demo does not exist",
    )


@pytest.mark.parametrize("status", ["CREATE_PENDING", "CREATE_IN_PROGRESS"])
def test_a_change_set_in_the_making_is_neither_executed_nor_deleted(status: str) -> None:
    play = Play()
    request = {"StackName": "demo", "ChangeSetName": "review", "ChangeSetType": "CREATE", "TemplateBody": CHANGED}
    made = play("CreateChangeSet", **request)
    assert set(made) == {"Id", "StackId"}
    if status == "CREATE_IN_PROGRESS":
        play.cloud._take_step()
    assert play.described(made["Id"])["Status"] == status
    assert refusal(play, "DeleteChangeSet", ChangeSetName=made["Id"]) == (
        "InvalidChangeSetStatus",
        f"Cannot delete ChangeSet in status {status}",
    )
    assert refusal(play, "ExecuteChangeSet", ChangeSetName=made["Id"]) == (
        "InvalidChangeSetStatus",
        f"ChangeSet [{made['Id']}] cannot be executed in its current status of [{status}]",
    )
    play.settle()
    assert play("ExecuteChangeSet", ChangeSetName=made["Id"]) == {}
    assert refusal(play, "ExecuteChangeSet", ChangeSetName=made["Id"]) == (
        "InvalidChangeSetStatus",
        f"ChangeSet [{made['Id']}] cannot be executed in its current execution status of [EXECUTE_IN_PROGRESS]",
    )
