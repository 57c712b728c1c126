"""A setting of a change set is a doubt unless the environment file asks for it, or the stack has it."""

from __future__ import annotations

import pytest

from deployment.stack.settings import Settings, held_against, settings_from

_IAM, _EXPAND = "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"


def _doubts(given: Settings, wanted: Settings | None = None, standing: Settings | None = None) -> dict[str, str]:
    told = held_against(given, wanted or Settings(), standing or Settings())
    return {setting.name: setting.doubt for setting in told if setting.doubt is not None}


def test_what_an_answer_leaves_out_is_the_default() -> None:
    assert settings_from({}) == Settings()
    assert settings_from({"RollbackConfiguration": {}, "OnStackFailure": None}) == Settings()


def test_every_setting_of_an_answer_is_read() -> None:
    trigger = {"Arn": "arn:aws:cloudwatch:eu-west-1:1:alarm:a", "Type": "AWS::CloudWatch::Alarm"}
    read = settings_from(
        {
            "Capabilities": [_IAM],
            "NotificationARNs": ["b", "a"],
            "OnStackFailure": "DELETE",
            "RollbackConfiguration": {"RollbackTriggers": [trigger], "MonitoringTimeInMinutes": 5},
        }
    )
    assert read.shown == {
        "Capabilities": _IAM,
        "NotificationARNs": "a, b",
        "OnStackFailure": "DELETE",
        "RollbackTriggers": "arn:aws:cloudwatch:eu-west-1:1:alarm:a (AWS::CloudWatch::Alarm)",
        "MonitoringTimeInMinutes": "5",
    }


@pytest.mark.parametrize(
    ("given", "doubts"),
    [
        (Settings(), {}),
        (Settings(notifications=frozenset({"theirs"})), {"NotificationARNs": "none"}),
        (Settings(on_stack_failure="DO_NOTHING"), {"OnStackFailure": "ROLLBACK"}),
        (Settings(triggers=frozenset({"x"}), monitoring_minutes=1),
         {"RollbackTriggers": "none", "MonitoringTimeInMinutes": "0"}),
        (Settings(capabilities=frozenset({_EXPAND})), {"Capabilities": "none"}),
    ],
)  # fmt: skip
def test_what_nobody_asks_for_is_a_doubt(given: Settings, doubts: dict[str, str]) -> None:
    assert _doubts(given) == doubts


def test_what_the_file_asks_for_or_the_stack_has_is_none() -> None:
    theirs = Settings(notifications=frozenset({"theirs"}), monitoring_minutes=5)
    assert _doubts(theirs, wanted=theirs) == _doubts(theirs, standing=theirs) == {}
    assert _doubts(Settings(), wanted=theirs) == {}, "the stack has none, and the change set adds none"
    failing = Settings(on_stack_failure="DO_NOTHING")
    assert _doubts(failing, standing=failing) == {"OnStackFailure": "ROLLBACK"}, "it is of the execution, not the stack"


def test_fewer_capabilities_do_no_harm() -> None:
    wanted = Settings(capabilities=frozenset({_IAM, _EXPAND}))
    assert _doubts(Settings(capabilities=frozenset({_IAM})), wanted) == {}


def test_the_role_is_said_to_be_unknown() -> None:
    *_, role = held_against(Settings(), Settings(), Settings())
    assert (role.name, role.doubt, role.path) == ("RoleARN", None, "settings/RoleARN")
    assert str(role) == "RoleARN: cannot be told: DescribeChangeSet does not give it"
