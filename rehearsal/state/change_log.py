"""What changed since the state was last saved as a whole: a line for each answered call, written before its answer."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_PROBE = b" " * 65536


class ChangeLog:
    """A file of JSON lines. The first says which saved state it follows: beside another one it says nothing.

    A line is one write, in the hands of the system before the call is answered: whenever this process is killed, it
    is whole or was not answered. A line that a full disk cut short is taken away at once.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None
        self.size = 0

    def read(self, generation: int) -> Iterator[dict[str, Any]]:
        """Every line that follows this generation, oldest first."""
        if not self.path.exists():
            return
        lines = self.path.read_bytes().splitlines(keepends=True)
        for number, line in enumerate(lines):
            if not line.endswith(b"\n"):
                return  # cut short with the process: its call was not answered
            entry = json.loads(line)
            if number:
                yield entry
            elif entry["follows"] != generation:
                return

    def begin(self, generation: int) -> None:
        """Empty the file; what comes follows this generation."""
        descriptor = self._opened()
        os.ftruncate(descriptor, 0)
        self.size = 0
        self._write(json.dumps({"follows": generation}).encode() + b"\n")

    def clear(self) -> None:
        """Free the contents of the file: all of it is in a saved state."""
        if self.path.exists():
            os.ftruncate(self._opened(), 0)
        self.size = 0

    def resume(self, generation: int) -> None:
        """Go on with the file where it follows this generation, else begin it anew; half a line at its end goes."""
        whole = self.path.read_bytes() if self.path.exists() else b""
        whole = whole[: whole.rfind(b"\n") + 1]
        head = whole.partition(b"\n")[0]
        if not head or json.loads(head)["follows"] != generation:
            self.begin(generation)
            return
        os.ftruncate(self._opened(), len(whole))
        self.size = len(whole)

    def append(self, entry: dict[str, Any]) -> None:
        """Add a line. OSError: it cannot be written; the file is as it was."""
        self._write(json.dumps(entry, separators=(",", ":")).encode() + b"\n")

    def probe(self) -> None:
        """OSError: nothing can be written yet."""
        descriptor = self._opened()
        try:
            _write_all(descriptor, _PROBE)
        finally:
            os.ftruncate(descriptor, self.size)

    def _write(self, line: bytes) -> None:
        descriptor = self._opened()
        try:
            _write_all(descriptor, line)
        except OSError:
            os.ftruncate(descriptor, self.size)
            raise
        self.size += len(line)

    def _opened(self) -> int:
        if self._file is None:
            # Only its owner may read it: a physical ID or an attribute may contain a secret.
            self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return self._file

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
