"""The command line of deploy.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployment.commands.command_line import ACTIONS, EPILOG, read_arguments
from deployment.commands.tasks.task_options import ABOUT_TASKS


def test_deploy_is_what_is_done_when_no_action_is_named() -> None:
    options = read_arguments(["--env", "dev"])
    assert (options.action, options.env, options.yes, options.skip) == ("deploy", "dev", False, [])


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_is_explained(action: str) -> None:
    name = ["api"] if action in ABOUT_TASKS else []
    assert read_arguments(["--env", "dev", action, *name]).action == action
    assert f"\n  {action} " in EPILOG


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--pace", "5"], "--pace: only with --rehearse"),
        (["--exit-code"], "--exit-code: only with plan or drift"),
        (["--skip", "Ecs/Service"], "--skip: only with recover"),
        (["delete", "--retain", "Ecs/Service"], "--retain: only with recover"),
        (["status", "--allow", "shop-dev"], "--allow: only with deploy or drift or recover or delete"),
        (["status", "--wait"], "--wait: only with deploy or plan or recover or delete"),
        (["plan", "--revert"], "--revert: only with drift"),
        (["run"], "run: of which service? run NAME"),
        (["logs", "api", "--service", "web"], "logs api: not with --service web; one of them says which is meant"),
        (["plan", "api"], "api: only run, logs, exec are about a NAME; plan takes --service"),
        (["logs", "api", "--", "ls"], "-- COMMAND: only with run or exec"),
        (["run", "api", "--follow"], "--follow: only with status or logs"),
        (["status", "--since", "1h"], "--since: only with logs"),
        (["logs", "api", "--since", "1 hour"], "'1 hour' is not a time such as 30s, 15m, 1h or 2d"),
        (["logs", "api", "--since", "0s"], "'0s' is not a time"),
        (["--rehearse", "--pace", "0"], "'0' is not a number above zero"),
        (["--html", "nowhere/page.html"], "is not a file in a folder that exists"),
    ],
)
def test_what_does_not_go_together_is_refused(
    arguments: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        read_arguments(["--env", "dev", *arguments])
    assert ended.value.code == 2
    assert problem in capsys.readouterr().err


def test_what_recover_skips_and_retains_is_named_one_by_one(tmp_path: Path) -> None:
    options = read_arguments(["--env", "dev", "recover", "--skip", "A/B", "--skip", "A/C", "--retain", "D"])
    assert (options.skip, options.retain) == (["A/B", "A/C"], ["D"])
    assert read_arguments(["--env", "dev", "--html", str(tmp_path / "x.html")]).html == tmp_path / "x.html"
    assert read_arguments(["--env", "dev", "--markdown", str(tmp_path / "x.md")]).markdown == tmp_path / "x.md"


def test_a_service_is_named_after_the_action_or_by_its_option() -> None:
    for typed in (["run", "api", "--env", "dev"], ["--env", "dev", "run", "--service", "api"]):
        assert (read_arguments(typed).action, read_arguments(typed).service) == ("run", "api")


def test_what_stands_after_two_hyphens_is_the_command_of_a_task_whatever_is_in_it() -> None:
    options = read_arguments(["run", "api", "--env", "dev", "--", "sh", "-c", "--env prod", "--", "--yes"])
    assert options.command == ("sh", "-c", "--env prod", "--", "--yes")
    assert (options.env, options.yes) == ("dev", False)
    assert read_arguments(["--env", "dev"]).command == ()


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("15m", 900), ("1h", 3600), ("2d", 172_800)])
def test_how_far_back_a_log_is_read_is_a_number_with_its_unit(text: str, seconds: int) -> None:
    assert read_arguments(["--env", "dev", "logs", "api", "--since", text]).since == seconds
