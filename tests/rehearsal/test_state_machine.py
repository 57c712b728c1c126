"""Every status that a stack can have, reached by playing, and what each operation answers there.

The table is that of the user guide's "Stack status codes" and of the refusals that AWS gives.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from botocore.session import get_session

from cloudformation.refusals import CloudFormationError
from rehearsal.scenario.faults import ResourceFault, Scenario
from rehearsal.state.store import Store
from tests.rehearsal.api.test_listings import ALWAYS
from tests.rehearsal.play import Play
from tests.rehearsal.samples import template, topic


def body(text: str = "1", **more: Any) -> str:
    return json.dumps(template(A=topic(text), **more))


def playing(*faults: ResourceFault) -> Play:
    return Play(Scenario(faults))


def created(play: Play, **more: Any) -> Play:
    play("CreateStack", StackName="demo", TemplateBody=body(), **more)
    play.settle()
    return play


def updated(play: Play, document: str = "", **more: Any) -> Play:
    play("UpdateStack", StackName="demo", TemplateBody=document or body("2"), **more)
    play.settle()
    return play


def deleted(play: Play) -> Play:
    play("DeleteStack", StackName="demo")
    play.settle()
    return play


def review() -> Play:
    play = Play()
    play.change_set(template(A=topic()))
    return play


def with_removal(*faults: ResourceFault) -> Play:
    """A stack whose update has changed A, or failed to, and has to remove Old (or New) afterwards."""
    play = playing(*faults)
    play("CreateStack", StackName="demo", TemplateBody=body(Old=topic()))
    play.settle()
    return updated(play)


def undone(*faults: ResourceFault) -> Play:
    play = created(playing(ResourceFault("Last", reason="refused"), *faults))
    return updated(play, body("2", New=topic(after="A"), Last=topic(after="New")))


WAYS: dict[str, Callable[[], Play]] = {
    "REVIEW_IN_PROGRESS": review,
    "CREATE_IN_PROGRESS": lambda: created(playing(ResourceFault("A", hangs=True))),
    "CREATE_FAILED": lambda: created(playing(ResourceFault("A")), DisableRollback=True),
    "CREATE_COMPLETE": lambda: created(playing()),
    "ROLLBACK_IN_PROGRESS": lambda: rolled_back(ResourceFault("A", "delete", hangs=True)),
    "ROLLBACK_FAILED": lambda: rolled_back(ResourceFault("A", "delete")),
    "ROLLBACK_COMPLETE": lambda: rolled_back(),
    "DELETE_IN_PROGRESS": lambda: deleted(created(playing(ResourceFault("A", "delete", hangs=True)))),
    "DELETE_FAILED": lambda: deleted(created(playing(ResourceFault("A", "delete")))),
    "DELETE_COMPLETE": lambda: deleted(created(playing())),
    "UPDATE_IN_PROGRESS": lambda: updated(created(playing(ResourceFault("A", "update", hangs=True)))),
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": lambda: with_removal(ResourceFault("Old", "delete", hangs=True)),
    "UPDATE_COMPLETE": lambda: with_removal(),
    "UPDATE_FAILED": lambda: updated(created(playing(ResourceFault("A", "update"))), DisableRollback=True),
    "UPDATE_ROLLBACK_IN_PROGRESS": lambda: undone(ResourceFault("A", "rollback", hangs=True)),
    "UPDATE_ROLLBACK_FAILED": lambda: undone(ResourceFault("A", "rollback")),
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": lambda: undone(ResourceFault("New", "delete", hangs=True)),
    "UPDATE_ROLLBACK_COMPLETE": lambda: undone(),
}


def rolled_back(*faults: ResourceFault) -> Play:
    play = playing(ResourceFault("B"), *faults)
    play("CreateStack", StackName="demo", TemplateBody=body(B=topic(after="A")))
    play.settle()
    return play


UPDATABLE = {
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "CREATE_FAILED",
    "UPDATE_FAILED",
}
NOT_DELETABLE = {
    "UPDATE_IN_PROGRESS",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_ROLLBACK_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
}


def reached(status: str) -> tuple[Play, str]:
    """A play whose stack has the status, and the stack's ARN."""
    play = WAYS[status]()
    (arn,) = play.cloud.world.state.stacks
    assert play.stack(arn)["StackStatus"] == status
    return play, arn


