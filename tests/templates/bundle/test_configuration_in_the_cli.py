"""The AWS CLI takes each file of config/ that is said to be for it, and the stack then has what the file says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from templates.bundle.configuration import configuration
from tests.deployment.this_process import RehearsalHere
from tests.templates.bundle.random_environments import DOCUMENT, NASTY, PARAMETERS, sample
from tests.test_aws_cli import PROJECT, Shell

pytestmark = pytest.mark.slow

TAGS = {"team": "ops=dev", "Größe": "a b", "x/y:z@1": "+-.", "empty-ish": "0"}
_ARN = "arn:aws:sns:ap-northeast-1:123456789012:ops"
_POLICY = {"Statement": [{"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}]}
_SHOWN = {name: body for name, body in PARAMETERS.items() if not body.get("NoEcho")}
# Three at once, so that each of them stands at the end of a file, too.
_TRIPLES = [NASTY[start : start + 3] for start in range(0, len(NASTY), 3)]


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    folder = tmp_path_factory.mktemp("ops")
    (folder / "template.json").write_text(json.dumps(dict(DOCUMENT) | {"Parameters": _SHOWN}))
    with RehearsalHere(PROJECT, []) as rehearsal:
        yield Shell(rehearsal, folder)


def _written(folder: Path, values: Mapping[str, Any], **settings: Any) -> tuple[Path, dict[str, str]]:
    """config/ of an environment with these values; and what deploy.py sends."""
    content = {
        "region": "ap-northeast-1",
        "account": "123456789012",
        "tags": TAGS,
        "parameters": dict(values),
    } | settings
    one = sample(folder, content, {**DOCUMENT, "Parameters": _SHOWN})
    for file in configuration(one.one):
        (folder / Path(file.path).name).write_bytes(file.content)
    return folder, dict(one.sent)


def _stack(shell: Shell, name: str) -> tuple[dict[str, str], dict[str, str]]:
    [stack] = shell.cloudformation("describe-stacks", "--stack-name", name)["Stacks"]
    return (
        {row["ParameterKey"]: row["ParameterValue"] for row in stack["Parameters"]},
        {row["Key"]: row["Value"] for row in stack["Tags"]},
    )


@pytest.mark.parametrize("number", range(len(_TRIPLES)))
def test_a_change_set_and_deploy_take_every_value_as_it_is(shell: Shell, tmp_path: Path, number: int) -> None:
    values = dict(zip(("Text", "Sentence", "Empty"), (*_TRIPLES[number], "", "")[:3], strict=True))
    folder, sent = _written(tmp_path, {**values, "Names": ["a", "b c", "d'e\"f"], "Ports": ["80", "443"]})
    assert values.items() <= sent.items()
    made, deployed = f"made{number}", f"deployed{number}"
    named = ("--stack-name", made, "--change-set-name", "first")
    shell.cloudformation(
        *("create-change-set", *named, "--change-set-type", "CREATE"),
        *("--template-body", f"file://{shell.folder}/template.json"),
        *("--parameters", f"file://{folder}/parameters.json", "--tags", f"file://{folder}/tags.json"),
    )
    shell.cloudformation("wait", "change-set-create-complete", *named)
    shell.cloudformation("execute-change-set", *named)
    shell.cloudformation("wait", "stack-create-complete", "--stack-name", made)
    shell.aws(
        *("cloudformation", "deploy", "--stack-name", deployed, "--template-file", f"{shell.folder}/template.json"),
        *("--parameter-overrides", f"file://{folder}/overrides.json", "--tags", f"file://{folder}/deploy-tags.json"),
    )
    assert _stack(shell, made) == _stack(shell, deployed) == (sent, TAGS)


def test_the_settings_of_a_stack_are_taken_from_their_files(shell: Shell, tmp_path: Path) -> None:
    alarm = "arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:errors of shop"
    told = {"notifications": [_ARN], "stack_policy": _POLICY, "rollback_triggers": [alarm]}
    folder, _ = _written(tmp_path, {"Sentence": "x"}, **told)
    named = ("--stack-name", "settings", "--change-set-name", "first")
    shell.cloudformation(
        *("create-change-set", *named, "--change-set-type", "CREATE"),
        *("--template-body", f"file://{shell.folder}/template.json"),
        *("--parameters", f"file://{folder}/parameters.json"),
        *("--notification-arns", f"file://{folder}/notifications.json"),
    )
    shell.cloudformation("wait", "change-set-create-complete", *named)
    described = shell.cloudformation("describe-change-set", *named)
    assert described["NotificationARNs"] == [_ARN]
    shell.cloudformation("execute-change-set", *named)
    shell.cloudformation("wait", "stack-create-complete", "--stack-name", "settings")
    policy = f"file://{folder}/stack-policy.json"
    shell.cloudformation("set-stack-policy", "--stack-name", "settings", "--stack-policy-body", policy)
    answer = shell.cloudformation("get-stack-policy", "--stack-name", "settings")
    assert json.loads(answer["StackPolicyBody"]) == _POLICY
    assert json.loads((folder / "rollback-triggers.json").read_text()) == [
        {"Arn": alarm, "Type": "AWS::CloudWatch::Alarm"}
    ]
