"""The state on disk: one file, replaced as a whole, held by one process at a time."""

import fcntl
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import gettempdir
from typing import IO

import cattrs

from rehearsal.state.stacks import State

VERSION = 1


class StoreError(Exception):
    """The state cannot be used; the text says why, `remedy` what to do, which may end with options after a colon."""

    def __init__(self, text: str, remedy: str) -> None:
        super().__init__(text)
        self.remedy = remedy


_FORGET = "forget what was rehearsed: --fresh"
_ELSEWHERE = f"keep the state in another folder: --state {gettempdir()}/rehearsal"


class Store:
    """The folder that keeps the state between runs: `cloudformation.json` and the lock beside it."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.monotonic) -> None:
        self.file = folder / "cloudformation.json"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(folder / "lock")
        except OSError as error:
            raise StoreError(f"{folder} cannot be written: {error.strerror}", _ELSEWHERE) from None
        self._converter = cattrs.Converter()
        self._now = now
        self._took = self._ended = 0.0

    def load(self, account: str) -> State:
        """The kept state, or an empty one where nothing is kept.

        Errors: StoreError for a file that is not a state of this version and account.
        """
        if not self.file.exists():
            return State(account)
        try:
            document = json.loads(self.file.read_text(encoding="utf-8"))
            if document["version"] != VERSION:
                raise StoreError(f"{self.file}: kept by another version", _FORGET)
            state = self._converter.structure(document["state"], State)
        except (ValueError, KeyError, TypeError, cattrs.BaseValidationError) as error:
            raise StoreError(f"{self.file}: not a kept state ({error})", _FORGET) from None
        if state.account != account:
            raise StoreError(f"{self.file}: kept for account {state.account}, not {account}", _FORGET)
        return state

    def save(self, state: State) -> None:
        """Replace the file; a reader, or a process killed at any moment, finds the old or the new one.

        Only its owner may read it: a physical id or an attribute may hold what a secret holds.
        """
        began = self._now()
        text = json.dumps({"version": VERSION, "state": self._converter.unstructure(state)}, separators=(",", ":"))
        temporary = self.file.with_suffix(".new")
        temporary.touch(0o600)
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.file)
        self._ended = self._now()
        self._took = self._ended - began

    def rest(self) -> float:
        """Seconds to wait before the next save, so that saving a large state takes a tenth of the time at most."""
        return max(0.0, self._ended + 9 * self._took - self._now())

    def close(self) -> None:
        """Let another process use the folder."""
        self._lock.close()


def _locked(file: Path) -> IO[str]:
    lock = file.open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        process = lock.read().strip()
        lock.close()
        who = f"the rehearsal of process {process}" if process.isdecimal() else "another rehearsal"
        raise StoreError(
            f"{file.parent}: {who} is using it", f"wait until that one has ended, or {_ELSEWHERE}"
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock
