"""What an environment file says of its stack beside templates and values: its form, with file and line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cloudformation.environment.environment_file import Reading, read_file
from cloudformation.environment.keys.rollback_trigger import COMPOSITE_ALARM, Trigger
from tests.deployment.project import ENVIRONMENT

ALARM = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:shop 5xx"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:deployments"
DENY = {"Statement": [{"Effect": "Deny", "Action": "Update:*", "Principal": "*", "Resource": "LogicalResourceId/App"}]}


def _read(folder: Path, text: str) -> Reading:
    (folder / "dev.yaml").write_text(ENVIRONMENT + text)
    return read_file(folder / "dev.yaml", "params/dev.yaml")


def test_every_key_is_read(tmp_path: Path) -> None:
    reading = _read(
        tmp_path,
        f"rollback_triggers: ['{ALARM}', {{Arn: '{ALARM}s', Type: {COMPOSITE_ALARM}}}]\nmonitoring_minutes: 15\n"
        f"notifications: ['{TOPIC}']\ncapabilities: [CAPABILITY_AUTO_EXPAND]\n",
    )
    assert reading.problems == ()
    said = reading.environment.operation
    assert said.triggers == (Trigger(ALARM), Trigger(f"{ALARM}s", COMPOSITE_ALARM))
    assert (said.monitoring_minutes, said.notifications) == (15, (TOPIC,))
    assert said.capabilities == ("CAPABILITY_AUTO_EXPAND",)


def test_what_is_not_written_is_not_what_is_written_empty(tmp_path: Path) -> None:
    said = _read(tmp_path, "").environment.operation
    assert (said.triggers, said.notifications, said.stack_policy, said.monitoring_minutes) == (None, None, None, None)
    said = _read(tmp_path, "rollback_triggers: []\nnotifications: []\nstack_policy: {}\n").environment.operation
    assert (said.triggers, said.notifications, said.stack_policy) == ((), (), "{}")


def test_a_policy_is_a_file_beside_or_a_mapping_and_the_same_text_either_way(tmp_path: Path) -> None:
    (tmp_path / "policy.json").write_text(json.dumps(DENY, indent=4))
    filed = _read(tmp_path, "stack_policy: policy.json\n")
    inline = _read(tmp_path, f"stack_policy: {json.dumps(DENY)}\n")
    assert filed.problems == inline.problems == ()
    assert filed.environment.operation == inline.environment.operation
    assert json.loads(filed.environment.operation.stack_policy or "") == DENY


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("stack_policy: none.json\n", "stack_policy: none.json cannot be read: No such file or directory"),
        ("stack_policy: {Statement: []}\n", "stack_policy: a policy has a Statement with at least one entry"),
        (
            "stack_policy: {Statement: {Effect: Permit, Action: 'Update:*', Principal: '*', Resource: '*'}}\n",
            "stack_policy: statement 1: Effect is Allow or Deny",
        ),
        ("notifications: arn:aws:sns\n", "notifications: a list is needed"),
        (f"notifications: ['{ALARM}']\n", "is not the ARN of an SNS topic"),
        (f"notifications: ['{TOPIC.replace('eu-west-1', 'us-east-1')}']\n", "is in us-east-1, the stack in eu-west-1"),
        (f"notifications: [{', '.join(f'{TOPIC}{n}' for n in range(6))}]\n", "6 are written; CloudFormation takes at"),
        (f"notifications: ['{TOPIC}', '{TOPIC}']\n", "notifications: one is written twice"),
        (f"rollback_triggers: ['{TOPIC}']\n", "is not the ARN of a CloudWatch alarm"),
        (f"rollback_triggers: [{{Arn: '{ALARM}', Type: Alarm}}]\n", "rollback_triggers: Arn, and Type AWS::CloudWatch"),
        ("rollback_triggers: all\n", "rollback_triggers: a list of the ARNs of CloudWatch alarms is needed"),
        ("monitoring_minutes: 181\n", "monitoring_minutes: '181' is not a whole number from 0 to 180"),
        ("monitoring_minutes: 1.5\n", "monitoring_minutes: '1.5' is not a whole number from 0 to 180"),
        ("capabilities: [IAM]\n", "capabilities: 'IAM' is not one of CAPABILITY_IAM, CAPABILITY_NAMED_IAM"),
    ],
)
def test_a_form_that_cloudformation_would_refuse_is_a_problem_of_its_line(
    tmp_path: Path, text: str, problem: str
) -> None:
    [told] = _read(tmp_path, text).problems
    assert str(told).startswith("params/dev.yaml:11: ")
    assert problem in told.text


def test_a_policy_file_that_is_no_json_is_told_at_the_line_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "policy.json").write_text("{")
    [told] = _read(tmp_path, "stack_policy: policy.json\n").problems
    assert "stack_policy: policy.json is not valid JSON" in told.text
