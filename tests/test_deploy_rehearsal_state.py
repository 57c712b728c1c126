"""What is rehearsed is kept for each account and Region; one that cannot start, or proves nothing, says what to do."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import deploy as command
from rehearsal.control.child import RehearsalDidNotStartError, RehearsalProcess
from rehearsal.state.store import Store
from tests.deployment.project import ENVIRONMENT, write_project
from tests.deployment.this_process import RehearsalHere

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).resolve().parents[1]
_OTHER = ENVIRONMENT.replace("111122223333", "444455556666").replace("shop-dev", "shop-prod")
Play = Callable[..., tuple[int, str, str]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two environments in two accounts."""
    folder = write_project(tmp_path)
    (folder / "params/prod.yaml").write_text(_OTHER)
    return folder


@pytest.fixture
def play(project: Path, capsys: pytest.CaptureFixture[str]) -> Play:
    def played(*arguments: str, started: type[RehearsalProcess] = RehearsalHere) -> tuple[int, str, str]:
        capsys.readouterr()
        code = command.main([*arguments, "--rehearse"], project, rehearsal=started)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return played


def _pasted(said: str) -> list[str]:
    """The words after the program of the command that the last line names."""
    line = said.splitlines()[-1]
    return shlex.split(line[line.index("deploy.py ") :])[1:]


def test_environments_of_two_accounts_are_rehearsed_by_turns(play: Play, project: Path) -> None:
    for name in ("dev", "prod", "dev", "prod"):
        code, _, err = play("--env", name, "--yes")
        assert code == 0, err
    assert "nothing to do" in err
    kept = sorted(folder.name for folder in (project / ".rehearsal").iterdir())
    assert kept == ["111122223333-eu-west-1", "444455556666-eu-west-1"]
    assert play("--env", "dev", "--fresh", "status")[2].startswith("stack shop-dev does not exist")
    assert "shop-prod is CREATE_COMPLETE" in play("--env", "prod", "status")[2]


def test_a_state_elsewhere_is_another_rehearsal(play: Play, tmp_path: Path) -> None:
    elsewhere = ("--state", str(tmp_path / "else where"))
    assert play("--env", "dev", "--yes")[0] == 0
    assert "stack shop-dev does not exist" in play("--env", "dev", "status", *elsewhere)[2]
    code, _, err = play("--env", "dev", "--yes", *elsewhere, "--fail", "App/Role=no")
    assert code == 1
    assert _pasted(err) == ["recover", "--env", "dev", "--rehearse", *elsewhere]


@pytest.mark.parametrize("fresh", [(), ("--fresh",)])
def test_a_state_in_use_is_left_alone_and_the_process_is_named(
    play: Play, project: Path, fresh: tuple[str, ...]
) -> None:
    assert play("--env", "dev", "--yes")[0] == 0
    folder = project / ".rehearsal/111122223333-eu-west-1"
    before = (folder / "cloudformation.json").read_bytes()
    with closing(Store(folder)):
        code, _, err = play("--env", "dev", "--yes", *fresh, started=RehearsalProcess)
        assert code == 2
        assert f"the rehearsal of process {os.getpid()} is using it" in err
        arguments = _pasted(err)
        assert arguments[0] == "--state"
    assert (folder / "cloudformation.json").read_bytes() == before
    assert "shop-dev is CREATE_COMPLETE" in play("--env", "dev", "status")[2]


def test_a_state_of_another_account_is_forgotten_by_the_command_that_is_named(play: Play, project: Path) -> None:
    assert play("--env", "prod", "--yes")[0] == 0
    kept = project / ".rehearsal"
    (kept / "444455556666-eu-west-1").rename(kept / "111122223333-eu-west-1")
    code, _, err = play("--env", "dev", "plan", "--set", "Hours=5", started=RehearsalProcess)
    assert code == 2
    assert "this is the state of account 444455556666, not of 111122223333" in err
    arguments = _pasted(err)
    assert arguments == ["plan", "--fresh", "--env", "dev", "--rehearse", "--set", "Hours=5"]
    assert play(*[word for word in arguments if word != "--rehearse"])[0] == 0


