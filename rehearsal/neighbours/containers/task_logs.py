"""GetLogEvents and FilterLogEvents of what tasks have written, in the streams that the awslogs driver names.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rehearsal.neighbours.containers.task_life import Task

_PAGE = 10_000


@dataclass(frozen=True)
class Written:
    """One line in its stream: the number that it has there, when it was written, in milliseconds."""

    stream: str
    number: int
    time: int
    text: str


@dataclass(frozen=True)
class TaskLogs:
    """What tasks have written until a moment."""

    tasks: Iterable[Task]
    now: float

    def answer(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any] | None:
        """The answer; None where no task writes there, or for another call."""
        streams = self._streams(str(request.get("logGroupName") or request.get("logGroupIdentifier", "")))
        if operation == "GetLogEvents" and request.get("logStreamName") in streams:
            return _page_of_stream(streams[request["logStreamName"]], request)
        if operation == "FilterLogEvents" and streams and not request.get("filterPattern"):
            return _page_of_group(streams, request, int(self.now * 1000))
        return None

    def _streams(self, group: str) -> dict[str, list[Written]]:
        """The lines of a log group by their stream: a stream is there once something runs that writes to it."""
        streams: dict[str, list[Written]] = {}
        for task in self.tasks:
            first = task.containers[0] if task.containers else None
            running = task.started is not None and task.started <= self.now
            if first is None or first.group != group or not running:
                continue
            name = f"{first.prefix}/{first.name}/{task.id}"
            lines = enumerate(task.written(self.now))
            streams[name] = [Written(name, number, time, text) for number, (time, text) in lines]
        return streams


def _page_of_stream(lines: list[Written], request: Mapping[str, Any]) -> dict[str, Any]:
    """From the head, or the last ones; a token is the number of the line that comes next."""
    most, token = int(request.get("limit", _PAGE)), request.get("nextToken")
    if token is not None:
        first = int(str(token).rpartition("/")[2])
    else:
        first = 0 if request.get("startFromHead") else max(0, len(lines) - most)
    page = [line for line in lines[first : first + most] if _is_within(line, request)]
    events = [{"timestamp": line.time, "ingestionTime": line.time, "message": line.text} for line in page]
    last = min(first + most, len(lines))
    return {"events": events, "nextForwardToken": f"f/{last:056d}", "nextBackwardToken": f"b/{first:056d}"}


def _page_of_group(streams: Mapping[str, list[Written]], request: Mapping[str, Any], now: int) -> dict[str, Any]:
    named, prefix = request.get("logStreamNames"), str(request.get("logStreamNamePrefix", ""))
    wanted = [
        line
        for name, lines in streams.items()
        if (named is None or name in named) and name.startswith(prefix)
        for line in lines
        if _is_within(line, request) and line.time <= now
    ]
    wanted.sort(key=lambda line: (line.time, line.stream, line.number))
    first, most = int(request.get("nextToken") or 0), int(request.get("limit", _PAGE))
    events = [_event(line) for line in wanted[first : first + most]]
    more = {"nextToken": f"{first + most}"} if first + most < len(wanted) else {}
    return {"events": events, "searchedLogStreams": [], **more}


def _event(line: Written) -> dict[str, Any]:
    times = {"timestamp": line.time, "ingestionTime": line.time}
    number = int.from_bytes(line.stream.encode()[-8:], "big") * 10_000 + line.number
    return {"logStreamName": line.stream, "message": line.text, "eventId": f"{number:056d}", **times}


def _is_within(line: Written, request: Mapping[str, Any]) -> bool:
    """The start counts as within, the end does not (API reference)."""
    return bool(request.get("startTime", 0) <= line.time < request.get("endTime", float("inf")))
