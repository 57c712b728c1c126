"""A command in a terminal of its own, as a person has it in front."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

CTRL_C = "\x03"
_PATIENCE_SECONDS = 60.0


class Terminal:
    """What is written to it is kept in `screen`, control sequences and all."""

    def __init__(self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], columns: int) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.screen = ""
        self._read = 0
        # Its own size counts, not that of the terminal in which the tests run.
        inherited = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        self.child = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            env={**inherited, "TERM": "xterm", **environment},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            # Ctrl-C reaches the processes of the terminal that a session controls.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)

    def expect(self, text: str) -> str:
        """Waits until the text comes, after what was waited for before; what came until then."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while (found := self.screen.find(text, self._read)) < 0:
            left = until - time.monotonic()
            assert left > 0, f"{text!r} did not come:\n{self.screen}"
            assert self._more(left), f"it ended without {text!r}:\n{self.screen}"
        came, self._read = self.screen[self._read : found], found + len(text)
        return came

    def type(self, text: str) -> None:
        """Presses keys."""
        os.write(self._master, text.encode())

    def ended(self) -> int:
        """The exit code, once the command has ended."""
        while self._more(_PATIENCE_SECONDS):
            pass
        return self.child.wait(_PATIENCE_SECONDS)

    def close(self) -> None:
        """Takes the terminal away; whatever still runs is killed."""
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        os.close(self._master)

    def terminate(self) -> None:
        self.child.send_signal(signal.SIGTERM)

    def _more(self, seconds: float) -> bool:
        """Reads what there is; False at the end."""
        ready, _, _ = select.select([self._master], [], [], seconds)
        try:
            data = os.read(self._master, 65536) if ready else b""
        except OSError:  # what Linux says when the last writer has gone
            return False
        self.screen += data.decode(errors="replace")
        return bool(data)


@contextmanager
def terminal(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], columns: int = 80
) -> Iterator[Terminal]:
    """A running command in a terminal, as long as the block lasts."""
    made = Terminal(arguments, folder, environment, columns)
    try:
        yield made
    finally:
        made.close()
