"""The time that AWS's answers bear in their Date header: events are dated by it, not by this machine's clock."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any


class ServerClock:
    """The latest time that an answer bore; None before the first."""

    def __init__(self) -> None:
        self.now: datetime | None = None

    def listen(self, client: Any) -> None:
        """Notes the time of every answer that a boto3 client gets from now on."""
        client.meta.events.register("after-call", self._note)

    def _note(self, http_response: Any = None, **_: Any) -> None:
        headers = getattr(http_response, "headers", None) or {}
        try:
            told = parsedate_to_datetime(headers.get("date", ""))
        except (TypeError, ValueError):
            return
        if told.tzinfo is not None:  # answers of several threads come in no order
            self.now = max(self.now or told, told)
