"""The lines of one log stream, each once, as they come.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
"""

from collections import deque
from collections.abc import Callable, Iterator

from deployment.aws.calls import call
from deployment.aws.session import Client
from deployment.errors import AwsRefusal, CredentialsExpired, ServiceUnavailable, Throttled

_LAST = 10
# A stream is made with its first line.
_NOT_THERE = "ResourceNotFoundException"
_PASSING = (Throttled, ServiceUnavailable, CredentialsExpired)


class TaskLog:
    """What a stream has shown so far; a caller that may not read it is warned once, and reads no more."""

    def __init__(self, logs: Client, group: str, stream: str, complain: Callable[[str], None]) -> None:
        self._logs = logs
        self._place = {"logGroupName": group, "logStreamName": stream}
        self._complain = complain
        self._token: str | None = None
        self._closed = False
        self.last: deque[str] = deque(maxlen=_LAST)
        """The last lines that were read."""

    def read(self) -> list[str]:
        """The lines since the last time; raises DeploymentError where the same may be answered later."""
        try:
            lines = [] if self._closed else list(self._lines())
        except _PASSING:
            raise
        except AwsRefusal as error:
            if error.code != _NOT_THERE:
                self._closed = True
                self._complain(f"its log cannot be read: {error.happened}")
            return []
        self.last.extend(lines)
        return lines

    def _lines(self) -> Iterator[str]:
        """All pages that there are: the end is where a token comes again that was given."""
        while True:
            given = {"nextToken": self._token} if self._token else {}
            page = call(self._logs.get_log_events, **self._place, startFromHead=True, **given)
            for event in page.get("events") or ():
                yield from str(event.get("message", "")).splitlines() or [""]
            before, self._token = self._token, page.get("nextForwardToken") or self._token
            if self._token == before:
                return
