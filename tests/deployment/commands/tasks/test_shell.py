"""A shell in a running task: which task, and what is in its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from deployment.commands.tasks.shell import shell
from deployment.errors import DeploymentError, NothingSent, StackBlocked
from deployment.run.run import Run
from tests.deployment.commands.tasks.placed import (
    ARN,
    MIGRATE,
    PLATFORM,
    Scene,
    a_run,
    answering,
    described,
    shown,
)
from tests.deployment.fake_client import FakeClient


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on PATH, alone, with what exec needs."""
    for name in ("aws", "session-manager-plugin"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def a_scene(*tasks: dict[str, Any]) -> Scene:
    listed = {"taskArns": [f"{task['taskArn']}" for task in tasks]}
    return Scene(FakeClient("ecs", list_tasks=listed, describe_tasks={"tasks": list(tasks)}), FakeClient("logs"))


def in_service(scene: Scene, given: list[Sequence[str]], *command: str, switch: str = "true", job: bool = False) -> Run:
    """The run of a service whose stack says so much; what is handed over is noted."""
    run = a_run(scene)
    parameters = [{"ParameterKey": "EnableExecuteCommand", "ParameterValue": switch}]
    own = described(MIGRATE | ({} if job else {"ServiceName": "migrate-svc"}), "shop-dev-migrate")
    own["Stacks"][0]["Parameters"] = parameters
    stacks = {"shop-dev": described(PLATFORM, "shop-dev"), "shop-dev-migrate": own}
    session: Any = run.session
    session.cloudformation = FakeClient("cloudformation", describe_stacks=answering(stacks))
    cast(Any, run.environment).place = SimpleNamespace(file="params/dev.yaml")

    def hand_over(words: Sequence[str]) -> int:
        given.append(words)
        return 7

    return replace(run, hand_over=hand_over, choices=replace(run.choices, command=command))


def refused(run: Run) -> DeploymentError:
    with pytest.raises(DeploymentError) as ended:
        shell(run)
    return ended.value


def test_the_aws_cli_is_given_the_terminal_with_every_name(programs: Path) -> None:
    given: list[Sequence[str]] = []
    scene = a_scene(shown("PENDING", enableExecuteCommand=True), shown("RUNNING", enableExecuteCommand=True))
    ended = shell(in_service(scene, given, "sh", "-c", "echo $HOME"))
    assert (ended.exit_code, ended.task, ended.through) == (7, ARN, "aws ecs execute-command")
    line = "aws ecs execute-command --region eu-west-1 --cluster shop --task"
    words = [*line.split(), ARN, "--container", "migrate", "--interactive", "--command", "sh -c 'echo $HOME'"]
    assert given == [words]
    assert scene.ecs.named("list_tasks") == [
        {"cluster": "shop", "serviceName": "migrate-svc", "desiredStatus": "RUNNING"}
    ]


def test_without_a_command_it_is_a_shell(programs: Path) -> None:
    given: list[Sequence[str]] = []
    shell(in_service(a_scene(shown("RUNNING", enableExecuteCommand=True)), given))
    assert given[0][-2:] == ["--command", "/bin/sh"]


@pytest.mark.parametrize(
    ("name", "told"), [("aws", "the AWS CLI"), ("session-manager-plugin", "Session Manager plugin")]
)
def test_a_program_that_is_missing_is_named_with_where_it_comes_from(programs: Path, name: str, told: str) -> None:
    (programs / name).unlink()
    error = refused(in_service(a_scene(), []))
    assert isinstance(error, NothingSent)
    assert f"exec needs {'' if name == 'aws' else 'its '}{told}: https://docs.aws.amazon.com/" in error.happened


def test_what_is_switched_off_is_told_with_the_parameter_and_its_place(programs: Path) -> None:
    error = refused(in_service(a_scene(), [], switch="false"))
    assert "EnableExecuteCommand of stack shop-dev-migrate is false" in error.happened
    assert "write EnableExecuteCommand: true in params/dev.yaml, under services: migrate:" in str(error.remedy)


def test_tasks_from_before_it_was_switched_on_are_told_from_none(programs: Path) -> None:
    error = refused(in_service(a_scene(shown("RUNNING")), []))
    assert isinstance(error, StackBlocked)
    assert "the 1 running tasks of migrate were started before" in error.happened
    assert "no task of migrate is running" in refused(in_service(a_scene(), [])).happened


def test_no_shell_is_opened_in_a_job(programs: Path) -> None:
    error = refused(in_service(a_scene(), [], job=True))
    assert "migrate is a job" in error.happened
    assert str(error.remedy).endswith("python deploy.py run migrate --env dev -- /bin/sh")
