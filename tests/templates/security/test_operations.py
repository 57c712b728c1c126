"""The controls of CloudFormation, CloudWatch, ACM, Route 53 and WAF: what breaks each, and that alone."""

from typing import Any

import pytest

from tests.templates.security.changed_system import (
    NOT_KNOWN_BEFORE,
    Change,
    add,
    difference,
    drop,
    environment,
    put,
    states,
    system,
    verdicts,
)

ALARM = ("alb", "Elb5xxAlarm")
BREAKS = {
    "CloudWatch.15": put(*ALARM, "AlarmActions", value=[]),
    "CloudWatch.16": put("ecs", "LogGroup", "RetentionInDays", value=364),
    "CloudWatch.17": put(*ALARM, "ActionsEnabled", value=False),
    "ACM.2": put("cert", "Certificate", "KeyAlgorithm", value="RSA_1024"),
}
LEFT_OPEN = {
    "CloudWatch.15": put(*ALARM, "AlarmActions", value=NOT_KNOWN_BEFORE),
    "CloudWatch.16": put("network", "FlowLogGroup", "RetentionInDays", value=NOT_KNOWN_BEFORE),
    "CloudWatch.17": put(*ALARM, "ActionsEnabled", value=NOT_KNOWN_BEFORE),
    "ACM.2": put("cert", "Certificate", "KeyAlgorithm", value=NOT_KNOWN_BEFORE),
}
NOBODY_S = {
    "Route53.2": "AWS::Route53::HostedZone",
    "WAF.1": "AWS::WAFRegional::WebACL",
    "WAF.10": "AWS::WAFv2::WebACL",
}


@pytest.mark.parametrize("control", BREAKS)
def test_one_property_makes_one_control_fail(control: str) -> None:
    assert difference(BREAKS[control]) == {control: ("passes", "fails")}


@pytest.mark.parametrize("control", LEFT_OPEN)
def test_what_is_not_known_does_not_pass(control: str) -> None:
    assert difference(LEFT_OPEN[control]) == {control: ("passes", "not known")}


@pytest.mark.parametrize("control", NOBODY_S)
def test_a_resource_that_nobody_judges_does_not_pass(control: str) -> None:
    assert difference(add("alb", "Another", NOBODY_S[control])) == {control: ("nothing there", "not known")}


@pytest.mark.parametrize(
    ("control", "changed"),
    [("CloudFormation.3", {"termination_protection": False}), ("CloudFormation.4", {"role": None})],
)
def test_what_the_environment_file_says_of_the_stack_counts(control: str, changed: dict[str, Any]) -> None:
    before, after = states(system(environment())), states(system(environment()._replace(**changed)))
    assert {name: after[name] for name in after if after[name] != before[name]} == {control: "fails"}
    assert before[control] == "passes"


def test_the_log_groups_that_expire_too_early_are_named() -> None:
    found = verdicts(system(environment(LogRetentionDays="7", FlowLogsRetentionDays="90")))["CloudWatch.16"]
    assert set(found.resources) == {"LogGroup", "FlowLogGroup"}
    assert verdicts(system(environment(LogRetentionDays="7")))["CloudWatch.16"].resources == ("LogGroup",)


def test_a_log_group_that_never_expires_is_not_claimed_to_pass() -> None:
    forever = drop("ecs", "LogGroup", "RetentionInDays")
    assert difference(forever) == {"CloudWatch.16": ("passes", "not known")}


def test_without_a_topic_there_is_no_alarm_to_judge() -> None:
    found = states(system(environment(AlarmTopicArn="", DeploymentAlarmRollback="false")))
    assert (found["CloudWatch.15"], found["CloudWatch.17"]) == ("nothing there", "nothing there")


def test_when_a_certificate_was_issued_is_not_known() -> None:
    assert states(system(environment()))["ACM.1"] == "not known"
    existing = "arn:aws:acm:ap-northeast-1:123456789012:certificate/1"
    assert states(system(environment(ExistingCertificateArn=existing)))["ACM.1"] == "nothing there"


def test_a_change_is_a_change() -> None:
    unchanged: Change = put(*ALARM, "ActionsEnabled", value=True)
    assert difference(unchanged) == {}
