"""What the command writes where: a page through whatever stands at its path, and nothing that a CI runner obeys."""

from __future__ import annotations

import json
import os
import re
import stat
import threading
from pathlib import Path

import pytest

import deploy as command
from tests.deployment.project import ROOT, write_project
from tests.deployment.standing import Standing

_COMMANDS = "boom\n::set-output name=x::pwn\r::error file=a::b\n  ::debug::c\n##[add-mask]d ##vso[task.x]e"
_OBEYED = re.compile(r"^\s*::(?!group::|endgroup::|error title=|notice title=)|##\[", re.MULTILINE)


def _planned(project: Path, stage: Standing, *arguments: str) -> int:
    return command.main(["--env", "dev", "--rehearse", "--yes", "plan", *arguments], project, rehearsal=stage)


def test_a_page_goes_through_a_pipe_a_device_and_a_link(tmp_path: Path, stage: Standing) -> None:
    project = write_project(tmp_path)
    pipe, link, page = tmp_path / "pipe", tmp_path / "link.html", tmp_path / "page.html"
    os.mkfifo(pipe)
    link.symlink_to(page)
    told: list[str] = []
    reader = threading.Thread(target=lambda: told.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    assert _planned(project, stage, "--html", str(pipe)) == 0
    reader.join()
    assert _planned(project, stage, "--html", str(link)) == 0
    assert told[0].startswith("<!DOCTYPE html>")
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert (stat.S_ISFIFO(pipe.lstat().st_mode), link.is_symlink()) == (True, True)


def test_markdown_is_written_beside_any_other_form_however_the_run_ends(
    tmp_path: Path, stage: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    project, notes, page = write_project(tmp_path), tmp_path / "notes.md", tmp_path / "page.html"
    both = ("--markdown", str(notes), "--html", str(page))
    assert _planned(project, stage, "--output", "json", *both) == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "planned"
    assert notes.read_text(encoding="utf-8").startswith("### shop-dev: a deployment would create it")
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert _planned(project, stage, "--set", "Nothing=1", "--markdown", str(notes)) == 2
    assert "Nothing" in notes.read_text(encoding="utf-8")


def test_a_page_goes_into_a_device_which_stays_one(tmp_path: Path, stage: Standing) -> None:
    project, node = write_project(tmp_path), tmp_path / "nothing"
    try:
        os.mknod(node, stat.S_IFCHR | 0o666, os.makedev(1, 3))  # our own, which swallows what it is given
    except PermissionError:
        pytest.skip("device nodes cannot be made here")
    assert _planned(project, stage, "--html", str(node)) == 0
    assert stat.S_ISCHR(node.lstat().st_mode)


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
@pytest.mark.slow
def test_no_reason_of_a_failure_is_a_command_of_github_actions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    project = write_project(tmp_path)
    arguments = ["--env", "dev", "--rehearse", "--yes", "--output", form, "--fail", f"App/Group={_COMMANDS}"]
    assert command.main(arguments, project) == 1
    captured = capsys.readouterr()
    for stream in (captured.out, captured.err):
        for line in re.split(r"[\r\n]", stream):
            assert not _OBEYED.search(line), line
    if form == "json":
        assert "##[add-mask]d ##vso[task.x]e" in json.loads(captured.out)["cause"]["reason"]
    elif form == "markdown":
        assert "set-output" in captured.out


def test_no_output_is_a_command_or_moves_the_text_of_an_annotation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, stage: Standing
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    output = '  Url:\n    Value: "https://x/\\u202Ey\\u2028z\\u009Bw##[error]v"\n'
    project = write_project(tmp_path, root=ROOT + output)
    assert command.main(["--env", "dev", "--rehearse", "--yes"], project, rehearsal=stage) == 0
    captured = capsys.readouterr()
    [notice] = [line for line in captured.err.splitlines() if line.startswith("::notice title=Url::")]
    assert notice.isprintable()
    assert notice.startswith("::notice title=Url::https://x/\\x202ey\\x2028z\\x9bw")
    assert "##[" not in captured.out
