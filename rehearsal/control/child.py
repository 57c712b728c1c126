"""The rehearsal as a child process of a command: started early, asked for its URL when needed, always stopped.

It is given its own process group, so that Ctrl-C reaches the command alone, which then stops it in good order.
"""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

_START_SECONDS = 60.0
_STOP_SECONDS = 20.0


UNMET = "rehearsal: a fault names something that does not exist: "
"""How the child, when it ends, reports a fault that named no existing resource, alarm or task."""
UNSTRUCK = "rehearsal: a fault did not occur: "
"""The same for a fault whose resource exists, but on which no operation did what was to fail."""
_MISSING = re.compile(r"No module named '([\w.]+)'")
_NEXT = "next: "
_TOLD_LINES = 8


class RehearsalDidNotStartError(Exception):
    """The child ended or gave no answer; the text is its last output.

    `remedy` is what it said is to be done, where it did; `missing` is a package that is not installed.
    """

    remedy: str | None = None
    missing: str | None = None

    def __init__(self, said: str) -> None:
        lines = said.splitlines()
        self.remedy = next((line.removeprefix(_NEXT) for line in lines if line.startswith(_NEXT)), None)
        missing = _MISSING.search(said)
        self.missing = missing[1] if missing else None
        told = [f"{missing[1]} is not installed"] if missing else [line for line in lines if not line.startswith(_NEXT)]
        super().__init__("\n".join(told))


class RehearsalProcess:
    """`python -m rehearsal` on a free port of this machine, for as long as the `with` block lasts."""

    _last: Sequence[str] = ()
    unmet: Sequence[str] = ()
    """The faults that named nothing that exists, once the child has ended."""
    unstruck: Sequence[str] = ()
    """The faults that did not occur."""

    def __init__(self, project: Path, arguments: Sequence[str]) -> None:
        # SIM115: it lives as long as the child.
        self._said = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        self._child = subprocess.Popen(
            [sys.executable, "-m", "rehearsal", "--port", "0", "--end-with-stdin", *arguments],
            cwd=project,
            stdin=subprocess.PIPE,  # closed with this process, even one that is killed: then the child ends too
            stdout=subprocess.PIPE,
            stderr=self._said,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},  # whatever this process writes to others
            start_new_session=True,
        )

    def __enter__(self) -> RehearsalProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def url(self) -> str:
        """The endpoint, once it answers; raises RehearsalDidNotStartError."""
        assert self._child.stdout is not None
        ready, _, _ = select.select([self._child.stdout], [], [], _START_SECONDS)
        line = self._child.stdout.readline().strip() if ready else ""
        if not line.startswith("http://127.0.0.1:"):
            self.stop()
            raise RehearsalDidNotStartError(self.said() or f"no answer within {_START_SECONDS:.0f} s")
        return line

    def said(self) -> str:
        """The last lines that the child wrote to its stderr, once it has ended."""
        return "\n".join(self._last)

    def stop(self) -> None:
        """Asks the child to save and end, and ends it where it does not."""
        if self._child.poll() is None:
            self._child.terminate()
            try:
                self._child.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()
        if not self._said.closed:
            self._said.seek(0)
            lines = self._said.read().strip().splitlines()
            self._last = lines[-_TOLD_LINES:]
            self.unmet = [line.removeprefix(UNMET) for line in lines if line.startswith(UNMET)]
            self.unstruck = [line.removeprefix(UNSTRUCK) for line in lines if line.startswith(UNSTRUCK)]
            self._said.close()
        for stream in (self._child.stdin, self._child.stdout):
            if stream is not None:
                stream.close()
