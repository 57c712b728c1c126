"""The end of an operation: its status, its reason, its last operations, its monitoring time."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest

from rehearsal.execution.deletion.settlement import failure_reason
from rehearsal.scenario.faults import ResourceFault, Scenario
from rehearsal.state.stacks import Operation, Target
from tests.rehearsal.play import Play
from tests.rehearsal.samples import template, topic, value


def moments(play: Play) -> dict[tuple[str, str], Any]:
    rows = play("DescribeStackEvents", StackName="demo")["StackEvents"]
    return {(row["LogicalResourceId"], row["ResourceStatus"]): row["Timestamp"] for row in reversed(rows)}


def test_the_sentence_lists_creates_before_updates_and_ends_in_a_space() -> None:
    operation = Operation("id", "UPDATE", "forward", Target(""), failed={"update": ["B"], "create": ["A", "C"]})
    assert failure_reason(operation) == (
        "The following resource(s) failed to create: [A, C]. The following resource(s) failed to update: [B]. "
    )


def test_a_reason_of_its_own_comes_before_the_lists() -> None:
    operation = Operation("id", "CREATE", "forward", Target(""), reason="No more", failed={"create": ["A"]})
    assert failure_reason(operation) == "No more"


def test_each_operation_is_the_last_one_and_a_rollback_shows_what_it_undid() -> None:
    play = Play(Scenario((ResourceFault("A", "update", "refused", 1),)))

    def kinds() -> list[str]:
        return [row["OperationType"] for row in play.stack()["LastOperations"]]

    play.deploy(template(A=value("1")))
    assert kinds() == ["CREATE_STACK"]
    play.deploy(template(A=value("2")))
    assert kinds() == ["ROLLBACK", "UPDATE_STACK"]
    play.deploy(template(A=value("3")))
    assert kinds() == ["UPDATE_STACK"]


def test_a_continued_rollback_is_called_so() -> None:
    faults = (ResourceFault("B", "update", "refused"), ResourceFault("A", "rollback", "stuck", 1))
    play = Play(Scenario(faults))
    play.deploy(template(A=value("1"), B=value("1", DependsOn="A")))
    play.deploy(template(A=value("2"), B=value("2", DependsOn="A")))
    play("ContinueUpdateRollback", StackName="demo")
    play.settle()
    assert play.stack()["LastOperations"][0]["OperationType"] == "CONTINUE_ROLLBACK"


def test_an_executed_change_set_ends_as_its_operation_did() -> None:
    play = Play(Scenario((ResourceFault("A", "update", "refused"),)))
    first = play.change_set(template(A=value("1")))
    play("ExecuteChangeSet", ChangeSetName=first)
    play.settle()
    second = play.change_set(template(A=value("2")), name="second")
    play("ExecuteChangeSet", ChangeSetName=second)
    play.settle()
    ends = [play.described(name) for name in (first, second)]
    assert [(row["Status"], row["ExecutionStatus"]) for row in ends] == [
        ("CREATE_COMPLETE", "EXECUTE_COMPLETE"),
        ("CREATE_COMPLETE", "EXECUTE_FAILED"),
    ]


@pytest.mark.parametrize("kind", ["CREATE", "UPDATE"])
def test_a_monitoring_time_keeps_the_stack_in_progress_after_its_last_resource(kind: str) -> None:
    play = Play()
    configuration = {"MonitoringTimeInMinutes": 30}
    if kind == "UPDATE":
        play.deploy(template(A=topic("1")))
    stack = play.deploy(template(A=topic("2")), RollbackConfiguration=configuration)
    assert stack["StackStatus"] == f"{kind}_COMPLETE"
    assert stack["RollbackConfiguration"] == configuration
    told = moments(play)
    end = ("demo", "CREATE_COMPLETE") if kind == "CREATE" else ("demo", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
    assert (told[end] - told["A", f"{kind}_COMPLETE"]).total_seconds() >= 30 * 60


def test_a_monitored_update_can_still_be_cancelled() -> None:
    play = Play()
    play.deploy(template(A=topic("1")))
    request = {"RollbackConfiguration": {"MonitoringTimeInMinutes": 30}}
    play("UpdateStack", StackName="demo", TemplateBody=json.dumps(template(A=topic("2"))), **request)
    while ("A", "UPDATE_COMPLETE") not in play.events():
        play.cloud._take_step()
    play("CancelUpdateStack", StackName="demo")
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_a_monitoring_time_is_kept_for_later_updates_until_it_is_given_anew() -> None:
    play = Play()
    play.deploy(template(A=topic("1")), RollbackConfiguration={"MonitoringTimeInMinutes": 30})
    assert play.deploy(template(A=topic("2")))["RollbackConfiguration"] == {"MonitoringTimeInMinutes": 30}
    assert play.deploy(template(A=topic("3")), RollbackConfiguration={})["RollbackConfiguration"] == {}


def pauses(play: Play) -> list[tuple[str, str, float]]:
    """Every event of the last operation after its first: logical id, status, seconds since the event before."""
    rows = play("DescribeStackEvents", StackName="demo")["StackEvents"][::-1]
    own = [row for row in rows if row.get("OperationId") == rows[-1]["OperationId"]]
    return [
        (
            after["LogicalResourceId"],
            after["ResourceStatus"],
            (after["Timestamp"] - before["Timestamp"]).total_seconds(),
        )
        for before, after in pairwise(own)
    ]


def test_an_updates_own_pauses_are_those_that_were_measured() -> None:
    play = Play()
    play.deploy(template(A=topic("1", name="one")))
    play.deploy(template(A=topic("2", name="two")))
    (first, *_, updated, cleanup, delete, _gone, complete) = pauses(play)
    assert first[1] == "UPDATE_IN_PROGRESS"
    assert 5 <= first[2] <= 10
    assert updated[1] == "UPDATE_COMPLETE"
    assert cleanup[:2] == ("demo", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
    assert cleanup[2] == pytest.approx(2.5, abs=0.05)
    assert delete[1] == "DELETE_IN_PROGRESS"
    assert 1.5 <= delete[2] <= 1.8
    assert complete[:2] == ("demo", "UPDATE_COMPLETE")
    assert 0.3 <= complete[2] <= 0.5


def test_a_roll_back_with_nothing_to_restore_takes_its_time() -> None:
    play = Play(Scenario((ResourceFault("B", reason="refused"),)))
    play.deploy(template(A=topic()))
    play.deploy(template(A=topic(), B=topic()))
    told = {(name, status): seconds for name, status, seconds in pauses(play)}
    assert told["demo", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"] == pytest.approx(27, abs=0.05)


def test_a_creations_own_pauses_are_those_that_were_measured() -> None:
    play = Play(Scenario((ResourceFault("B", hangs=True, minutes=2 / 60),)))
    play.deploy(template(B={"Type": "AWS::S3::Bucket"}))
    rows = play("DescribeStackEvents", StackName="demo")["StackEvents"][::-1][1:]
    between = [(after["Timestamp"] - before["Timestamp"]).total_seconds() for before, after in pairwise(rows)]
    measured = [2.3, 1.0, 2.0, 0.3, 1.6, 1.4, 0.4]
    assert [row["ResourceStatus"] for row in rows[1:]] == [
        "CREATE_IN_PROGRESS",
        "CREATE_IN_PROGRESS",
        "CREATE_FAILED",
        "ROLLBACK_IN_PROGRESS",
        "DELETE_IN_PROGRESS",
        "DELETE_COMPLETE",
        "ROLLBACK_COMPLETE",
    ]
    assert between == pytest.approx(measured, abs=0.4, rel=0.0)
