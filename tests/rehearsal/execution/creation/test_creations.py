"""A resource from its first event to its last: ids, hanging, the time it may take."""

from __future__ import annotations

import json
from typing import Any

from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import Play
from tests.rehearsal.samples import template, topic, value


def rows(play: Play, name: str, stack: str = "demo") -> list[dict[str, Any]]:
    found = play("DescribeStackEvents", StackName=stack)["StackEvents"][::-1]
    return [row for row in found if row["LogicalResourceId"] == name]


def test_what_hangs_stays_in_progress_with_its_id_and_keeps_its_stack_there() -> None:
    play = Play(Scenario((ResourceFault("A", hangs=True),)))
    assert play.deploy(template(A=topic(), B=topic()))["StackStatus"] == "CREATE_IN_PROGRESS"
    assert [row["ResourceStatus"] for row in rows(play, "A")] == ["CREATE_IN_PROGRESS"] * 2
    assert rows(play, "A")[-1]["PhysicalResourceId"]
    assert ("B", "CREATE_COMPLETE") in play.events()


def test_what_hangs_for_a_time_fails_then() -> None:
    play = Play(Scenario((ResourceFault("A", hangs=True, minutes=90),)))
    assert play.deploy(template(A=topic()))["StackStatus"] == "ROLLBACK_COMPLETE"
    *_, last, failed = [row for row in rows(play, "A") if row["ResourceStatus"].startswith("CREATE")]
    assert failed["ResourceStatusReason"] == "Resource timed out waiting for completion"
    assert (failed["Timestamp"] - last["Timestamp"]).total_seconds() >= 90 * 60


def test_an_update_a_delete_and_a_way_back_can_hang_too() -> None:
    play = Play(Scenario((ResourceFault("A", "update", hangs=True, minutes=5),)))
    play.deploy(template(A=topic("1")))
    assert play.deploy(template(A=topic("2")))["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    play = Play(Scenario((ResourceFault("A", "delete", hangs=True, minutes=5),)))
    play.deploy(template(A=topic("1")))
    play("DeleteStack", StackName="demo")
    play.settle()
    assert play.stack()["StackStatus"] == "DELETE_FAILED"
    faults = (ResourceFault("B", "update", "refused"), ResourceFault("A", "rollback", hangs=True, minutes=5))
    play = Play(Scenario(faults))
    play.deploy(template(A=value("1"), B=value("1", DependsOn="A")))
    stack = play.deploy(template(A=value("2"), B=value("2", DependsOn="A")))
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_FAILED"


def test_a_creation_that_takes_too_long_goes_back() -> None:
    play = Play(Scenario((ResourceFault("B", hangs=True),)))
    body = json.dumps(template(A=topic(), B=topic()))
    play("CreateStack", StackName="demo", TemplateBody=body, TimeoutInMinutes=10)
    play.settle()
    assert play.stack()["StackStatus"] == "ROLLBACK_COMPLETE"
    assert ("B", "CREATE_FAILED", "Resource creation cancelled") in play.reasons()
    reason = "Stack creation time exceeded the specified timeout. Rollback requested by user."
    assert ("demo", "ROLLBACK_IN_PROGRESS", reason) in play.reasons()


def test_a_creation_in_time_is_not_disturbed_by_its_deadline() -> None:
    play = Play()
    began = play.cloud.world.clock.now()
    play("CreateStack", StackName="demo", TemplateBody=json.dumps(template(A=topic())), TimeoutInMinutes=10)
    play.settle()
    assert play.stack()["StackStatus"] == "CREATE_COMPLETE"
    assert play.cloud.world.clock.now() - began < 60
