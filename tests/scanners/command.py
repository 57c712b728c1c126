"""A scanner that is a command of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection, Sequence
from pathlib import Path

from tests.scanners.finding import ScannerError

PROJECT = Path(__file__).parents[2]
_SECONDS = 300
_SHOWN = 2000
# What the person at this machine has set for tools of their own.
_FOREIGN = ("PYTHON", "CHECKOV", "BC_", "CKV")


def output_of(command: Sequence[str], codes: Collection[int]) -> str:
    """What a command writes to stdout; raises ScannerError where it does not end, or with none of these codes."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", env=own, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ScannerError(f"{' '.join(command)}: {error}") from error
    if done.returncode not in codes:
        raise ScannerError(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr[-_SHOWN:]}")
    return done.stdout
