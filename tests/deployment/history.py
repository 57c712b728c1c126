"""The small project as a git checkout with a history, without anything of the machine's own configuration."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

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
        _git(folder, "init", "--quiet", "--initial-branch", branch)
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--allow-empty", "--message", "as it is")


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, env={**os.environ, **_NOBODY})
