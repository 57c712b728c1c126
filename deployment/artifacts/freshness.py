"""Whether `rendered/` is what the templates render now, checked by render.py in a process of its own.

The two programs share no imports, and the check runs while this process loads the SDK.
"""

import os
import subprocess
import sys
from pathlib import Path

from deployment.aws.shell_words import command, python_command
from deployment.errors import NothingSent, StaleRendered

_BAD_FILES = 2
"""render.py's exit code for a wrong use or a bad file."""


class FreshnessCheck:
    """`python render.py --check`, started at once; `result` is read before anything is sent.

    The pictures of docs/ are not deployed: CI checks whether they are up to date.
    """

    def __init__(self, project: Path) -> None:
        self._render = command(*python_command(project / "render.py"))
        self._child = subprocess.Popen(
            [sys.executable, str(project / "render.py"), "--check", "--no-diagram"],
            cwd=project,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},  # whatever this process writes to others
        )

    def end(self) -> None:
        """Ends the check where nobody needs its result any more."""
        if self._child.poll() is None:
            self._child.kill()
        if self._child.stdout and not self._child.stdout.closed:
            self._child.communicate()

    def result(self) -> None:
        """Returns when the tree is fresh; raises StaleRendered naming each file, NothingSent where that is unknown."""
        diff, said = self._child.communicate()
        if self._child.returncode == 0:
            return
        findings = stale_files(diff)
        if not findings:
            raise NothingSent(
                "rendered/ could not be checked", findings=self._reason(said), remedy=f"run: {self._render} --check"
            )
        raise StaleRendered(findings, self._render)

    def _reason(self, said: str) -> list[str]:
        """Everything that is wrong with the environment files; of anything else the end of the output."""
        lines = said.strip().splitlines()
        if self._child.returncode == _BAD_FILES:
            return lines
        return lines[-3:] or [f"exit code {self._child.returncode}"]


def stale_files(diff: str) -> list[str]:
    """One line for each file of a unified diff, with how many lines differ."""
    counts: dict[str, int] = {}
    current, missing = "", ""
    for line in diff.splitlines():
        if line.startswith("--- "):
            missing = line[4:].strip()
        elif line.startswith("+++ "):
            name = line[4:].strip()
            current = missing if name == "/dev/null" else name
            counts[current] = 0
        elif line.startswith(("+", "-")) and current:
            counts[current] += 1
    return [f"{name}: {count} lines differ" for name, count in counts.items()]
