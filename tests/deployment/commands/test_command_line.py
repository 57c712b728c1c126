"""What deploy.py may be told."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployment.commands.command_line import ACTIONS, EPILOG, read_arguments


def test_deploy_is_what_is_done_when_no_action_is_named() -> None:
    options = read_arguments(["--env", "dev"])
    assert (options.action, options.env, options.yes, options.skip) == ("deploy", "dev", False, [])


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_is_explained(action: str) -> None:
    assert read_arguments(["--env", "dev", action]).action == action
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
