"""Alarms: two bad minutes of three, reported to the topic; one of them rolls a deployment back."""

from typing import Any

from tests.templates.resolved import document, tree

TOPIC = "arn:aws:sns:ap-northeast-1:123456789012:ops"


def alarms() -> dict[str, dict[str, Any]]:
    layers = tree(AlarmTopicArn=TOPIC)
    return {
        name: entry["Properties"]
        for layer in ("alb", "ecs")
        for name, entry in layers[layer].resources.items()
        if entry["Type"] == "AWS::CloudWatch::Alarm"
    }


def test_without_a_topic_there_is_no_alarm() -> None:
    assert not [layer for layer in tree().values() if layer.of_type("AWS::CloudWatch::Alarm")]


def test_every_alarm_tells_the_topic_of_two_bad_minutes_of_three_and_takes_silence_for_well() -> None:
    assert set(alarms()) == {"Elb5xxAlarm", "Target5xxAlarm", "UnhealthyHostAlarm", "CpuAlarm"}
    for alarm in alarms().values():
        assert (alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"], alarm["Period"]) == (2, 3, 60)
        assert alarm["TreatMissingData"] == "notBreaching"
        assert alarm["AlarmActions"] == alarm["OKActions"] == [TOPIC]


def test_what_rolls_back_does_not_name_the_service_which_would_need_it() -> None:
    on = tree(AlarmTopicArn=TOPIC, DeploymentAlarmRollback="true")["ecs"]
    rollback = on.properties("Service")["DeploymentConfiguration"]["Alarms"]
    assert rollback == {"AlarmNames": ["ecs.Target5xxAlarm"], "Enable": True, "Rollback": True}
    assert "Service" not in str(document("ecs")["Resources"]["Target5xxAlarm"]["Properties"]["Dimensions"])


def test_off_is_said_too_because_an_update_leaves_alone_what_it_does_not_say() -> None:
    for values in ({}, {"AlarmTopicArn": TOPIC}, {"DeploymentAlarmRollback": "true"}):
        alarms_off = tree(**values)["ecs"].properties("Service")["DeploymentConfiguration"]["Alarms"]
        assert alarms_off == {"AlarmNames": [], "Enable": False, "Rollback": False}
