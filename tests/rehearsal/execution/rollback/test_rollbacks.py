"""Rollbacks: of a creation, of an update, and the continuation of those that got stuck."""

from __future__ import annotations

import pytest

from rehearsal.scenario.faults import ResourceFault, Scenario
from rehearsal.state.stacks import Stack
from tests.rehearsal.play import REGION, Play
from tests.rehearsal.samples import attribute, nested, template, topic, value


def stuck(play_times: int | None = None) -> Play:
    """A stack whose update failed in B and whose rollback failed in A."""
    faults = (ResourceFault("B", "update", "refused"), ResourceFault("A", "rollback", "will not go back", play_times))
    play = Play(Scenario(faults))
    play.deploy(template(A=value("1"), B=value("1", DependsOn="A")))
    play.deploy(template(A=value("2"), B=value("2", DependsOn="A")))
    return play


def kept(play: Play, name: str = "demo") -> Stack:
    stack = play.cloud.world.find(name, REGION)
    assert stack is not None
    return stack


def test_a_failed_update_restores_what_it_changed_in_the_order_of_aws() -> None:
    play = Play(Scenario((ResourceFault("B", "update", "refused"),)))
    play.deploy(template(A=value("1"), B=value("1", DependsOn="A")))
    before = len(play.events())
    play.deploy(template(A=value("2"), B=value("2", DependsOn="A")))
    assert play.events()[before:] == [
        ("demo", "UPDATE_IN_PROGRESS"),
        ("A", "UPDATE_IN_PROGRESS"),
        ("A", "UPDATE_COMPLETE"),
        ("B", "UPDATE_IN_PROGRESS"),
        ("B", "UPDATE_FAILED"),
        ("demo", "UPDATE_ROLLBACK_IN_PROGRESS"),
        ("A", "UPDATE_IN_PROGRESS"),
        ("A", "UPDATE_COMPLETE"),
        ("B", "UPDATE_COMPLETE"),
        ("demo", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("demo", "UPDATE_ROLLBACK_COMPLETE"),
    ]
    assert kept(play).resources["A"].properties["Value"] == "1"


def test_the_rollback_of_an_update_names_what_failed_with_a_trailing_space() -> None:
    play = Play(Scenario((ResourceFault("A", "update", "refused"),)))
    play.deploy(template(A=value("1")))
    play.deploy(template(A=value("2")))
    reason = "The following resource(s) failed to update: [A]. "
    assert ("demo", "UPDATE_ROLLBACK_IN_PROGRESS", reason) in play.reasons()


def test_resources_that_the_failed_update_created_go_in_its_cleanup() -> None:
    play = Play(Scenario((ResourceFault("B", "create", "refused"),)))
    play.deploy(template(A=value("1")))
    before = len(play.events())
    play.deploy(template(A=value("1"), N=topic(), B=topic(after="N")))
    assert play.events()[before:][-5:] == [
        ("demo", "UPDATE_ROLLBACK_IN_PROGRESS"),
        ("demo", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("N", "DELETE_IN_PROGRESS"),
        ("N", "DELETE_COMPLETE"),
        ("demo", "UPDATE_ROLLBACK_COMPLETE"),
    ]


def test_a_replacement_is_undone_by_taking_the_old_one_back() -> None:
    play = Play(Scenario((ResourceFault("B", "update", "refused"),)))
    play.deploy(template(A=topic(name="old"), B=value(attribute("A", "TopicName"))))
    old = kept(play).resources["A"].physical_id
    before = len(play.events())
    play.deploy(template(A=topic(name="new"), B=value(attribute("A", "TopicName"))))
    assert kept(play).resources["A"].physical_id == old
    assert play.events()[before:][-6:] == [
        ("A", "UPDATE_COMPLETE"),
        ("B", "UPDATE_COMPLETE"),
        ("demo", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("A", "DELETE_IN_PROGRESS"),
        ("A", "DELETE_COMPLETE"),
        ("demo", "UPDATE_ROLLBACK_COMPLETE"),
    ]


def test_outputs_and_parameters_are_those_of_before_after_a_rollback() -> None:
    play = Play(Scenario((ResourceFault("A", "update", "refused"),)))
    play.deploy(template({"O": "1"}, {"P": "1"}, A=value("1")))
    play.deploy(template({"O": "2"}, {"P": "2"}, A=value("2")))
    stack = play.stack()
    assert stack["Outputs"] == [{"OutputKey": "O", "OutputValue": "1"}]
    assert stack["Parameters"] == [{"ParameterKey": "P", "ParameterValue": "1"}]


@pytest.mark.parametrize(
    ("fault", "taken"),
    [((ResourceFault("B", reason="refused"),), "Theirs"), ((), "Shared")],
    ids=["a resource that fails", "an export that another stack has"],
)
def test_a_creation_that_was_rolled_back_leaves_no_outputs_and_no_exports(
    fault: tuple[ResourceFault, ...], taken: str
) -> None:
    play = Play(Scenario(fault))
    play.deploy(template({"Out": {"Value": "x", "Export": {"Name": taken}}}, A=topic()), stack="other")
    exported = {name: {"Value": "y", "Export": {"Name": name}} for name in ("Mine", "Shared")}
    stack = play.deploy(template(exported, A=topic(), B=topic(after="A")))
    assert (stack["StackStatus"], stack.get("Outputs", [])) == ("ROLLBACK_COMPLETE", [])
    assert [export["Name"] for export in play("ListExports")["Exports"]] == [taken]


def test_a_rollback_of_a_creation_that_cannot_delete_ends_in_rollback_failed() -> None:
    play = Play(Scenario((ResourceFault("B", reason="refused"), ResourceFault("A", "delete", "in use"))))
    stack = play.deploy(template(A=topic(), B=topic(after="A")))
    assert stack["StackStatus"] == "ROLLBACK_FAILED"
    assert stack["StackStatusReason"] == "The following resource(s) failed to delete: [A]. "


def test_a_resource_that_will_not_go_back_leaves_the_stack_stuck() -> None:
    play = stuck()
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_FAILED"
    assert ("A", "UPDATE_FAILED", "will not go back") in play.reasons()


def test_a_stuck_rollback_continues_when_the_cause_is_gone() -> None:
    play = stuck(1)
    play("ContinueUpdateRollback", StackName="demo")
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert kept(play).resources["A"].properties["Value"] == "1"


def test_a_continued_rollback_can_be_stuck_again() -> None:
    play = stuck(2)
    play("ContinueUpdateRollback", StackName="demo")
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_FAILED"
    play("ContinueUpdateRollback", StackName="demo")
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_resources_to_skip_are_taken_as_rolled_back() -> None:
    play = stuck()
    play("ContinueUpdateRollback", StackName="demo", ResourcesToSkip=["A"])
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_a_nested_stack_that_is_stuck_sticks_its_parents() -> None:
    faults = (ResourceFault("C/B", "update", "refused"), ResourceFault("C/A", "rollback", "will not go back"))
    play = Play(Scenario(faults))
    url = play.put("child.yaml", template(A=value("1"), B=value("1", DependsOn="A")))
    play.deploy(template(C=nested(url)))
    play.put("child.yaml", template(A=value("2"), B=value("2", DependsOn="A")))
    play.deploy(template(C=nested(url), Z=topic()))
    (child,) = [found for found in play.cloud.world.state.stacks.values() if found.parent]
    assert (play.stack()["StackStatus"], child.status) == ("UPDATE_ROLLBACK_FAILED",) * 2
    play("ContinueUpdateRollback", StackName="demo", ResourcesToSkip=[f"{child.name}.A"])
    play.settle()
    assert (play.stack()["StackStatus"], child.status) == ("UPDATE_ROLLBACK_COMPLETE",) * 2


def test_a_rollback_is_an_operation_of_its_own_under_the_same_token() -> None:
    play = Play(Scenario((ResourceFault("A", reason="refused"),)))
    play("ExecuteChangeSet", ChangeSetName=play.change_set(template(A=topic())), ClientRequestToken="mine")
    play.settle()
    rows = play("DescribeStackEvents", StackName="demo")["StackEvents"][::-1]
    forward = {row["OperationId"] for row in rows if row["ResourceStatus"].startswith("CREATE")}
    back = {row["OperationId"] for row in rows if row["ResourceStatus"].startswith(("ROLLBACK", "DELETE"))}
    assert len(forward) == len(back) == 1
    assert forward != back
    assert {row["ClientRequestToken"] for row in rows[1:]} == {"mine"}
    assert "OperationId" not in rows[0]
    assert "ClientRequestToken" not in rows[0]