def test_a_folder_that_cannot_be_written_is_told_with_another(play: Play, project: Path) -> None:
    (project / ".rehearsal").write_text("")
    code, _, err = play("--env", "dev", "plan", started=RehearsalProcess)
    assert code == 2
    assert "cannot be written: Not a directory" in err
    assert _pasted(err)[:2] == ["plan", "--state"]


def test_packages_that_are_missing_are_named_with_what_installs_them(project: Path) -> None:
    script = (
        "import sys; sys.modules['cattrs'] = None\n"
        "import runpy; sys.argv = ['rehearsal', '--port', '0']; runpy.run_module('rehearsal', run_name='__main__')"
    )
    child = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert child.returncode == 1

    class Missing(RehearsalProcess):
        def url(self) -> str:
            self.stop()
            raise RehearsalDidNotStartError(child.stderr.replace("import of cattrs halted", "No module named 'cattrs'"))

    said = _said(project, Missing)
    assert "cattrs is not installed" in said
    assert said.splitlines()[-1].startswith("next: install what it needs: ")
    assert "-m pip install -r " in said
    assert "requirements/run.txt" in said


def _said(project: Path, started: type[RehearsalProcess]) -> str:
    import io
    from contextlib import redirect_stderr

    told = io.StringIO()
    with redirect_stderr(told):
        assert command.main(["--env", "dev", "--rehearse", "plan"], project, rehearsal=started) == 2
    return told.getvalue()


_SCENARIO = """\
drift: [{path: App/Rol, property: MaxSessionDuration, actual: 3600}]
alarms: [{alarm: errors-*, after: 1}]
"""


@pytest.mark.parametrize("started", [RehearsalHere, RehearsalProcess])
@pytest.mark.parametrize("action", ["deploy", "plan"])
def test_a_misspelt_path_of_a_failure_fails_the_run_with_the_nearest_names(
    play: Play, started: type[RehearsalProcess], action: str
) -> None:
    code, _, err = play("--env", "dev", action, *_yes(action), "--fail", "App/Grup=boom", started=started)
    assert code == 1
    assert "error: the faults of this rehearsal matched no resource or call" in err
    assert "App/Grup; similar names: App/Group" in err
    met = ("--fail", "App/Group=boom")
    assert play("--env", "dev", "--fresh", action, *_yes(action), *met)[0] == (0 if action == "plan" else 1)


def _yes(action: str) -> tuple[str, ...]:
    return ("--yes",) if action == "deploy" else ()


def test_drift_and_alarms_of_a_scenario_that_met_nothing_fail_the_run(play: Play, tmp_path: Path) -> None:
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text(_SCENARIO)
    code, _, err = play("--env", "dev", "--yes", "--scenario", str(scenario))
    assert code == 1
    assert "App/Rol; similar names: App/Role" in err
    assert "alarm errors-*; there is no similar name" in err
    assert "apart from that: shop-dev is CREATE_COMPLETE" in err
    scenario.write_text(_SCENARIO.replace("App/Rol,", "App/Role,"))
    assert play("--env", "dev", "drift", "--scenario", str(scenario))[0] == 0, "no operation is played that has alarms"


def test_what_fails_before_a_layer_was_ever_seen_is_not_called_misspelt(play: Play) -> None:
    fail = ("--fail", "Network/Vpc=boom", "--fail", "App/Role=later")
    assert "matched no resource or call" not in play("--env", "dev", "--yes", *fail)[2]


@pytest.mark.parametrize("started", [RehearsalHere, RehearsalProcess])
def test_a_failure_that_no_operation_came_to_is_told(play: Play, started: type[RehearsalProcess]) -> None:
    code, _, err = play("--env", "dev", "--yes", "--fail", "Network/Vpc:rollback=no", started=started)
    assert code == 0
    assert "note: this fault had no effect: Network/Vpc on rollback" in err


def test_a_plan_in_the_rehearsal_never_asks_for_a_bucket(play: Play) -> None:
    code, out, err = play("--env", "dev", "plan")
    assert code == 0
    assert "?" not in err
    assert "create, 3 added" in out
