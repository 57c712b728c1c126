"""`logs`: what the tasks of a service have written, over all of their streams, and what they continue to write.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from deployment.aws.pages import members
from deployment.aws.retries import UNANSWERED_SECONDS, retried
from deployment.commands.tasks.task_place import place_of
from deployment.errors import DeploymentError
from deployment.run.identity import caller_of
from deployment.run.outcome import Logged
from deployment.run.run import Run
from deployment.run.telling import LogLine
from deployment.stack.following import SURVIVED

# An event can be found a while after its timestamp: each look goes back so far, and knows what it has shown.
_LATE = timedelta(seconds=60)


def service_log(run: Run) -> Logged:
    """Shows every line since a time, and with `follow` new ones, until it is interrupted."""
    caller_of(run)
    place = place_of(run)
    now = run.session.server_clock.now or datetime.now(UTC)
    reading = _Reading(run, place.log_group, now - timedelta(seconds=run.choices.since))
    told = retried(run.waiting, reading.look)
    if run.choices.follow:
        _follow(run, reading)
    return Logged(place.stack.name, place.name, place.log_group, told)


def _follow(run: Run, reading: "_Reading") -> None:
    """Without an end of its own: KeyboardInterrupt ends it."""
    clock, polling = run.waiting.clock, run.waiting.polling
    wait, answered = polling.first, clock.monotonic()
    while True:
        clock.sleep(wait)
        try:
            found = reading.look()
        except SURVIVED as error:
            if clock.monotonic() - answered > UNANSWERED_SECONDS:
                raise
            wait = polling.after(wait)
            _tell_missed(run, error, reading)
        else:
            answered = clock.monotonic()
            wait = polling.first if found else polling.after(wait)


def _tell_missed(run: Run, error: DeploymentError, reading: "_Reading") -> None:
    if reading.missed != error.happened:
        reading.missed = error.happened
        run.say(f"no answer at the moment: {error.happened}")


@dataclass
class _Reading:
    """What was shown of a log group, and from when on it is read."""

    run: Run
    group: str
    since: datetime
    missed: str = ""
    _known: dict[str, int] = field(default_factory=dict)

    def look(self) -> int:
        """Shows the lines that were not shown before; returns how many."""
        count, latest = 0, self.since
        for event in self._events():
            at = datetime.fromtimestamp(event.get("timestamp", 0) / 1000, UTC)
            latest = max(latest, at)
            for text in str(event.get("message", "")).splitlines() or [""]:
                count += 1
                self.run.tell(LogLine(f"{at.isoformat(timespec='milliseconds')}  {_stream(event)}  {text}"))
        self._pass_to(latest)
        return count

    def _events(self) -> Iterator[dict[str, Any]]:
        logs = self.run.session.client("logs")
        begin = int(self.since.timestamp() * 1000)
        for event in members(logs.filter_log_events, "events", logGroupName=self.group, startTime=begin):
            if event.get("eventId") not in self._known:
                self._known[str(event.get("eventId"))] = int(event.get("timestamp", 0))
                yield event

    def _pass_to(self, latest: datetime) -> None:
        self.since = max(self.since, latest - _LATE)
        begin = self.since.timestamp() * 1000
        self._known = {event: at for event, at in self._known.items() if at >= begin}


def _stream(event: dict[str, Any]) -> str:
    """`container/12345678`: a stream is named prefix/container/task id."""
    _, _, name = str(event.get("logStreamName", "")).partition("/")
    container, _, task = name.rpartition("/")
    return f"{container or name}/{task[:8]}"
