"""What was played already, by what it was played with: the module, the mutation's name, and the tests of a round.

So a test that is added has its own round played again, and what an earlier round killed is dead still.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

FOLDER = Path(".mutants")


def key(module: Path, name: str, tests: Iterable[str]) -> str:
    """Other code is not in it: `--fresh` plays everything again."""
    parts = [module.read_text(), name, *(part for path in tests for part in (path, content(Path(path))))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def content(path: Path) -> str:
    """Of a file, or of all modules in a folder."""
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def read(folder: Path = FOLDER) -> dict[str, bool]:
    """Whether each was killed."""
    lines = (folder / "results.jsonl").read_text().splitlines() if (folder / "results.jsonl").exists() else []
    return dict(json.loads(line) for line in lines)


def write(name: str, killed: bool, folder: Path = FOLDER) -> None:
    """Adds one, so that a run that is stopped goes on where it was."""
    folder.mkdir(exist_ok=True)
    with (folder / "results.jsonl").open("a") as file:
        file.write(json.dumps([name, killed]) + "\n")
