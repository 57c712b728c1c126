"""Deletions that begin, end, or are rolled back."""

from __future__ import annotations

from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import Play
from tests.rehearsal.samples import export, imported, nested, template, topic, value


def test_a_deletion_begins_with_who_asked_for_it() -> None:
    play = Play()
    arn = play.deploy(template(A=topic()))["StackId"]
    play("DeleteStack", StackName="demo", ClientRequestToken="mine")
    play.settle()
    assert ("demo", "DELETE_IN_PROGRESS", "User Initiated") in play.reasons(arn)
    rows = play("DescribeStackEvents", StackName=arn)["StackEvents"]
    assert {row["ClientRequestToken"] for row in rows[:4]} == {"mine"}


def test_a_stack_whose_export_is_in_use_returns_to_what_it_was() -> None:
    play = Play()
    play.deploy(template({"Name": export("1", "Shared")}, A=topic("1")), stack="owner")
    play.deploy(template({"Name": export("1", "Shared")}, A=topic("2")), stack="owner")
    play.deploy(template(A=value(imported("Shared"))), stack="user")
    play("DeleteStack", StackName="owner")
    play.settle()
    stack = play.stack("owner")
    reason = "Export Shared cannot be deleted as it is in use by user"
    assert (stack["StackStatus"], stack["StackStatusReason"]) == ("UPDATE_COMPLETE", reason)
    assert "DeletionTime" not in stack
    assert ("A", "DELETE_IN_PROGRESS") not in play.events("owner")
    assert play.events("owner")[-2:] == [("owner", "DELETE_IN_PROGRESS"), ("owner", "UPDATE_COMPLETE")]


def test_a_nested_stack_whose_export_is_in_use_stops_its_parents_deletion() -> None:
    play = Play()
    url = play.put("child.yaml", template({"Name": export("1", "Shared")}, T=topic()))
    play.deploy(template(C=nested(url)), stack="owner")
    play.deploy(template(A=value(imported("Shared"))), stack="user")
    play("DeleteStack", StackName="owner")
    play.settle()
    (child,) = [found for found in play.cloud.world.state.stacks.values() if found.parent]
    assert (play.stack("owner")["StackStatus"], child.status) == ("DELETE_FAILED", "CREATE_COMPLETE")
    reason = (
        f"Embedded stack {child.id} was not successfully deleted: "
        "Export Shared cannot be deleted as it is in use by user"
    )
    assert ("C", "DELETE_FAILED", reason) in play.reasons("owner")


def test_a_creation_under_way_is_cancelled_and_deleted() -> None:
    play = Play(Scenario((ResourceFault("B", hangs=True),)))
    url = play.put("child.yaml", template(T=topic()))
    stack = play.deploy(template(A=topic(), B=topic(), C=nested(url, after="A")))
    assert stack["StackStatus"] == "CREATE_IN_PROGRESS"
    play("DeleteStack", StackName="demo")
    play.settle()
    arn = stack["StackId"]
    assert play.stack(arn)["StackStatus"] == "DELETE_COMPLETE"
    assert ("B", "CREATE_FAILED", "Resource creation cancelled") in play.reasons(arn)
    assert {found.status for found in play.cloud.world.state.stacks.values()} == {"DELETE_COMPLETE"}


def test_a_deleted_stack_forgets_its_protection_and_change_set() -> None:
    play = Play()
    arn = play.deploy(template(A=topic()))["StackId"]
    play("DeleteStack", StackName="demo")
    play.settle()
    stack = play.stack(arn)
    assert "ChangeSetId" not in stack
    assert "EnableTerminationProtection" not in stack
