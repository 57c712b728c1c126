"""What is committed, and nothing that lies in the checkout beside it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from templates.new_project.committed_files import CommittedFile, committed_files


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (folder := tmp_path / "project").mkdir()
    (folder / "a.py").write_text("a = 1\n")
    (folder / "b").mkdir()
    (folder / "b/run").write_text("#!/bin/sh\n")
    (folder / "b/run").chmod(0o755)
    return folder


FILES = [CommittedFile("a.py", b"a = 1\n"), CommittedFile("b/run", b"#!/bin/sh\n", executable=True)]


def test_a_checkout_that_is_not_clean_leaks_nothing(project: Path) -> None:
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-qm", "first")):
        git(project, *arguments)
    (project / "a.py").write_text("secret = 1\n")
    (project / "notes.txt").write_text("secret\n")
    (project / "b/staged.py").write_text("secret\n")
    git(project, "add", "b/staged.py")
    assert committed_files(project) == FILES


def test_a_project_without_a_history_is_taken_as_it_lies_without_what_is_made_there(project: Path) -> None:
    for made in (".venv/lib", "b/__pycache__", ".mypy_cache", "x.egg-info", ".rehearsal"):
        (project / made).mkdir(parents=True)
        (project / made / "made.py").write_text("made\n")
    (project / "link").symlink_to(project / "a.py")
    assert committed_files(project) == FILES


def test_a_project_within_another_repository_has_no_history_of_its_own(project: Path) -> None:
    (project.parent / "other.txt").write_text("other\n")
    for arguments in (("init", "-q"), ("add", "other.txt"), ("commit", "-qm", "first")):
        git(project.parent, *arguments)
    assert committed_files(project) == FILES


def test_a_repository_without_a_commit_is_taken_as_it_lies(project: Path) -> None:
    git(project, "init", "-q")
    assert committed_files(project) == FILES


def test_a_hook_s_own_repository_is_not_the_one_that_is_read(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-qm", "first")):
        git(project, *arguments)
    monkeypatch.setenv("GIT_DIR", str(project.parent / "elsewhere"))
    assert committed_files(project) == FILES
