"""The settings of a stack or a change set, as AWS describes them."""

from __future__ import annotations

from cloudformation.environment.keys.rollback_trigger import Trigger
from deployment.stack.settings import Rollback, Settings, settings_from

_ALARM = "arn:aws:cloudwatch:eu-west-1:1:alarm:a"


def test_what_an_answer_leaves_out_is_the_default() -> None:
    assert settings_from({}) == Settings()
    assert settings_from({"RollbackConfiguration": {}, "OnStackFailure": None}) == Settings()


def test_every_setting_of_an_answer_is_read() -> None:
    trigger = {"Arn": _ALARM, "Type": "AWS::CloudWatch::Alarm"}
    read = settings_from(
        {
            "Capabilities": ["CAPABILITY_IAM"],
            "NotificationARNs": ["b", "a"],
            "OnStackFailure": "DELETE",
            "RollbackConfiguration": {"RollbackTriggers": [trigger], "MonitoringTimeInMinutes": 5},
        }
    )
    assert read.rollback == Rollback((Trigger(_ALARM),), 5)
    assert read.shown == {
        "Capabilities": "CAPABILITY_IAM",
        "NotificationARNs": "a, b",
        "OnStackFailure": "DELETE",
        "RollbackTriggers": f"{_ALARM} (AWS::CloudWatch::Alarm)",
        "MonitoringTimeInMinutes": "5",
    }


def test_the_order_of_topics_and_triggers_is_shown_as_one() -> None:
    triggers = [{"Arn": arn, "Type": "AWS::CloudWatch::Alarm"} for arn in (f"{_ALARM}2", _ALARM)]
    one, other = (
        settings_from({"RollbackConfiguration": {"RollbackTriggers": order}}) for order in (triggers, triggers[::-1])
    )
    assert one.shown == other.shown
