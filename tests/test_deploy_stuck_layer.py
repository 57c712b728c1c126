"""A layer that is stuck while its root is well, played through the command: reported before it happens, and after."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import deploy as command
from tests.deployment.project import write_project
from tests.deployment.this_process import RehearsalHere

pytestmark = pytest.mark.slow

_SCENARIO = """\
drift:
  - {path: App/Role, property: MaxSessionDuration, actual: "9000"}
resources:
  - {path: App/Role, on: update, reason: It is not wanted}
  - {path: App/Role, on: rollback, reason: It is still not wanted}
"""


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A project whose App layer got stuck when its drift was to be reverted; stderr of that is in revert.txt."""
    made = write_project(tmp_path)
    (made / "scenario.yaml").write_text(_SCENARIO)
    assert run(made, "--yes") == 0
    capsys.readouterr()
    assert run(made, "--scenario", str(made / "scenario.yaml"), "drift", "--revert", "--yes") == 1
    (made / "revert.txt").write_text(capsys.readouterr().err)
    return made


def run(project: Path, *arguments: str) -> int:
    return command.main(["--env", "dev", "--rehearse", *arguments], project, rehearsal=RehearsalHere)


def test_taking_drift_back_says_before_it_asks_that_a_failure_has_no_way_back(project: Path) -> None:
    told = " ".join((project / "revert.txt").read_text().split())
    note = "note: if this fails and cannot be rolled back, App is stuck: AWS continues a rollback only from the root"
    assert told.index(note) < told.index("Revert the drift of App")
    assert "is in UPDATE_ROLLBACK_FAILED" in told


def test_status_shows_what_the_layer_says_itself_and_claims_no_peace(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(project, "status") == 0
    told = capsys.readouterr().err
    assert "shop-dev is CREATE_COMPLETE" in told
    assert "  UPDATE_ROLLBACK_FAILED  App  " in told
    assert "  stuck nested stacks: App; a deployment that changes them fails; run recover" in told
    assert "nothing to do" not in told
    assert run(project, "status", "--output", "json") == 0
    layers = {layer["path"]: layer for layer in json.loads(capsys.readouterr().out)["layers"]}
    assert (layers["App"]["status"], layers["App"]["stuck"]) == ("UPDATE_ROLLBACK_FAILED", True)
    assert (layers["Network"]["status"], layers["Network"]["stuck"]) == ("CREATE_COMPLETE", False)


def test_recover_names_what_is_stuck_and_offers_only_what_aws_allows(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(project, "recover", "--yes") == 5
    told = capsys.readouterr().err
    assert "App below it is stuck; AWS never continues the rollback of a nested stack by itself" in told
    assert "  App is in UPDATE_ROLLBACK_FAILED: " in told
    assert "  stuck: App/Role AWS::IAM::Role It is still not wanted\n" in told
    assert "next: fix what is stuck by hand and ask AWS Support to roll back App;" in told


def test_a_deployment_that_reaches_it_fails_and_names_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(project, "--yes", "--set", "Hours=7") == 1
    told = capsys.readouterr().err
    assert " is in UPDATE_ROLLBACK_FAILED state and can not be updated." in told
    assert "\n  nested stack App is itself in UPDATE_ROLLBACK_FAILED\n" in told
    assert "next: do what the action recover says of the stuck nested stack, then: " in told
