"""What the history says of a bundle: the commit, its time, and whether what is rendered is what was committed."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cloudformation.environment.delivery.release_stamp import DIRTY, NO_COMMIT
from templates.bundle.errors import BundleError

EPOCH = "SOURCE_DATE_EPOCH"
"""The time of every file, in seconds: https://reproducible-builds.org/specs/source-date-epoch/."""
# The earliest time that a zip archive can store.
_NO_TIME = 315_532_800
# The inputs of a bundle: an untracked file in them counts as a change.
_MADE_OF = ("cloudformation/", "params/", "rendered/", "templates/")


@dataclass(frozen=True)
class Source:
    """Where a bundle comes from; `time` in seconds since 1970, of the commit unless SOURCE_DATE_EPOCH says another."""

    commit: str
    time: int

    @property
    def dirty(self) -> bool:
        """Whether there is no commit that would give the same bundle."""
        return self.commit.endswith(DIRTY) or self.commit == NO_COMMIT

    @property
    def short(self) -> str:
        """The commit as a version, where nobody names one."""
        return self.commit[:12] + (DIRTY if self.commit.endswith(DIRTY) else "")


def source_of(project: Path) -> Source:
    """The commit that the work tree is, or was changed from; of a project that is no repository's top, none."""
    given = _given_time()
    top = _git(project, "rev-parse", "--show-toplevel")
    said = (
        _git(project, "log", "-1", "--no-show-signature", "--format=%H %ct")
        if top and Path(top) == project.resolve()
        else None
    )
    if said is None:
        return Source(NO_COMMIT, _NO_TIME if given is None else given)
    commit, time = said.split()
    return Source(commit + (DIRTY if _changed(project) else ""), int(time) if given is None else given)


def commit_of(project: Path, ref: str) -> str | None:
    """The commit that a ref names; what begins with a dash is no option."""
    return _git(project, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")


def _given_time() -> int | None:
    text = os.environ.get(EPOCH)
    if text is not None and not re.fullmatch(r"[0-9]{1,11}", text):
        raise BundleError(
            f"{EPOCH} is {text!r}, which is not a number of seconds", f"unset {EPOCH}, or set it to an integer"
        )
    return None if text is None else int(text)


def _changed(project: Path) -> bool:
    """Whether a file of the project was changed, or one was added where the bundle comes from."""
    said = _git(project, "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames") or ""
    rows = [row for row in said.split("\0") if row]
    return any(not row.startswith("??") or row[3:].startswith(_MADE_OF) for row in rows)


def _git(project: Path, *arguments: str) -> str | None:
    # A hook or a worktree names its own repository to what it starts.
    outside = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        answer = subprocess.run(
            ["git", "--no-optional-locks", "-C", str(project), *arguments],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=outside | {"LC_ALL": "C"},
            check=False,
        )
    except OSError:
        return None
    return os.fsdecode(answer.stdout).rstrip("\n") if answer.returncode == 0 else None
