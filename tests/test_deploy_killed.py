"""A deployment that is killed outright: the next one cleans up after it and goes on."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

import deploy as command
from deployment.aws.session import Endpoint, Session
from tests.deployment.project import ACCOUNT, write_project
from tests.deployment.rehearsed import rehearsal

pytestmark = pytest.mark.slow

# The review is on the terminal, the change set stands, and the person is being asked: then comes the kill.
_KILLED = """
import os, pathlib, signal, sys, deploy
from deployment.terminal.screen import Screen
def approve(self, question):
    if question.text.startswith("Create bucket"):
        return True
    os.kill(os.getpid(), signal.SIGKILL)
Screen.approve = approve
deploy.main(sys.argv[2:], pathlib.Path(sys.argv[1]))
"""


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """A rehearsal that is AWS for everything that this process and its children ask."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with rehearsal("--account", ACCOUNT, "--zone", "Z0123456789=example.com") as endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        yield endpoint


@pytest.fixture
def change_sets(url: str) -> Iterator[Callable[[], list[str]]]:
    with closing(Session("eu-west-1", Endpoint(url, "test", "test"))) as session:

        def listed() -> list[str]:
            rows = session.cloudformation.list_change_sets(StackName="shop-dev")["Summaries"]
            return [row["ExecutionStatus"] for row in rows]

        yield listed


def _killed(project: Path, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(project), "--env", "dev", *arguments],
        cwd=command.PROJECT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_a_killed_rehearsal_ends_with_its_command_and_what_it_left_is_cleaned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(tmp_path)
    _killed(project, "--rehearse")
    with (project / f".rehearsal/{ACCOUNT}-eu-west-1/lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)  # returns when the rehearsal has saved and ended
    assert command.main(["--env", "dev", "--rehearse", "--yes"], project) == 0
    said = capsys.readouterr().err
    assert "deleting 1 change set that earlier runs left" in said
    assert "shop-dev is CREATE_COMPLETE" in said


def test_a_killed_creation_goes_on_as_a_creation_and_nothing_is_left(
    tmp_path: Path, change_sets: Callable[[], list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(tmp_path)
    _killed(project)
    assert change_sets() == ["AVAILABLE"]
    assert command.main(["--env", "dev", "--yes"], project) == 0
    said = capsys.readouterr().err
    assert "deleting 1 change set that earlier runs left" in said
    assert "shop-dev is CREATE_COMPLETE" in said
    assert change_sets() == ["EXECUTE_COMPLETE"]


def test_what_a_killed_update_left_is_shown_by_a_plan_and_cleaned_by_a_deployment(
    tmp_path: Path, change_sets: Callable[[], list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(tmp_path)
    assert command.main(["--env", "dev", "--yes"], project) == 0
    _killed(project, "--set", "Hours=7")
    _killed(project, "--set", "Hours=8")
    assert sorted(change_sets()) == ["AVAILABLE", "AVAILABLE", "EXECUTE_COMPLETE"], "nothing goes before it is approved"
    capsys.readouterr()
    assert command.main(["--env", "dev", "plan", "--set", "Hours=9"], project) == 0
    assert "abandoned-change-sets: deploy-" in capsys.readouterr().out
    assert command.main(["--env", "dev", "status"], project) == 0
    assert "the next deployment would change abandoned-change-sets: deploy-" in capsys.readouterr().err
    assert sorted(change_sets()) == ["AVAILABLE", "AVAILABLE", "EXECUTE_COMPLETE"]
    assert command.main(["--env", "dev", "--set", "Hours=9"], project) == 3
    assert sorted(change_sets()) == ["AVAILABLE", "AVAILABLE", "EXECUTE_COMPLETE"]
    assert command.main(["--env", "dev", "--yes", "--set", "Hours=9"], project) == 0
    said = capsys.readouterr().err
    assert "settings: abandoned-change-sets" in said
    assert "deleting 2 change sets that earlier runs left" in said
    assert change_sets() == ["EXECUTE_COMPLETE", "EXECUTE_COMPLETE"]
    assert command.main(["--env", "dev", "plan", "--keep", "--set", "Hours=7"], project) == 0
    assert command.main(["--env", "dev", "plan", "--set", "Hours=8"], project) == 0
    assert "abandoned-change-sets" not in capsys.readouterr().out, "what was kept on purpose stays"
