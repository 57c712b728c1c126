"""When each fault of a scenario strikes."""

from __future__ import annotations

import re

import pytest

from rehearsal.scenario.faults import Alarm, ApiFault, Drift, Hang, ResourceFault, Scenario
from rehearsal.scenario.task_scenes import PlayedTask


def test_a_fault_strikes_as_often_as_it_was_told_to() -> None:
    scenario = Scenario((ResourceFault("A", reason="x", times=2),))
    assert [scenario.strike("A", "create") for _ in range(3)] == ["x", "x", None]


def test_two_equal_faults_are_counted_apart() -> None:
    scenario = Scenario((ResourceFault("A", reason="x", times=1),) * 2)
    assert [scenario.strike("A", "create") for _ in range(3)] == ["x", "x", None]


def test_a_path_may_be_a_pattern_and_another_action_passes() -> None:
    scenario = Scenario((ResourceFault("Ecs/*", "update", "x"),))
    assert scenario.strike("Ecs/Service", "update") == "x"
    assert scenario.strike("Ecs/Service", "create") is None
    assert scenario.strike("Alb/Listener", "update") is None


def test_a_hang_has_an_end_only_when_it_was_given_one() -> None:
    scenario = Scenario((ResourceFault("A", hangs=True), ResourceFault("B", reason="late", hangs=True, minutes=2)))
    assert scenario.strike("A", "create") == Hang(None, "Resource timed out waiting for completion")
    assert scenario.strike("B", "create") == Hang(120.0, "late")


def test_drift_is_found_by_the_resources_path() -> None:
    drift = Drift("Ecs/*", "DesiredCount", "0")
    scenario = Scenario(drift=(drift,))
    assert scenario.drifts("Ecs/Service") == (drift,)
    assert scenario.drifts("Alb/Listener") == ()


def test_a_call_fault_lets_the_first_calls_pass() -> None:
    scenario = Scenario(api=(ApiFault("Describe*", "throttle", after=1, times=2),))
    assert [scenario.api_fault("DescribeStacks") for _ in range(5)] == [None, "throttle", "throttle", None, None]
    assert scenario.api_fault("CreateStack") is None


@pytest.mark.parametrize("fault", ["stale", "unseen", "incomplete", "pages:2"])
def test_faults_of_answers_let_the_call_itself_through(fault: str) -> None:
    scenario = Scenario(api=(ApiFault("Describe*", fault, times=1),))
    assert scenario.api_fault("DescribeStacks") is None
    assert scenario.answer_fault("DescribeStacks", lambda kind: False) is None
    assert scenario.answer_fault("ListStacks", lambda kind: True) is None
    assert scenario.answer_fault("DescribeStacks", lambda kind: kind == fault) == fault
    assert scenario.answer_fault("DescribeStacks", lambda kind: True) is None


def test_faults_of_answers_count_only_the_calls_that_they_can_meet() -> None:
    scenario = Scenario(api=(ApiFault("DescribeStacks", "throttle"), ApiFault("DescribeStacks", "stale", 1, 1)))
    meets = iter([False, True, False, True, True])
    met = [scenario.answer_fault("DescribeStacks", lambda kind: next(meets)) for _ in range(5)]
    assert met == [None, None, None, "stale", None]


def test_an_alarm_is_meant_by_its_arn_or_its_name_and_rings_as_often_as_it_is_to() -> None:
    scenario = Scenario(alarms=(Alarm("errors", 60.0, 1), Alarm("*:alarm:late-*", 5.0)))
    arn = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:"
    assert [scenario.goes_off(f"{arn}errors") for _ in range(2)] == [60.0, None]
    assert [scenario.goes_off(f"{arn}late-a") for _ in range(2)] == [5.0, 5.0]
    assert scenario.goes_off(f"{arn}errors-2") is None


def test_a_failure_without_a_reason_reads_as_a_resources_handler_writes_it() -> None:
    scenario = Scenario((ResourceFault("A"), ResourceFault("B", hangs=True, minutes=1)))
    reasons = {str(scenario.strike("A", "create")) for _ in range(2)}
    assert len(reasons) == 2
    for reason in reasons:
        assert re.fullmatch(
            r'Resource handler returned message: "It was asked to fail" '
            r"\(RequestToken: [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}, HandlerErrorCode: InvalidRequest\)",
            reason,
        )
    assert scenario.strike("B", "create") == Hang(60.0, "Resource timed out waiting for completion")


def test_a_hook_is_no_failure_of_the_resource_itself() -> None:
    fault = ResourceFault("Ecs/*", reason="not so", times=1, hook="Private::Guard::Own", mode="WARN")
    scenario = Scenario((fault,))
    assert scenario.strike("Ecs/Service", "create") is None
    assert scenario.refusing_hook("Alb/Listener") is None
    assert scenario.refusing_hook("Ecs/Service") is fault
    assert scenario.refusing_hook("Ecs/Service") is None


def test_what_met_nothing_is_told_with_the_nearest_names() -> None:
    faults = (ResourceFault("Ecs/Servic"), ResourceFault("Ecs/Service"), ResourceFault("*/Bucket"))
    scenario = Scenario(faults, drift=(Drift("Xyz", "*"),))
    assert scenario.unmet() == [], "nobody has seen a resource"
    scenario.know(["Ecs", "Ecs/Service", "Logs/Bucket"])
    assert scenario.unmet() == ["Ecs/Servic; similar names: Ecs/Service", "Xyz; there is no similar name"]


def test_what_is_in_a_layer_that_nobody_has_seen_may_be_there() -> None:
    scenario = Scenario((ResourceFault("App/Role"),))
    scenario.know(["App", "Network", "Network/Vpc"])
    assert scenario.unmet() == []
    scenario.know(["App/Rule"])
    assert scenario.unmet() == ["App/Role; similar names: App/Rule, App"]


def test_an_alarm_that_no_operation_watched_is_told_once_one_was_played() -> None:
    scenario = Scenario(alarms=(Alarm("errors-*"), Alarm("slow")))
    assert scenario.unmet() == []
    scenario.strike("A", "create")
    scenario.goes_off("arn:aws:cloudwatch:eu-west-1:1:alarm:slow")
    assert scenario.unmet() == ["alarm errors-*; there is no similar name"]


def test_a_task_is_played_as_often_as_its_entry_says_and_one_that_meets_no_family_is_told() -> None:
    scenario = Scenario(tasks=(PlayedTask("*-migrate", 3, times=1), PlayedTask("*-migrat", 4)))
    assert scenario.unmet() == []  # no task was started yet
    assert [scenario.task("shop-migrate").exit_code for _ in range(2)] == [3, 0]
    assert scenario.unmet() == ["task *-migrat; similar names: shop-migrate"]
