"""How an operation in progress is shown: as a live tree on a terminal, else as lines with a heartbeat."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol, TextIO

from deployment.aws.texts import says_embedded
from deployment.report.escaping import clean
from deployment.report.text import duration, event_line, repeats
from deployment.run.telling import Happened
from deployment.template.resource_path import ResourcePath
from deployment.terminal.views.progress import OperationProgress, ResourceProgress

_SILENCE_SECONDS = 30.0
_REFRESH_SECONDS = 1.0
_NAMED = 3
_LONG_SECONDS = 5.0


class _Time:
    """The server's time as far as it is known: its last event's, and what has passed here since."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._at: datetime | None = None
        self._set_at = 0.0

    def set(self, at: datetime) -> None:
        now = self.now()
        if now is None or at > now:
            self._at, self._set_at = at, self._monotonic()

    def now(self) -> datetime | None:
        if self._at is None:
            return None
        return self._at + timedelta(seconds=self._monotonic() - self._set_at)


class Lines:
    """A line for each event, and one that names what is in progress after a silence."""

    def __init__(self, stack: str, write: Callable[[str], None], monotonic: Callable[[], float], width: int | None):
        self._work = OperationProgress(stack)
        self._write = write
        self._monotonic = monotonic
        self._time = _Time(monotonic)
        self._width = width
        self._last = monotonic()

    def show(self, told: Happened) -> None:
        """Shows an event."""
        self._time.set(told.event.at)
        self._work.add(told.event)
        if not repeats(told.event, briefly=self._width is not None):
            self.say(event_line(told.event, told.since, self._width) + "\n")

    def look(self, waits: Mapping[ResourcePath, str]) -> None:
        """Shows what slow resources wait for."""
        self._work.waits = waits

    def tick(self) -> None:
        """Redraws what changes with the time."""
        now = self._time.now()
        if now is None or self._work.started is None or self._monotonic() - self._last < _SILENCE_SECONDS:
            return
        spent = duration((now - self._work.started).total_seconds())
        self.say(f"{spent:>7}  {self._heartbeat(now)}\n")

    def say(self, text: str) -> None:
        """Shows text among the events, ending with a newline."""
        self._last = self._monotonic()
        self._write(text)

    def pause(self) -> None:
        """Makes room for a question: lines leave room for everything."""

    def _heartbeat(self, now: datetime) -> str:
        items = self._work.at_work()
        if not items:
            return f"{self._work.stack} {self._work.status}"
        named = [self._named(item, now) for item in items[:_NAMED]]
        more = f", and {len(items) - _NAMED} more" if len(items) > _NAMED else ""
        return f"at work: {', '.join(named)}{more}"

    def _named(self, item: ResourceProgress, now: datetime) -> str:
        waits = self._work.waits.get(item.event.path)
        text = f"{item.event.path} {duration(item.seconds(now))}"
        return f"{text} (waits: {clean(waits)})" if waits else text


class Live:
    """What is done as lines that stay, and below them a tree of what is in progress, until the operation ends."""

    def __init__(self, stack: str, stream: TextIO, monotonic: Callable[[], float], *, colour: bool) -> None:
        from rich.console import Console
        from rich.live import Live as RichLive

        self._work = OperationProgress(stack)
        self._monotonic = monotonic
        self._time = _Time(monotonic)
        self._drawn = -_REFRESH_SECONDS
        # Without a colour system rich omits styles too, and still moves the cursor.
        system: Any = "auto" if colour else None
        self._console = Console(file=stream, color_system=system, highlight=False, soft_wrap=False)
        self._live = RichLive(
            console=self._console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False
        )

    def show(self, told: Happened) -> None:
        event = told.event
        self._time.set(event.at)
        item = self._work.add(event)
        # The tree shows that a resource is in progress, where there is no reason.
        begins = event.status.endswith("_IN_PROGRESS") and not event.of_stack and not event.reason
        if repeats(event, briefly=True) or begins:
            return
        if event.nested and says_embedded(event.reason):
            event = replace(event, reason=None)  # its own lines are above
        line = event_line(event, told.since, self._console.width)
        spent = item.seconds(event.at) if item else 0
        took = f"  took {duration(spent)}" if spent >= _LONG_SECONDS else ""
        text = f"{line}{took if len(line) + len(took) <= self._console.width else ''}\n"
        self._print(text, "red" if event.failed else None)

    def look(self, waits: Mapping[ResourcePath, str]) -> None:
        self._work.waits = waits
        self._draw()

    def tick(self) -> None:
        if self._monotonic() - self._drawn >= _REFRESH_SECONDS:
            self._draw()

    def say(self, text: str) -> None:
        self._print(text)

    def _print(self, text: str, style: str | None = None) -> None:
        # Above the tree, where there is one.
        self._console.print(text, end="", markup=False, emoji=False, soft_wrap=True, style=style)

    def pause(self) -> None:
        self._live.update("", refresh=False)
        self._live.stop()

    def _draw(self) -> None:
        from deployment.terminal.views.live import tree

        now = self._time.now()
        if now is None:
            return
        self._drawn = self._monotonic()
        width, height = self._console.size
        frame = tree(self._work, now, width, height - 1)
        if not self._live.is_started:
            self._live.start()
        self._live.update(frame, refresh=True)


class View(Protocol):
    """One operation, or several, shown while in progress."""

    def show(self, told: Happened) -> None: ...

    def look(self, waits: Mapping[ResourcePath, str]) -> None: ...

    def tick(self) -> None: ...

    def say(self, text: str) -> None: ...

    def pause(self) -> None: ...
