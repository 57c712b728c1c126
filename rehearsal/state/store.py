"""The state on disk: one file, replaced as a whole, and what changed since; used by one process at a time."""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from typing import IO, Any

import cattrs

from rehearsal.state.change_log import ChangeLog
from rehearsal.state.stacks import Stack, State

VERSION = 1
# The log is merged into the file when it is larger than this, and twice as large as the file.
FOLDED_BYTES = 8 * 1024 * 1024
_FAILED_SECONDS = 0.1  # a save that failed is tried again after nine times as long


class StoreError(Exception):
    """The state cannot be used; the text says why, `remedy` what to do, which may end with options after a colon."""

    def __init__(self, text: str, remedy: str) -> None:
        super().__init__(text)
        self.remedy = remedy


_FORGET = "delete the stored state: --fresh"
_ELSEWHERE = f"store the state in another folder: --state {gettempdir()}/rehearsal"


class Store:
    """The folder that keeps the state between runs: `cloudformation.json`, the log and the lock beside it."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.monotonic) -> None:
        self.file = folder / "cloudformation.json"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(folder / "lock")
        except OSError as error:
            raise StoreError(f"{folder} cannot be written: {error.strerror}", _ELSEWHERE) from None
        self._converter = _converter()
        self._now = now
        self._took = self._ended = 0.0
        self._log = ChangeLog(folder / "cloudformation.jsonl")
        self._generation = self._saved_bytes = 0
        self._logging = False
        self._events: dict[str, int] = {}

    def load(self, account: str) -> State:
        """The saved state, or an empty one if nothing is saved.

        Errors: StoreError for a file that is not a state of this version and account.
        """
        try:
            document = self._document(account)
            state = self._converter.structure(document["state"], State)
        except (ValueError, KeyError, TypeError, AttributeError, cattrs.BaseValidationError) as error:
            raise StoreError(f"{self.file}: not a valid state file ({error})", _FORGET) from None
        if state.account != account:
            raise StoreError(f"{self.file}: this is the state of account {state.account}, not of {account}", _FORGET)
        self._note_events(state)
        return state

    def _document(self, account: str) -> dict[str, Any]:
        """What is in the file, with what changed since."""
        document: dict[str, Any] = {"version": VERSION, "state": self._converter.unstructure(State(account))}
        if self.file.exists():
            document = json.loads(self.file.read_text(encoding="utf-8"))
            if document["version"] != VERSION:
                raise StoreError(f"{self.file}: written by another version of the rehearsal", _FORGET)
        self._generation = document.get("generation", 0)
        for entry in self._log.read(self._generation):
            _apply(document["state"], entry)
        return document

    def save(self, state: State) -> None:
        """Replace the file; a reader, or a process killed at any moment, finds the old or the new one.

        Only its owner may read it: a physical ID or an attribute may contain a secret. OSError: it cannot be
        written; the saved state stays.
        """
        began = self._now()
        members = {"version": VERSION, "generation": self._generation + 1, "state": self._converter.unstructure(state)}
        text = json.dumps(members, separators=(",", ":"))
        temporary = self.file.with_suffix(".new")
        try:
            temporary.touch(0o600)
            with temporary.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.file)
        except OSError:
            temporary.unlink(missing_ok=True)
            self._ended, self._took = self._now(), _FAILED_SECONDS
            raise
        self._generation += 1
        self._saved_bytes, self._logging = len(text), False
        self._log.clear()
        self._note_events(state)
        self._ended = self._now()
        self._took = self._ended - began

    def append(self, state: State, touched: Iterable[str]) -> None:
        """Save what may have changed since the last time. OSError: it cannot be written; the saved state stays."""
        if not self._logging:
            self._log.resume(self._generation)
            self._logging = True
        entry, events = self._changes(state, touched)
        self._log.append({"clock_offset": state.clock_offset, "accounts": entry})
        self._events |= events

    def probe(self) -> None:
        """OSError: nothing can be written yet."""
        self._log.probe()

    @property
    def is_to_be_folded(self) -> bool:
        """Whether the log has become so large that the whole state is better saved anew."""
        return self._log.size > max(FOLDED_BYTES, 2 * self._saved_bytes)

    def _changes(self, state: State, touched: Iterable[str]) -> tuple[dict[str, Any], dict[str, int]]:
        entry: dict[str, Any] = {}
        events: dict[str, int] = {}
        for name in sorted(touched):
            arn, _, detection = name.partition(" drift:")
            arn, _, refactor = arn.partition(" refactor:")
            account = arn.split(":")[4]
            own = state if account == state.account else state.accounts.get(account)
            if own is None:
                continue
            parts = entry.setdefault(account, {"stacks": {}, "stack_sets": {}, "detections": {}, "refactors": {}})
            _, is_set, identifier = arn.partition(":stackset/")
            if detection:
                parts["detections"][detection] = own.detections.get(detection)
            elif refactor:
                parts["refactors"][refactor] = own.refactors.get(refactor)
            elif is_set:
                kept = own.stack_sets.get(identifier)
                parts["stack_sets"][identifier] = None if kept is None else self._converter.unstructure(kept)
            else:
                parts["stacks"][arn] = self._stack(own.stacks.get(arn), events)
        return entry, events

    def _stack(self, stack: Stack | None, events: dict[str, int]) -> dict[str, Any] | None:
        """A stack with only those events that are not saved yet: `from` is their position."""
        if stack is None:
            return None
        begin = self._events.get(stack.id, 0)
        begin = 0 if begin > len(stack.events) else begin
        events[stack.id] = len(stack.events)
        whole, stack.events = stack.events, stack.events[begin:]
        try:
            return {"from": begin, **self._converter.unstructure(stack)}
        finally:
            stack.events = whole

    def _note_events(self, state: State) -> None:
        accounts = (state, *state.accounts.values())
        self._events = {stack.id: len(stack.events) for own in accounts for stack in own.stacks.values()}

    def rest(self) -> float:
        """Seconds to wait before the next save, so that saving a large state takes a tenth of the time at most."""
        return max(0.0, self._ended + 9 * self._took - self._now())

    def forget(self) -> None:
        """Remove the saved state."""
        self.file.unlink(missing_ok=True)
        self._log.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let another process use the folder."""
        self._log.close()
        self._lock.close()


def _apply(state: dict[str, Any], entry: dict[str, Any]) -> None:
    """Apply one line of the log to a saved state."""
    state["clock_offset"] = entry["clock_offset"]
    for account, parts in entry["accounts"].items():
        own = state
        if account != state["account"]:
            own = state.setdefault("accounts", {}).setdefault(account, {"account": account})
        for member, changed in parts.items():
            kept = own.setdefault(member, {})
            for key, value in changed.items():
                if value is None:
                    kept.pop(key, None)
                    continue
                if member == "stacks":
                    before = kept.get(key, {}).get("events", [])
                    value["events"] = before[: value.pop("from")] + value["events"]
                kept[key] = value


@cache
def _converter() -> cattrs.Converter:
    """One for the process: it writes functions for all classes that it meets, which takes longer than reading."""
    return cattrs.Converter()


def _locked(file: Path) -> IO[str]:
    lock = file.open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        process = lock.read().strip()
        lock.close()
        who = f"the rehearsal of process {process}" if process.isdecimal() else "another rehearsal"
        raise StoreError(f"{file.parent}: {who} is using it", f"wait until it has ended, or {_ELSEWHERE}") from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock
