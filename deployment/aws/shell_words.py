"""Commands as they are pasted into a shell: every word as it was meant, whatever is in it."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

_NAMES = ("python", "python3")


def word(text: str) -> str:
    """One word for a shell, on one line.

    What a terminal shows as nothing, or as something else, is written as its bytes: bash, zsh and ksh read `$'...'`.
    """
    if text.isprintable():
        return shlex.quote(text)
    return f"$'{''.join(_sign(sign) for sign in text)}'"


def command(*words: str) -> str:
    """A whole command line."""
    return " ".join(word(text) for text in words)


def python_command(script: Path) -> tuple[str, str]:
    """The interpreter that runs now and a script, so that they are found from the current folder."""
    return _interpreter(), _from_here(script)


def aws_command(region: str, *words: str) -> str:
    """A command of the AWS CLI, with the Region: that of its own configuration may be another."""
    return command("aws", *words, "--region", region)


def starts_command(text: str, programs: Sequence[str]) -> int | None:
    """Where in a sentence a command begins, so that it can be kept in one piece; None where there is none."""
    starts = [text.find(f"{program} ") for program in (*programs, "aws")]
    places = [start for start in starts if start == 0 or (start > 0 and text[start - 1] == " ")]
    return min(places, default=None)


def _interpreter() -> str:
    """As short as it can be typed; where nothing is known of it (an embedded Python), by its name."""
    running = sys.executable
    for name in _NAMES:
        # Links are not resolved: that of a virtual environment leads to the interpreter that has not its packages.
        if running and (standing := shutil.which(name)) and str(Path(standing).absolute()) == running:
            return name
    return _from_here(Path(running), program=True) if running else _NAMES[1]


def _from_here(path: Path, *, program: bool = False) -> str:
    absolute = path.absolute()
    try:
        relative = str(absolute.relative_to(Path.cwd()))
    except (ValueError, FileNotFoundError):  # elsewhere; or the current folder is gone
        return str(absolute)
    return f"./{relative}" if relative.startswith("-") or (program and "/" not in relative) else relative


def _sign(sign: str) -> str:
    if sign in "\\'":
        return f"\\{sign}"
    return sign if sign.isprintable() else "".join(f"\\x{byte:02x}" for byte in os.fsencode(sign))
