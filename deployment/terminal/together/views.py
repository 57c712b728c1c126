"""Stacks in progress side by side: on a terminal a block with a line for each, else lines with their names."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from threading import RLock
from typing import TYPE_CHECKING, Any, TextIO

from deployment.report.text import duration, event_line, repeats
from deployment.run.telling import Happened
from deployment.template.resource_path import ResourcePath
from deployment.terminal.views.progress import OperationProgress

if TYPE_CHECKING:
    from deployment.terminal.together.block import Row

_SILENCE_SECONDS = 30.0
_REFRESH_SECONDS = 0.5
_NAMED = 5


class ManyLines:
    """A line for each event, and after a silence one that names the stacks in progress."""

    def __init__(self, write: Callable[[str], None], monotonic: Callable[[], float], width: int | None) -> None:
        self._write = write
        self._monotonic = monotonic
        self._width = width
        self._work: dict[str, float] = {}
        self._last = monotonic()
        self._lock = RLock()

    def happened(self, name: str, told: Happened) -> None:
        """Shows an event of one stack."""
        self._work.setdefault(name, self._monotonic())
        if not repeats(told.event, briefly=True):
            self.say(f"{name}: {event_line(told.event, told.since, self._width)}\n")

    def ended(self, name: str) -> None:
        """An operation on a stack has ended."""
        self._work.pop(name, None)

    def waits(self, name: str, waits: Mapping[ResourcePath, str]) -> None:
        """What slow resources wait for: shown by a view of that stack alone."""

    def show(self, told: Happened) -> None:
        """An event of a stack that is alone in progress."""

    def look(self, waits: Mapping[ResourcePath, str]) -> None:
        """What a stack waits for that is alone in progress."""

    def tick(self) -> None:
        """Redraws what changes with the time."""
        with self._lock:
            now, work = self._monotonic(), dict(self._work)
            if not work or now - self._last < _SILENCE_SECONDS:
                return
            named = ", ".join(f"{name} {duration(now - since)}" for name, since in list(work.items())[:_NAMED])
            more = f", and {len(work) - _NAMED} more" if len(work) > _NAMED else ""
            self.say(f"at work: {named}{more}\n")

    def say(self, text: str) -> None:
        """Shows text among the events, ending with a newline."""
        with self._lock:
            self._last = self._monotonic()
            self._write(text)

    def pause(self) -> None:
        """Makes room for a question: lines leave room for everything."""


class ManyLive:
    """What fails as lines that stay, and below them a block that has a line for each stack."""

    def __init__(
        self, stream: TextIO, monotonic: Callable[[], float], *, colour: bool, names: Sequence[str] = ()
    ) -> None:
        """`names` is the order of the lines, whichever stack has the first event."""
        from rich.console import Console
        from rich.live import Live

        self._places = {name: place for place, name in enumerate(names)}
        self._monotonic = monotonic
        self._drawn = -_REFRESH_SECONDS
        self._rows: dict[str, Row] = {}
        system: Any = "auto" if colour else None
        self._console = Console(file=stream, color_system=system, highlight=False, soft_wrap=False)
        self._live = Live(
            console=self._console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False
        )
        self._lock = RLock()

    def happened(self, name: str, told: Happened) -> None:
        """Takes an event of one stack; one that failed stays."""
        from deployment.terminal.together.block import Row

        with self._lock:
            row = self._rows.setdefault(name, Row(name, OperationProgress(told.event.stack.split("/")[1])))
            row.work.add(told.event)
            row.heard, row.heard_at = told.event.at, self._monotonic()
            if told.event.failed:
                self._print(f"{name}: {event_line(told.event, told.since, self._console.width)}\n", "red")

    def ended(self, name: str) -> None:
        """The operation on a stack has ended: its line stays as it is."""
        with self._lock:
            if name in self._rows:
                self._rows[name].ended = True

    def waits(self, name: str, waits: Mapping[ResourcePath, str]) -> None:
        """What slow resources of one stack wait for."""
        with self._lock:
            if name in self._rows:
                self._rows[name].work.waits = waits

    def show(self, told: Happened) -> None:
        """An event of a stack that is alone in progress."""

    def look(self, waits: Mapping[ResourcePath, str]) -> None:
        """What a stack waits for that is alone in progress."""

    def tick(self) -> None:
        """Draws the block again, where that is due."""
        with self._lock:
            now = self._monotonic()
            if not self._rows or now - self._drawn < _REFRESH_SECONDS:
                return
            from deployment.terminal.together.block import block

            self._drawn = now
            for row in self._rows.values():
                row.now = row.heard + timedelta(seconds=0 if row.ended else now - row.heard_at) if row.heard else None
            width, height = self._console.size
            if not self._live.is_started:
                self._live.start()
            rows = sorted(self._rows.values(), key=lambda row: self._places.get(row.name, len(self._places)))
            self._live.update(block(rows, width, height - 1), refresh=True)

    def say(self, text: str) -> None:
        """Shows text above the block."""
        with self._lock:
            self._print(text)

    def pause(self) -> None:
        """Makes room for a question."""
        with self._lock:
            self._live.update("", refresh=False)
            self._live.stop()

    def _print(self, text: str, style: str | None = None) -> None:
        self._console.print(text, end="", markup=False, emoji=False, soft_wrap=True, style=style)
