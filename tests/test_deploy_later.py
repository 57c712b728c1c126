"""Reviewed now and executed later, started here and watched there: through the command, over the rehearsal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import deploy as command
from tests.deployment.project import APP, NETWORK, write_project
from tests.deployment.standing import Standing, standing
from tests.deployment.this_process import RehearsalHere

pytestmark = pytest.mark.slow

Play = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def stage() -> Iterator[Standing]:
    with standing() as found:
        yield found


@pytest.fixture
def project(stage: Standing, tmp_path: Path) -> Path:
    """A project whose stack is deployed as its files say."""
    stage.empty()
    project = write_project(tmp_path)
    assert command.main(["--env", "dev", "--rehearse", "--yes"], project, rehearsal=stage) == 0
    return project


def _player(project: Path, capsys: pytest.CaptureFixture[str], stage: Standing | type[RehearsalHere]) -> Play:
    def played(*arguments: str) -> tuple[int, str, str]:
        code = command.main(["--env", "dev", "--rehearse", *arguments], project, rehearsal=stage)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    capsys.readouterr()
    return played


@pytest.fixture
def play(project: Path, stage: Standing, capsys: pytest.CaptureFixture[str]) -> Play:
    return _player(project, capsys, stage)


@pytest.fixture
def fresh(tmp_path: Path, stage: Standing, capsys: pytest.CaptureFixture[str]) -> Play:
    """A project that was never deployed."""
    stage.empty()
    return _player(write_project(tmp_path), capsys, stage)


def _kept(play: Play, *arguments: str) -> str:
    code, out, err = play("plan", "--keep", *arguments)
    assert code == 0, err
    return out.splitlines()[-1]


def test_a_kept_plan_is_executed_exactly_as_it_was_reviewed_whatever_the_files_say_now(
    project: Path, play: Play
) -> None:
    _, reviewed, _ = play("plan", "--set", "Hours=7")
    code, out, err = play("plan", "--keep", "--set", "Hours=7")
    assert code == 0
    arn = out.splitlines()[-1]
    assert arn.startswith("arn:aws:cloudformation:eu-west-1:111122223333:changeSet/plan-")
    for action in ("", "delete "):
        assert f"deploy.py {action}--change-set {out.splitlines()[-1]} --env dev --rehearse" in err
    (project / "rendered/app.yaml").write_text(APP.replace("GroupDescription: app", "GroupDescription: new"))
    code, out, err = play("--yes", "--change-set", arn)
    assert code == 0, err
    assert "MaxSessionDuration: 4000 -> 7000" in err
    assert "GroupDescription" not in err
    without_set = [line for line in reviewed.splitlines() if not line.startswith("--set")]
    assert all(line in err for line in without_set)
    assert out.startswith("VpcId=")
    _, out, _ = play("status", "--output", "json")
    differences = {each["name"]: each["deployed"] for each in json.loads(out)["differences"]}
    assert differences == {"Hours": "7"}


def test_a_kept_plan_is_guarded_when_it_is_executed(project: Path, play: Play) -> None:
    (project / "rendered/network.yaml").write_text(NETWORK.replace("10.0.0.0", "10.1.0.0"))
    arn = _kept(play)
    code, _, err = play("--yes", "--change-set", arn)
    assert code == 3
    assert "to approve: --allow Network/Vpc --allow App/Group" in err
    code, _, err = play("--yes", "--change-set", arn, "--allow", "Network/Vpc", "--allow", "App/Group")
    assert code == 0, err


def test_a_kept_plan_of_a_new_stack_makes_the_stack(fresh: Play) -> None:
    play = fresh
    arn = _kept(play, "--yes")
    assert json.loads(play("status", "--output", "json")[1])["status"] == "REVIEW_IN_PROGRESS"
    code, out, err = play("--yes", "--change-set", arn)
    assert code == 0, err
    assert "create, 3 added" in err
    assert out.startswith("VpcId=vpc-")


def test_a_kept_plan_can_be_deleted_and_takes_its_empty_stack_with_it(fresh: Play) -> None:
    play = fresh
    arn = _kept(play, "--yes")
    assert play("delete", "--change-set", arn)[0] == 3
    code, _, err = play("delete", "--yes", "--change-set", arn)
    assert (code, "deleted without being executed" in err) == (0, True)
    assert json.loads(play("status", "--output", "json")[1])["outcome"] == "absent"


def test_a_kept_plan_that_was_overtaken_or_executed_is_refused(play: Play) -> None:
    first, second = _kept(play, "--set", "Hours=7"), _kept(play, "--set", "Hours=8")
    assert play("--yes", "--change-set", first)[0] == 0
    code, _, err = play("--yes", "--change-set", second)
    assert code == 2
    assert "it does not exist: it was deleted, or another one has been executed since" in err
    code, _, err = play("--yes", "--change-set", first)
    assert code == 2
    assert "it was executed already" in err
    code, _, err = play("delete", "--yes", "--change-set", first)
    assert (code, "is part of the stack's history" in err) == (2, True)
    assert "python deploy.py plan --keep --env dev" in err


def test_a_change_set_of_another_stack_is_refused(project: Path, play: Play, stage: Standing) -> None:
    arn = _kept(play, "--set", "Hours=7")
    params = (project / "params/dev.yaml").read_text()
    (project / "params/qa.yaml").write_text(params.replace("shop-dev", "shop-qa"))
    assert command.main(["--env", "qa", "--rehearse", "--yes"], project, rehearsal=stage) == 0
    assert command.main(["--env", "qa", "--rehearse", "--yes", "--change-set", arn], project, rehearsal=stage) == 2
    code, _, err = play("--change-set", arn.replace("/plan-", "/none-"), "--yes")
    assert (code, "it does not exist" in err) == (2, True)
    code, _, err = play("--change-set", "plan-1", "--yes")
    assert (code, "an ARN is needed" in err) == (2, True)


def test_a_plan_without_changes_keeps_nothing(play: Play) -> None:
    code, out, _ = play("plan", "--keep", "--output", "json")
    told = json.loads(out)
    assert (code, told["outcome"], told["kept"]) == (0, "planned", None)


def test_a_detached_deployment_is_followed_to_the_same_ending(play: Play) -> None:
    code, out, err = play("--yes", "--set", "Hours=7", "--detach")
    assert (code, out) == (0, "")
    assert "an operation on shop-dev is in progress" in err
    code, out, err = play("status", "--follow")
    assert code == 0, err
    assert out.startswith("VpcId=")
    assert "UPDATE_COMPLETE" in err
    code, again, err = play("status", "--follow", "--output", "json")
    told = json.loads(again)
    assert (code, told["outcome"], told["status"]) == (0, "followed", "UPDATE_COMPLETE")
    assert [each["path"] for each in told["layers"]] == ["Network", "App"]


def test_a_detached_failure_is_followed_to_its_first_cause(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    play = _player(write_project(tmp_path), capsys, RehearsalHere)
    assert play("--yes")[0] == 0
    fault = ("--fail", "App/Role:update=No such role")
    assert play("--yes", "--set", "Hours=7", "--detach", *fault)[0] == 0
    code, _, err = play("status", "--follow")
    assert code == 1
    assert "App/Role UPDATE_FAILED: No such role" in err


def test_nothing_is_followed_where_nothing_was_begun(fresh: Play) -> None:
    play = fresh
    assert json.loads(play("status", "--follow", "--output", "json")[1])["outcome"] == "absent"
    _kept(play, "--yes")
    assert json.loads(play("status", "--follow", "--output", "json")[1])["outcome"] == "shown"
