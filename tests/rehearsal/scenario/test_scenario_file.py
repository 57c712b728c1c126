"""Scenarios as they are written: what they may ask for, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rehearsal.scenario.faults import Alarm, ApiFault, Drift, ResourceFault, SaidAttribute, Scenario
from rehearsal.scenario.scenario_file import read_scenario
from rehearsal.scenario.scenario_text import ScenarioError
from rehearsal.scenario.task_scenes import PlayedTask


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "scenario.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_scenario_file_names_resources_drift_and_calls(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "resources:\n"
        "  - {path: Ecs/Service, on: update, reason: Service limit exceeded, times: 1}\n"
        "  - {path: Network/Vpc}\n"
        "  - {path: Ecs/Cluster, fault: hang, minutes: 90}\n"
        "drift:\n"
        "  - {path: Ecs/Service, property: DesiredCount, actual: '0'}\n"
        "api:\n"
        "  - {operation: DescribeStackEvents, fault: throttle, after: 2, times: 3}\n"
        "  - {operation: DescribeStacks, fault: 'slow:2.5'}\n"
        "alarms:\n"
        "  - {alarm: errors-*, after: 20, times: 1}\n"
        "  - {alarm: 'arn:aws:cloudwatch:x:1:alarm:a'}\n",
    )
    scenario = read_scenario(file)
    assert scenario.resources == (
        ResourceFault("Ecs/Service", "update", "Service limit exceeded", 1),
        ResourceFault("Network/Vpc"),
        ResourceFault("Ecs/Cluster", hangs=True, minutes=90.0),
    )
    assert scenario.drift == (Drift("Ecs/Service", "DesiredCount", "0"),)
    assert scenario.api == (ApiFault("DescribeStackEvents", "throttle", 2, 3), ApiFault("DescribeStacks", "slow:2.5"))
    assert scenario.alarms == (Alarm("errors-*", 1200.0, 1), Alarm("arn:aws:cloudwatch:x:1:alarm:a"))


def test_an_empty_scenario_asks_for_nothing(tmp_path: Path) -> None:
    assert read_scenario(written(tmp_path, "# nothing yet\n")) == Scenario()


def test_fail_arguments_add_resources_that_fail() -> None:
    scenario = read_scenario(None, ["Ecs/Service=no capacity", "Alb/LoadBalancer:delete=in use"])
    assert scenario.resources == (
        ResourceFault("Ecs/Service", "create", "no capacity"),
        ResourceFault("Alb/LoadBalancer", "delete", "in use"),
    )


@pytest.mark.parametrize("text", ["Ecs/Service", "=reason", "Ecs/Service="])
def test_a_fail_argument_without_path_and_reason_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError, match="write PATH=REASON"):
        read_scenario(None, [text])


def test_a_fail_argument_with_an_unknown_action_is_refused() -> None:
    with pytest.raises(ScenarioError, match="'explode' is not one of create, update, delete, rollback"):
        read_scenario(None, ["A:explode=x"])


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ("alarms: [{after: 5}]", "alarm is missing or is not a string"),
        ("alarms: [{alarm: a, on: update}]", "unknown key: on; an entry can have alarm, after, times"),
        ("alarms: [{alarm: a, after: soon}]", "after must be a number of 0 or more, not 'soon'"),
        ("alarms: [{alarm: a, times: -1}]", "times must be an integer of 0 or more, not -1"),
        ("resources: [{path: A, account: 111122223333}]", "account must be twelve digits in quotes, for example '1"),
        ("resources: [{path: A, account: '1111'}]", "account must be twelve digits in quotes, for example '1"),
        ("resources: [{path: A, region: tokyo}]", "region must be a Region, for example eu-west-1, not 'tokyo'"),
        ("drift: [{path: A, property: B, region: 1}]", "region must be a Region, for example eu-west-1, not 1"),
        ("resources: [{on: create}]", "path is missing or is not a string"),
        ("resources: [{path: A, colour: red}]", "unknown key: colour; an entry can have path, on, fault"),
        ("resources: [{path: A, on: explode}]", "on: 'explode' is not one of create, update, delete, rollback"),
        ("resources: [{path: A, fault: explode}]", "fault: 'explode' is not one of fail, hang"),
        ("resources: [{path: A, minutes: 5}]", "minutes is how long a resource hangs; it needs fault: hang"),
        ("resources: [{path: A, times: often}]", "times must be an integer of 0 or more, not 'often'"),
        ("resources: [{path: A, fault: hang, minutes: true}]", "minutes must be a number of 0 or more, not True"),
        ("resources: [{path: A, reason: [x]}]", "reason must be a string"),
        ("drift: [{path: A}]", "property is missing or is not a string"),
        ("api: [{operation: X, fault: explode}]", "fault: 'explode' is not one of throttle, error"),
        ("api: [{operation: X}]", "fault is missing or is not a string"),
        ("api: [{operation: X, fault: 'slow:very'}]", "write slow:<seconds>"),
        ("api: [{operation: X, fault: 'slow:-1'}]", "write slow:<seconds>"),
    ],
)
def test_an_entry_that_is_wrong_is_refused_with_file_line_and_what_is_allowed(
    tmp_path: Path, entry: str, complaint: str
) -> None:
    with pytest.raises(ScenarioError, match=rf"scenario\.yaml:2: {complaint}"):
        read_scenario(written(tmp_path, f"# a scenario\n{entry}\n"))


@pytest.mark.parametrize("fault", ["stale", "unseen", "incomplete", "pages:2"])
def test_faults_of_answers_are_faults_of_calls(tmp_path: Path, fault: str) -> None:
    scenario = read_scenario(written(tmp_path, f"api:\n  - {{operation: Describe*, fault: '{fault}', times: 1}}\n"))
    assert scenario.api == (ApiFault("Describe*", fault, 0, 1),)


def test_a_hook_is_asked_for_by_its_type(tmp_path: Path) -> None:
    entry = "  - {path: Ecs/*, fault: hook, hook: 'Private::Guard::Own', mode: WARN, reason: not so, times: 1}\n"
    scenario = read_scenario(written(tmp_path, "resources:\n" + entry))
    assert scenario.resources == (
        ResourceFault("Ecs/*", reason="not so", times=1, hook="Private::Guard::Own", mode="WARN"),
    )


@pytest.mark.parametrize("rows", ["0", "-1", "x", "", "1.5"])
def test_a_page_has_a_whole_number_of_rows(tmp_path: Path, rows: str) -> None:
    file = written(tmp_path, f"api:\n  - {{operation: ListStacks, fault: 'pages:{rows}'}}\n")
    with pytest.raises(ScenarioError, match="write pages:<rows>, for example pages:2"):
        read_scenario(file)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{path: A, fault: hook}", "hook is missing or is not a string"),
        ("{path: A, fault: hook, hook: H, mode: LOUD}", "mode: 'LOUD' is not one of FAIL, WARN"),
        ("{path: A, fault: hook, hook: H, on: update}", "a hook runs only on create"),
        ("{path: A, hook: H}", "hook is the type of a hook that refuses; it needs fault: hook"),
        ("{path: A, mode: WARN}", "mode is the failure mode of a hook; it needs fault: hook"),
    ],
)
def test_a_hook_that_is_described_wrongly_is_refused(tmp_path: Path, entry: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=re.escape(message)):
        read_scenario(written(tmp_path, f"resources:\n  - {entry}\n"))


def test_a_fault_may_strike_in_one_account_and_region_alone(tmp_path: Path) -> None:
    text = (
        "resources:\n"
        "  - {path: A, reason: there, account: '111122223333', region: eu-west-1}\n"
        "  - {path: A, reason: in the region, region: us-gov-west-1}\n"
        "  - {path: A, fault: hook, hook: X, account: '111122223333'}\n"
        "drift:\n"
        "  - {path: A, property: P, account: '111122223333', region: eu-west-1}\n"
    )
    scenario = read_scenario(written(tmp_path, text))
    assert scenario.strike("A", "create", "111122223333", "eu-west-1") == "there"
    assert scenario.strike("A", "create", "111122223333", "eu-west-2") is None
    assert scenario.strike("A", "create", "123456789012", "eu-west-1") is None
    assert scenario.strike("A", "create", "123456789012", "us-gov-west-1") == "in the region"
    assert scenario.refusing_hook("A", "111122223333", "eu-west-1") is not None
    assert scenario.refusing_hook("A", "123456789012", "eu-west-1") is None
    assert len(scenario.drifts("A", "111122223333", "eu-west-1")) == 1
    assert scenario.drifts("A", "111122223333", "us-gov-west-1") == ()


def test_a_scenario_says_what_attributes_are(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "attributes:\n"
        "  - {path: Net/Lookup, attribute: VpcId, value: vpc-1}\n"
        "  - {path: Lookup, attribute: Ids, value: [a, 2], account: '111122223333', region: eu-west-1}\n",
    )
    assert read_scenario(file).attributes == (
        SaidAttribute("Net/Lookup", "VpcId", "vpc-1"),
        SaidAttribute("Lookup", "Ids", ["a", 2], "111122223333", "eu-west-1"),
    )


@pytest.mark.parametrize("value", ["", ", value: {a: b}", ", value: [[a]]", ", value: null"])
def test_the_value_of_an_attribute_is_a_scalar_or_a_list_of_them(tmp_path: Path, value: str) -> None:
    file = written(tmp_path, f"attributes:\n  - {{path: Lookup, attribute: VpcId{value}}}\n")
    with pytest.raises(
        ScenarioError, match=r"scenario\.yaml:2: value must be a string, a number, true, false, or a list"
    ):
        read_scenario(file)


def test_tasks_are_said_to_end_to_write_and_not_to_start(tmp_path: Path) -> None:
    text = (
        "tasks:\n"
        "  - {task: '*-migrate', exit_code: 3, log: [a, b], minutes: 2, times: 1}\n"
        "  - {task: shop-x, not_started: no image}\n"
        "  - {task: shop-y, refused: no capacity}\n"
    )
    assert read_scenario(written(tmp_path, text)).tasks == (
        PlayedTask("*-migrate", 3, ("a", "b"), 120.0, times=1),
        PlayedTask("shop-x", not_started="no image"),
        PlayedTask("shop-y", refused="no capacity"),
    )


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("{exit_code: 1}", "task is missing or is not a string"),
        ("{task: x, exit_code: 256}", "exit_code must be a number from 0 to 255, not 256"),
        ("{task: x, log: a}", "log must be a list of strings"),
        ("{task: x, not_started: a, refused: b}", "not_started and refused cannot be combined"),
        ("{task: x, path: y}", "unknown key: path"),
    ],
)
def test_an_entry_of_a_task_that_makes_no_sense_is_refused(tmp_path: Path, entry: str, problem: str) -> None:
    with pytest.raises(ScenarioError, match=rf"scenario\.yaml:2: {problem}"):
        read_scenario(written(tmp_path, f"tasks:\n  - {entry}\n"))