def refusal(play: Play, operation: str, **parameters: Any) -> tuple[str, str] | None:
    try:
        play(operation, **parameters)
    except CloudFormationError as error:
        return error.code, error.message
    return None


def test_every_status_but_those_of_imports_can_be_reached() -> None:
    shape = get_session().get_service_model("cloudformation").shape_for("StackStatus")
    known = set(getattr(shape, "enum", ()))
    assert known - set(WAYS) == {status for status in known if status.startswith("IMPORT_")}


@pytest.mark.parametrize("status", WAYS)
def test_an_update_change_set_is_made_where_an_update_may_start(status: str) -> None:
    play, arn = reached(status)
    request = {"ChangeSetName": "next", "ChangeSetType": "UPDATE", "TemplateBody": body("9")}
    found = refusal(play, "CreateChangeSet", StackName=arn, **request)
    if status in UPDATABLE:
        assert found is None
    elif status == "REVIEW_IN_PROGRESS":
        assert found == ("ValidationError", f"Stack [{arn}] does not exist")
    else:
        assert found == ("ValidationError", f"Stack:{arn} is in {status} state and can not be updated.")


@pytest.mark.parametrize("status", WAYS)
def test_a_plain_update_has_the_same_gate(status: str) -> None:
    play, arn = reached(status)
    found = refusal(play, "UpdateStack", StackName=arn, TemplateBody=body("9"), DisableRollback=True)
    if status in UPDATABLE:
        assert found is None
    elif status == "REVIEW_IN_PROGRESS":
        assert found == ("ValidationError", f"Stack [{arn}] does not exist")
    else:
        assert found == ("ValidationError", f"Stack:{arn} is in {status} state and can not be updated.")


@pytest.mark.parametrize("status", WAYS)
def test_a_create_change_set_is_made_only_in_review(status: str) -> None:
    play, arn = reached(status)
    request = {"ChangeSetName": "next", "ChangeSetType": "CREATE", "TemplateBody": body("9")}
    found = refusal(play, "CreateChangeSet", StackName=arn, **request)
    if status == "REVIEW_IN_PROGRESS":
        assert found is None
    else:
        text = f"Stack [{arn}] already exists and cannot be created again with the changeSet [next]."
        assert found == ("ValidationError", text)


@pytest.mark.parametrize("status", WAYS)
def test_a_name_is_free_for_create_stack_in_review_and_after_deletion(status: str) -> None:
    play, _ = reached(status)
    found = refusal(play, "CreateStack", StackName="demo", TemplateBody=body())
    free = status in ("REVIEW_IN_PROGRESS", "DELETE_COMPLETE")
    assert found == (None if free else ("AlreadyExistsException", "Stack [demo] already exists"))


@pytest.mark.parametrize("status", WAYS)
def test_a_delete_is_refused_while_an_update_is_under_way(status: str) -> None:
    play, arn = reached(status)
    found = refusal(play, "DeleteStack", StackName=arn)
    if status in NOT_DELETABLE:
        assert found == ("ValidationError", f"Stack [{arn}] cannot be deleted while in status {status}")
        assert play.stack(arn)["StackStatus"] == status
    else:
        assert found is None


@pytest.mark.parametrize("status", WAYS)
@pytest.mark.parametrize(
    ("operation", "accepting"),
    [
        ("CancelUpdateStack", {"UPDATE_IN_PROGRESS"}),
        ("ContinueUpdateRollback", {"UPDATE_ROLLBACK_FAILED"}),
        ("RollbackStack", {"CREATE_FAILED", "UPDATE_FAILED"}),
    ],
)
def test_each_way_back_has_its_own_statuses(status: str, operation: str, accepting: set[str]) -> None:
    play, arn = reached(status)
    found = refusal(play, operation, StackName=arn)
    refused = ("ValidationError", f"{operation} cannot be called from current stack status")
    assert found == (None if status in accepting else refused)


