"""Rollback triggers: alarms that must exist, that roll an operation back, and the time they are watched."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from rehearsal.loopback.wire import Call
from rehearsal.scenario.faults import Alarm, ResourceFault, Scenario
from tests.rehearsal.play import ACCOUNT, REGION, Play
from tests.rehearsal.samples import nested, template, topic

ARN = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:"
METRIC = {
    "AlarmName": "errors",
    "ComparisonOperator": "GreaterThanThreshold",
    "EvaluationPeriods": 1,
    "MetricName": "Errors",
    "Namespace": "App",
    "Period": 60,
    "Statistic": "Sum",
    "Threshold": 1,
}
ALARMS = template(
    Errors={"Type": "AWS::CloudWatch::Alarm", "Properties": METRIC},
    Both={"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": {"AlarmName": "both", "AlarmRule": "ALARM(errors)"}},
)


def triggers(*names: str, minutes: int | None = None) -> dict[str, Any]:
    rows = [{"Arn": ARN + name, "Type": "AWS::CloudWatch::Alarm"} for name in names]
    return {"RollbackTriggers": rows} | ({} if minutes is None else {"MonitoringTimeInMinutes": minutes})


def played(*alarms: Alarm, resources: tuple[ResourceFault, ...] = ()) -> Play:
    """An account in which a stack has made the alarms `errors` and `both`."""
    play = Play(Scenario(resources, alarms=alarms))
    play.deploy(ALARMS, stack="alarms")
    return play


def told(play: Play, status: str) -> str:
    return next(reason for name, found, reason in play.reasons() if (name, found) == ("demo", status))


def passed(play: Play, begin: str, end: str) -> timedelta:
    rows = play("DescribeStackEvents", StackName="demo")["StackEvents"]
    at = {row["ResourceStatus"]: row["Timestamp"] for row in reversed(rows) if row["LogicalResourceId"] == "demo"}
    found: timedelta = at[end] - at[begin]
    return found


@pytest.mark.parametrize("name", ["errors", "both"])
def test_an_alarm_that_a_stack_made_is_there_and_its_silence_lets_the_operation_through(name: str) -> None:
    play = played()
    stack = play.deploy(template(A=topic("1")), RollbackConfiguration=triggers(name))
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert stack["RollbackConfiguration"] == triggers(name)


def test_an_alarm_that_cloudwatch_has_is_there_in_its_region_alone() -> None:
    play = Play()
    play.services.alarms = {(f"{ARN}here", REGION), (f"{ARN}elsewhere", "eu-west-1")}
    for name, status in (("here", "CREATE_COMPLETE"), ("elsewhere", "ROLLBACK_COMPLETE")):
        stack = play.deploy(template(A=topic()), stack=name, RollbackConfiguration=triggers(name))
        assert stack["StackStatus"] == status


def test_a_missing_alarm_fails_a_creation_before_any_resource() -> None:
    play = played()
    stack = play.deploy(template(A=topic()), RollbackConfiguration=triggers("errors", "gone"))
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert told(play, "ROLLBACK_IN_PROGRESS") == (
        f"Rollback trigger {ARN}gone does not exist. Rollback requested by user."
    )
    assert not [name for name, _ in play.events() if name == "A"]


def test_an_alarm_of_the_stack_that_is_being_created_is_missing_too() -> None:
    play = Play()
    stack = play.deploy(ALARMS, RollbackConfiguration=triggers("errors"))
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert play.deploy(ALARMS, stack="again")["StackStatus"] == "CREATE_COMPLETE"


def test_an_alarm_that_went_with_its_stack_fails_the_next_update_and_leaves_the_stack_as_it_was() -> None:
    play = played()
    play.deploy(template(A=topic("1")), RollbackConfiguration=triggers("errors"))
    play("DeleteStack", StackName="alarms")
    play.settle()
    stack = play.deploy(template(A=topic("2")))
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert told(play, "UPDATE_ROLLBACK_IN_PROGRESS") == f"Rollback trigger {ARN}errors does not exist"


def test_an_alarm_that_its_stack_gave_up_is_missing() -> None:
    play = played()
    play.deploy(template(A=topic()), stack="alarms")
    stack = play.deploy(template(A=topic()), RollbackConfiguration=triggers("errors"))
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"


def test_an_alarm_of_another_region_is_missing() -> None:
    play = Play()
    request = {"StackName": "alarms", "TemplateBody": json.dumps(ALARMS)}
    play.cloud.handle(Call("CreateStack", request, "eu-west-1", ACCOUNT, "request"))
    play.settle()
    elsewhere = {"Arn": ARN.replace(REGION, "eu-west-1") + "errors", "Type": "AWS::CloudWatch::Alarm"}
    stack = play.deploy(template(A=topic()), RollbackConfiguration={"RollbackTriggers": [elsewhere]})
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"


def test_an_alarm_that_goes_off_while_a_creation_runs_rolls_it_back() -> None:
    play = played(Alarm("errors", 60.0), resources=(ResourceFault("B", hangs=True),))
    stack = play.deploy(template(A=topic(), B=topic()), RollbackConfiguration=triggers("errors"))
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert told(play, "ROLLBACK_IN_PROGRESS") == (
        f"Rollback trigger {ARN}errors went to ALARM state. Rollback requested by user."
    )
    assert ("B", "CREATE_FAILED", "Resource creation cancelled") in play.reasons()
    assert ("A", "DELETE_COMPLETE") in play.events()


def test_an_alarm_that_goes_off_in_the_monitoring_time_takes_an_update_back() -> None:
    play = played(Alarm(f"{ARN}err*", 20 * 60.0))
    play.deploy(template(A=topic("1", name="one")))
    stack = play.deploy(
        template(A=topic("1", name="two")), RollbackConfiguration=triggers("both", "errors", minutes=60)
    )
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert stack["RollbackConfiguration"] == {}
    assert ("demo", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS") not in play.events()
    assert told(play, "UPDATE_ROLLBACK_IN_PROGRESS") == f"Rollback trigger {ARN}errors went to ALARM state"
    took = passed(play, "UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS")
    assert timedelta(minutes=20) <= took < timedelta(minutes=21)


def test_time_does_not_leap_to_the_end_of_a_monitoring_time_that_an_alarm_cut_short() -> None:
    play = played(Alarm("errors", 60.0))
    began = play.cloud.world.clock.now()
    play.deploy(template(A=topic()), RollbackConfiguration=triggers("errors", minutes=180))
    assert play.stack()["StackStatus"] == "ROLLBACK_COMPLETE"
    assert play.cloud.world.clock.now() - began < 10 * 60


def test_an_alarm_that_goes_off_when_everything_is_over_changes_nothing() -> None:
    play = played(Alarm("errors", 31 * 60.0))
    stack = play.deploy(template(A=topic()), RollbackConfiguration=triggers("errors", minutes=30))
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert passed(play, "CREATE_IN_PROGRESS", "CREATE_COMPLETE") >= timedelta(minutes=30)


def test_an_alarm_does_not_disturb_the_cleanup_or_a_roll_back() -> None:
    play = played(Alarm("errors", 60.0), resources=(ResourceFault("A", "delete", hangs=True, minutes=5, times=1),))
    play.deploy(template(A=topic(name="one")))
    play.deploy(template(A=topic(name="two")), RollbackConfiguration=triggers("errors"))
    assert play.stack()["StackStatus"] == "UPDATE_COMPLETE"
    play = played(
        Alarm("errors", 60.0), resources=(ResourceFault("B", "create", "no", 1), ResourceFault("A", "delete"))
    )
    stack = play.deploy(template(A=topic(), B=topic(after="A")), RollbackConfiguration=triggers("errors"))
    assert stack["StackStatus"] == "ROLLBACK_FAILED"
    assert [reason for _, status, reason in play.reasons() if status == "ROLLBACK_IN_PROGRESS"] == [
        "The following resource(s) failed to create: [B]. Rollback requested by user."
    ]


def test_triggers_of_the_stack_are_watched_in_every_later_update_until_the_list_is_emptied() -> None:
    play = played(Alarm("errors"))
    play.deploy(template(A=topic("1")))
    refused = triggers("errors")
    assert (
        play.deploy(template(A=topic("2")), RollbackConfiguration=refused)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    )
    play = played(Alarm("errors", times=None, after=10 * 60.0))
    play.deploy(template(A=topic("1")), RollbackConfiguration=triggers("errors"))
    longer = play.deploy(template(A=topic("2")), RollbackConfiguration={"MonitoringTimeInMinutes": 20})
    assert longer["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert longer["RollbackConfiguration"] == triggers("errors")
    freed = play.deploy(template(A=topic("3")), RollbackConfiguration=triggers(minutes=20))
    assert (freed["StackStatus"], freed["RollbackConfiguration"]) == ("UPDATE_COMPLETE", triggers(minutes=20))


def test_failures_that_are_to_be_kept_are_kept_when_an_alarm_brought_them_about() -> None:
    play = played(Alarm("errors", 60.0))
    body = json.dumps(template(A=topic()))
    play(
        "CreateStack",
        StackName="demo",
        TemplateBody=body,
        DisableRollback=True,
        RollbackConfiguration=triggers("errors", minutes=5),
    )
    play.settle()
    assert (play.stack()["StackStatus"], play.stack()["StackStatusReason"]) == (
        "CREATE_FAILED",
        f"Rollback trigger {ARN}errors went to ALARM state",
    )


def test_an_alarm_takes_nested_stacks_back_with_their_root() -> None:
    play = played(Alarm("errors", 20 * 60.0))
    one, two = play.put("one", template(T=topic("1"))), play.put("two", template(T=topic("2")))
    play.deploy(template(C=nested(one)))
    stack = play.deploy(template(C=nested(two)), RollbackConfiguration=triggers("errors", minutes=30))
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    (child,) = [found for found in play.cloud.world.state.stacks.values() if found.parent]
    assert child.status == "UPDATE_ROLLBACK_COMPLETE"
    assert child.resources["T"].properties == {"DisplayName": "1"}
