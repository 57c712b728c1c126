"""The small project as a git checkout with a history, without anything of the machine's own configuration."""

from __future__ import annotations

import os
import subprocess
import uuid
from pathlib import Path

from tests.deployment.project import APP, ENVIRONMENT, write_project

_NOBODY = {
    "GIT_AUTHOR_NAME": "nobody",
    "GIT_AUTHOR_EMAIL": "nobody@example.com",
    "GIT_COMMITTER_NAME": "nobody",
    "GIT_COMMITTER_EMAIL": "nobody@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def commit(folder: Path, branch: str = "main") -> None:
    """Commits all that stands in the folder to a branch, which is made first where there is no checkout yet."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch", branch)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "as it is")


def committed_project(parent: Path) -> Path:
    """The small project under a stack name of its own, committed on main; the work tree differs by one property."""
    folder = parent / "project"
    folder.mkdir()
    write_project(folder, environment=ENVIRONMENT.replace("shop-dev", f"shop-{uuid.uuid4().hex[:8]}"))
    commit(folder)
    (folder / "rendered/app.yaml").write_text(APP.replace("GroupDescription: app", "GroupDescription: new"))
    return folder


def git(folder: Path, *arguments: str) -> str:
    """What git writes; raises CalledProcessError where it fails."""
    environment = {**os.environ, **_NOBODY}
    done = subprocess.run(
        ["git", *arguments], cwd=folder, check=True, env=environment, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.strip()