@pytest.mark.parametrize("status", sorted(set(WAYS) - {"REVIEW_IN_PROGRESS"}))
def test_resources_are_retained_only_after_a_failed_delete(status: str) -> None:
    play, arn = reached(status)
    found = refusal(play, "DeleteStack", StackName=arn, RetainResources=["A"])
    accepted = status in ("DELETE_FAILED", "DELETE_COMPLETE", "DELETE_IN_PROGRESS")
    assert (found is None) is accepted


@pytest.mark.parametrize(
    ("status", "execution"),
    [("UPDATE_COMPLETE", "EXECUTE_COMPLETE"), ("UPDATE_ROLLBACK_COMPLETE", "OBSOLETE")],
)
def test_a_set_that_was_overtaken_is_not_executed(status: str, execution: str) -> None:
    play = created(playing(ResourceFault("A", "update", times=1 if "ROLLBACK" in status else 0)))
    review = play.change_set(template(A=topic("2")))
    if execution == "OBSOLETE":
        updated(play, body("3"))
    else:
        play("ExecuteChangeSet", ChangeSetName=review)
        play.settle()
    assert play.stack()["StackStatus"] == status
    text = f"ChangeSet [{review}] cannot be executed in its current execution status of [{execution}]"
    assert refusal(play, "ExecuteChangeSet", ChangeSetName=review) == ("InvalidChangeSetStatus", text)


REMOVED = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED", "DELETE_COMPLETE"}


@pytest.mark.parametrize("status", WAYS)
def test_a_stack_is_shown_with_the_same_members_in_every_status_but_for_a_few(status: str) -> None:
    play, arn = reached(status)
    shown = play.stack(arn)
    assert set(shown) >= ALWAYS
    assert ("EnableTerminationProtection" in shown) is (status != "DELETE_COMPLETE")
    if not status.endswith("IN_PROGRESS"):
        assert ("DeletionTime" in shown) is (status in REMOVED)
    if status in ("REVIEW_IN_PROGRESS", "ROLLBACK_FAILED", "DELETE_FAILED"):
        assert shown["StackStatusReason"]
    if status.endswith("_COMPLETE"):
        assert "StackStatusReason" not in shown


def test_a_change_set_of_type_create_makes_a_stack_to_be_reviewed_and_its_execution_creates_it() -> None:
    play = Play()
    assert refusal(play, "DescribeStacks", StackName="demo") is not None
    change_set = play.change_set(template(A=topic()))
    assert play.stack()["StackStatus"] == "REVIEW_IN_PROGRESS"
    assert refusal(play, "ExecuteChangeSet", ChangeSetName=change_set) is None
    assert play.stack()["StackStatus"] == "CREATE_IN_PROGRESS"
    play.settle()
    assert play.stack()["StackStatus"] == "CREATE_COMPLETE"


@pytest.mark.parametrize("status", sorted(set(WAYS) - NOT_DELETABLE - {"DELETE_COMPLETE"}))
def test_a_deletion_leads_out_of_every_status_that_accepts_it(status: str) -> None:
    play, arn = reached(status)
    play("DeleteStack", StackName=arn)
    play.settle()
    refusing = {"ROLLBACK_FAILED": "DELETE_FAILED", "DELETE_FAILED": "DELETE_FAILED"}
    hanging = dict.fromkeys(("ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS"), "DELETE_IN_PROGRESS")
    assert play.stack(arn)["StackStatus"] == (refusing | hanging).get(status, "DELETE_COMPLETE")


@pytest.mark.parametrize("status", sorted(NOT_DELETABLE | {"CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"}))
def test_a_stack_that_hangs_is_still_there_for_another_process(status: str, tmp_path: Path) -> None:
    play, arn = reached(status)
    with closing(Store(tmp_path)) as store:
        store.save(play.cloud.world.state)
    again = Play(state=tmp_path)
    again.settle()
    assert again.stack(arn)["StackStatus"] == status
    again.cloud.close()
