"""The program of the bundle is POSIX sh: shellcheck finds nothing, and every shell of this machine reads it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.handoff.ops import SHELLS

BIN = Path(__file__).resolve().parents[2] / "templates/bundle/bin"
FILES = [BIN / "deploy.sh", *sorted(BIN.glob("lib/*.sh"))]
_BESIDE = Path(sys.executable).with_name("shellcheck")
SHELLCHECK = str(_BESIDE) if _BESIDE.exists() else shutil.which("shellcheck")


@pytest.mark.slow
@pytest.mark.skipif(SHELLCHECK is None, reason="shellcheck is not installed: make .venv, or apt-get install shellcheck")
def test_shellcheck_finds_nothing() -> None:
    told = subprocess.run([str(SHELLCHECK), "-s", "sh", *map(str, FILES)], capture_output=True, text=True)
    assert told.stdout == ""
    assert told.returncode == 0


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_shell_reads_it(shell: tuple[str, ...], file: Path) -> None:
    told = subprocess.run([*shell, "-n", str(file)], capture_output=True, text=True)
    assert (told.returncode, told.stderr) == (0, "")


@pytest.mark.parametrize(
    "file",
    [BIN / "deploy.sh", *sorted(BIN.glob("lib/*.sh")), *sorted(BIN.glob("lib/awk/*"))],
    ids=lambda file: file.name,
)
def test_a_file_can_be_read_before_it_is_run(file: Path) -> None:
    lines = file.read_text().splitlines()
    assert len(lines) <= 300
    assert file.read_text().isascii()
    assert lines[1 if file.name == "deploy.sh" else 0].startswith("# ")
