"""How the settings of an environment file differ from a stack's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from cloudformation.environment.environment_file import Environment, read_file
from cloudformation.environment.keys.rollback_trigger import COMPOSITE_ALARM, Trigger
from deployment.settings.stated import acknowledged, beside, carried, described, stated_rollback
from deployment.stack.settings import Rollback, Settings
from deployment.stack.stack import Stack
from tests.deployment.facts import stack
from tests.deployment.project import ENVIRONMENT

ALARM = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:t"
ROLE = "arn:aws:iam::111122223333:role/r"
IAM = "CAPABILITY_IAM"


def _environment(folder: Path, text: str = "") -> Environment:
    (folder / "dev.yaml").write_text(ENVIRONMENT + text)
    reading = read_file(folder / "dev.yaml")
    assert not reading.problems
    return reading.environment


def _stands(role: str | None = None, **settings: Any) -> Stack:
    return replace(stack(), role=role, settings=Settings(**settings))


def test_what_a_file_does_not_state_stays_as_it_is(tmp_path: Path) -> None:
    environment = _environment(tmp_path)
    stands = _stands(notifications=frozenset({TOPIC}), rollback=Rollback((Trigger(ALARM),), 5), role=ROLE)
    assert carried(environment, stands) == ()
    assert beside(environment, stands, '{"Statement": []}') == ()
    assert stated_rollback(environment, stands) is None


def test_protection_is_off_unless_it_is_said_to_be_on(tmp_path: Path) -> None:
    [switched] = beside(_environment(tmp_path), replace(stack(), protected=True), None)
    assert (switched.before, switched.after, switched.guard is None) == ("on", "off", False)
    assert beside(_environment(tmp_path), None, None) == ()


def test_the_half_of_a_rollback_that_is_not_stated_stays(tmp_path: Path) -> None:
    stands = _stands(rollback=Rollback((Trigger(ALARM),), 5))
    minutes = _environment(tmp_path, "monitoring_minutes: 9\n")
    assert stated_rollback(minutes, stands) == Rollback((Trigger(ALARM),), 9)
    triggers = _environment(tmp_path, "rollback_triggers: []\n")
    assert stated_rollback(triggers, stands) == Rollback((), 5)
    assert [(change.name, change.guard is None) for change in carried(triggers, stands)] == [
        ("rollback-triggers", False)
    ]
    assert [(change.name, change.guard is None) for change in carried(minutes, stands)] == [
        ("monitoring-minutes", True)
    ]


def test_the_order_of_topics_and_triggers_is_no_change(tmp_path: Path) -> None:
    environment = _environment(
        tmp_path, f"notifications: ['{TOPIC}', '{TOPIC}2']\nrollback_triggers: ['{ALARM}', '{ALARM}2']\n"
    )
    stands = _stands(
        notifications=frozenset({f"{TOPIC}2", TOPIC}), rollback=Rollback((Trigger(f"{ALARM}2"), Trigger(ALARM)))
    )
    assert carried(environment, stands) == ()


def test_a_change_set_that_was_made_before_is_guarded_where_the_file_does_not_ask_for_it(tmp_path: Path) -> None:
    stands = _stands(capabilities=frozenset({IAM}), rollback=Rollback((), 5))
    silent = _environment(tmp_path)
    same = Settings(capabilities=frozenset({IAM}), rollback=Rollback((), 5))
    assert described(silent, stands, same, ()) == ()
    other = Settings(
        capabilities=frozenset({"CAPABILITY_NAMED_IAM"}),
        notifications=frozenset({TOPIC}),
        on_stack_failure="DELETE",
        rollback=Rollback((Trigger(ALARM, COMPOSITE_ALARM),), 9),
    )
    told = described(silent, stands, other, ())
    assert [(change.name, change.after) for change in told] == [
        ("notifications", TOPIC),
        ("rollback-triggers", f"{ALARM} ({COMPOSITE_ALARM})"),
        ("monitoring-minutes", "9"),
        ("capabilities", "CAPABILITY_NAMED_IAM"),
        ("on-stack-failure", "DELETE"),
    ]
    assert all(change.guard for change in told)
    asking = _environment(
        tmp_path,
        f"notifications: ['{TOPIC}']\nmonitoring_minutes: 9\n"
        f"rollback_triggers: [{{Arn: '{ALARM}', Type: '{COMPOSITE_ALARM}'}}]\n",
    )
    told = described(asking, stands, other, ["CAPABILITY_NAMED_IAM"])
    assert [change.name for change in told if change.guard] == ["on-stack-failure"]


def test_capabilities_of_a_new_stack_are_acknowledged() -> None:
    [told] = acknowledged(None, {"CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"})
    assert (told.before, told.after) == (None, "CAPABILITY_AUTO_EXPAND, CAPABILITY_IAM")
