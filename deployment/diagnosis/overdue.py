"""What waits without a limit of its own: a certificate whose validation record nobody sees.

A nested stack's TimeoutInMinutes counts for its creation alone; in an update ACM looks for the record for three days.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from deployment.diagnosis.causes import certificate
from deployment.stack.events import Event
from deployment.template.resource_path import ResourcePath

PATIENCE = timedelta(hours=1)


class Overdue:
    """The certificates in progress, and for how many hours each was reported already."""

    def __init__(self) -> None:
        self._at_work: dict[ResourcePath, tuple[Event, Event, float]] = {}
        self._told: dict[ResourcePath, int] = {}

    def note(self, event: Event, monotonic: float) -> None:
        """Takes note of what begins, at that reading of this machine's clock, and forgets what ends."""
        if event.type != certificate.TYPE or event.of_stack:
            return
        if not event.status.endswith("_IN_PROGRESS") or event.status.startswith("DELETE"):
            self._at_work.pop(event.path, None)
            return
        first, _, since = self._at_work.get(event.path, (event, event, monotonic))
        self._at_work[event.path] = (first, event, since)

    def look(self, monotonic: float, server: Callable[[], datetime | None]) -> Iterator[tuple[Event, timedelta]]:
        """What has been at work for an hour, and once more for each further one, with how long it has.

        `server` gives the server's time, by which events are dated; where that is not known, this machine's counts.
        """
        for path, (first, last, since) in list(self._at_work.items()):
            now = server()
            waited = now - first.at if now else timedelta(seconds=monotonic - since)
            hours = waited // PATIENCE
            if hours > self._told.get(path, 0):
                self._told[path] = hours
                yield last, waited
