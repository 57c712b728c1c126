"""The files of the project as they lie there, without what is made or downloaded into it."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from tests.documents.transcripts import PROJECT

# As in .gitignore: `git` may not be there, and a file that is new is not committed yet.
_MADE_HERE = {
    ".git",
    ".venv",
    ".tools",
    ".rehearsal",
    ".mutants",
    ".corpus",
    ".hypothesis",
    "node_modules",
    "__pycache__",
}


@cache
def files() -> frozenset[str]:
    """Paths from the project's folder, with `/` between their parts."""
    paths = set()
    for folder, folders, names in os.walk(PROJECT):
        folders[:] = [name for name in folders if name not in _MADE_HERE and not name.endswith(("_cache", ".egg-info"))]
        inside = Path(folder).relative_to(PROJECT)
        paths |= {(inside / name).as_posix() for name in names if not name.startswith(".coverage")}
    return frozenset(paths - {".git", ".venv"})


@cache
def folders() -> frozenset[str]:
    """The folders that hold them, each with a `/` at its end."""
    return frozenset(f"{parent.as_posix()}/" for path in files() for parent in Path(path).parents)
