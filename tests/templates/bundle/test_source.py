"""What a project's history says of a bundle."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from templates.bundle.source import commit_of, source_of
from tests.deployment.history import commit


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "params").mkdir(parents=True)
    (folder / "params/dev.yaml").write_text("account: 1\n")
    (folder / ".gitignore").write_text(".venv\n")
    commit(folder)
    return folder


def _git(project: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=project, capture_output=True, text=True, check=True).stdout.strip()


def test_it_is_the_commit_and_its_time(project: Path) -> None:
    source = source_of(project)
    assert f"{source.commit} {source.time}" == _git(project, "log", "-1", "--format=%H %ct")
    assert (source.dirty, source.short) == (False, source.commit[:12])
    assert commit_of(project, "main") == source.commit


def test_the_machines_own_settings_of_git_say_nothing_else(project: Path) -> None:
    plain = source_of(project)
    for name, value in (
        ("log.showSignature", "true"),
        ("status.showUntrackedFiles", "no"),
        ("log.date", "relative"),
        ("color.ui", "always"),
        ("format.pretty", "oneline"),
    ):
        _git(project, "config", name, value)
    assert source_of(project) == plain
    (project / "params/new.yaml").write_text("")
    assert source_of(project).dirty


def test_a_file_that_is_no_part_of_what_is_made_changes_nothing(project: Path) -> None:
    for name in (".venv", "notes.txt"):
        (project / name).write_text("mine")
    assert not source_of(project).dirty


@pytest.mark.parametrize("name", ["params/prod.yaml", "templates/services/api.py", "rendered/x.yaml", "params/ü.yaml"])
def test_a_file_that_git_does_not_know_is_a_change_where_the_bundle_comes_from(project: Path, name: str) -> None:
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    (project / name).write_text("")
    source = source_of(project)
    assert source.dirty
    assert source.short == f"{source.commit[:12]}-dirty"


def test_a_change_that_is_staged_or_a_file_that_is_gone_is_one(project: Path) -> None:
    (project / "params/dev.yaml").write_text("account: 2\n")
    _git(project, "add", "--all")
    assert source_of(project).dirty
    commit(project)
    assert not source_of(project).dirty
    (project / ".gitignore").unlink()
    assert source_of(project).dirty


def test_the_repository_around_a_project_is_not_its_own(project: Path) -> None:
    (project / "inner").mkdir()
    assert source_of(project / "inner").commit == "unknown"
    assert source_of(project / "inner").dirty
