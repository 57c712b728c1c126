"""The events of one operation over a stack and all its nested ones, each once, oldest first, until the root settles.

Traps that this module knows of: a nested stack's first event has no physical id; a nested stack that was just made
may not exist for a moment; events share timestamps, so only their id tells them apart; the first *_COMPLETE of a
nested stack is not the end; and the last events may come after the root's status is terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from deployment.aws import call
from deployment.clock import Clock, Polling
from deployment.errors import NotFound, Throttled, Unreachable
from deployment.session import Client
from deployment.stack import Stack, StackStatus, describe_stack
from deployment.template import STACK_TYPE

_AT_ONCE = 4
_PATIENCE_SECONDS = 600.0  # without one answer, before the watching (never the operation) is given up


class ResourceStatus(Enum):
    """CloudFormation's ResourceStatus, and what a stack says of itself in its own events."""

    CREATE_IN_PROGRESS = "CREATE_IN_PROGRESS"
    CREATE_FAILED = "CREATE_FAILED"
    CREATE_COMPLETE = "CREATE_COMPLETE"
    DELETE_IN_PROGRESS = "DELETE_IN_PROGRESS"
    DELETE_FAILED = "DELETE_FAILED"
    DELETE_COMPLETE = "DELETE_COMPLETE"
    DELETE_SKIPPED = "DELETE_SKIPPED"
    UPDATE_IN_PROGRESS = "UPDATE_IN_PROGRESS"
    UPDATE_FAILED = "UPDATE_FAILED"
    UPDATE_COMPLETE = "UPDATE_COMPLETE"
    IMPORT_FAILED = "IMPORT_FAILED"
    IMPORT_COMPLETE = "IMPORT_COMPLETE"
    IMPORT_IN_PROGRESS = "IMPORT_IN_PROGRESS"
    IMPORT_ROLLBACK_IN_PROGRESS = "IMPORT_ROLLBACK_IN_PROGRESS"
    IMPORT_ROLLBACK_FAILED = "IMPORT_ROLLBACK_FAILED"
    IMPORT_ROLLBACK_COMPLETE = "IMPORT_ROLLBACK_COMPLETE"
    EXPORT_FAILED = "EXPORT_FAILED"
    EXPORT_COMPLETE = "EXPORT_COMPLETE"
    EXPORT_IN_PROGRESS = "EXPORT_IN_PROGRESS"
    EXPORT_ROLLBACK_IN_PROGRESS = "EXPORT_ROLLBACK_IN_PROGRESS"
    EXPORT_ROLLBACK_FAILED = "EXPORT_ROLLBACK_FAILED"
    EXPORT_ROLLBACK_COMPLETE = "EXPORT_ROLLBACK_COMPLETE"
    UPDATE_ROLLBACK_IN_PROGRESS = "UPDATE_ROLLBACK_IN_PROGRESS"
    UPDATE_ROLLBACK_COMPLETE = "UPDATE_ROLLBACK_COMPLETE"
    UPDATE_ROLLBACK_FAILED = "UPDATE_ROLLBACK_FAILED"
    ROLLBACK_IN_PROGRESS = "ROLLBACK_IN_PROGRESS"
    ROLLBACK_COMPLETE = "ROLLBACK_COMPLETE"
    ROLLBACK_FAILED = "ROLLBACK_FAILED"


@dataclass(frozen=True)
class Event:
    """One event; `path` leads from the root, and is the stack's own path for what a stack says of itself.

    `status` stays text: a stack's own events carry StackStatus values, all others ResourceStatus values.
    """

    id: str
    at: datetime
    stack: str
    path: tuple[str, ...]
    type: str
    physical_id: str
    status: str
    reason: str | None
    of_stack: bool

    @property
    def failed(self) -> bool:
        """Whether this event tells of a failure."""
        return self.status.endswith("_FAILED")

    @property
    def nested(self) -> bool:
        """Whether this is what a parent says of a nested stack."""
        return self.type == STACK_TYPE and not self.of_stack


@dataclass(frozen=True)
class Operation:
    """What to follow: the root stack's ARN, the token that started it, and the server's time from which it counts."""

    stack: str
    token: str
    since: datetime
    known: frozenset[str] = frozenset()
    """Ids of events that stood in the root's log before: they are not of this operation."""


def follow(
    cloudformation: Client,
    operation: Operation,
    clock: Clock,
    polling: Polling,
    heard: Callable[[Event], None],
) -> Stack:
    """Hears every event until the root has settled, and once more after that; the root as it then is.

    What one round finds is told after the next: the stacks are not asked in one moment, and an older event of a
    stack that was asked first would come too late.
    """
    log, held = _Log(cloudformation, operation), list[Event]()
    wait, answered = polling.first / 2, clock.monotonic()
    while True:
        try:
            news = log.news()
            root = _settled(cloudformation, operation, log, idle=wait >= polling.most)
            if root is not None:
                news += log.news()
        except (Throttled, Unreachable):
            # Not hearing is no failure of the operation: ask less often, and give up only after a long silence.
            if clock.monotonic() - answered > _PATIENCE_SECONDS:
                raise
            wait = polling.after(polling.after(wait))
        else:
            answered = clock.monotonic()
            held = _told(held, news, heard, everything=root is not None)
            if root is not None:
                return root
            wait = polling.first if news else polling.after(wait)
        clock.sleep(wait)


def _told(held: list[Event], news: list[Event], heard: Callable[[Event], None], *, everything: bool) -> list[Event]:
    """Tells what cannot be preceded any more; what is left waits for the next round."""
    latest = max((event.at for event in held), default=None)
    # A stable sort keeps the order that each stack gave to events of one moment.
    ordered = sorted([*held, *news], key=lambda event: event.at)
    ready = [event for event in ordered if everything or (latest is not None and event.at <= latest)]
    for event in ready:
        heard(event)
    return ordered[len(ready) :]


def _settled(cloudformation: Client, operation: Operation, log: _Log, *, idle: bool) -> Stack | None:
    """The root once its own last event is a terminal one, or nothing comes any more, and DescribeStacks agrees."""
    if log.root_status is None or (log.root_status.in_progress and not idle):
        return None
    root = describe_stack(cloudformation, operation.stack)
    return root if root is not None and root.status.settled else None


class _Log:
    """What was heard so far: the stacks of the tree, and the ids of their events."""

    def __init__(self, cloudformation: Client, operation: Operation) -> None:
        self._cloudformation = cloudformation
        self._operation = operation
        self._paths: dict[str, tuple[str, ...]] = {operation.stack: ()}
        self._seen: dict[str, set[str]] = {operation.stack: set(operation.known)}
        self._closed: set[str] = set()
        self.root_status: StackStatus | None = None

    def news(self) -> list[Event]:
        """Events not heard before; nested stacks that they tell of are asked in the same round."""
        gathered: list[Event] = []
        asked: set[str] = set()
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            while waiting := [arn for arn in self._paths if arn not in asked and arn not in self._closed]:
                asked.update(waiting)
                for fresh in pool.map(self._fresh, waiting):
                    gathered += fresh
                    self._learn(fresh)
        return gathered

    def _learn(self, events: list[Event]) -> None:
        for event in events:
            self._seen.setdefault(event.stack, set()).add(event.id)
            if event.nested and event.physical_id:
                self._paths.setdefault(event.physical_id, event.path)
                if event.status.endswith("_IN_PROGRESS"):
                    self._closed.discard(event.physical_id)  # rolled back or deleted after it was done
            if event.of_stack and event.stack == self._operation.stack:
                self.root_status = StackStatus(event.status)
            elif event.of_stack and StackStatus(event.status).settled:
                self._closed.add(event.stack)

    def _fresh(self, arn: str) -> list[Event]:
        """The unheard events of one stack, oldest first: AWS gives the newest first, in pages."""
        seen = self._seen.get(arn, set())
        fresh: list[Event] = []
        try:
            for body in self._newest_first(arn):
                if body["EventId"] in seen or body["Timestamp"] < self._operation.since:
                    break
                if self._ours(body):
                    fresh.append(self._event(arn, body))
        except NotFound:
            return []  # just made, or gone already: the parent's events say which
        return fresh[::-1]

    def _newest_first(self, arn: str) -> Iterator[dict[str, Any]]:
        arguments: dict[str, Any] = {"StackName": arn}
        while True:
            page = call(self._cloudformation.describe_stack_events, **arguments)
            yield from page.get("StackEvents", ())
            if not page.get("NextToken"):
                return
            arguments["NextToken"] = page["NextToken"]

    def _ours(self, body: dict[str, Any]) -> bool:
        """Whether an event belongs to this operation; the event of a stack's review carries no token."""
        if body["ResourceStatus"] == StackStatus.REVIEW_IN_PROGRESS.value:
            return False
        return body.get("ClientRequestToken") in (None, self._operation.token)

    def _event(self, arn: str, body: dict[str, Any]) -> Event:
        own = body.get("PhysicalResourceId") == body["StackId"]
        path = self._paths[arn]
        return Event(
            id=body["EventId"],
            at=body["Timestamp"],
            stack=arn,
            path=path if own else (*path, body["LogicalResourceId"]),
            type=body.get("ResourceType", ""),
            physical_id=body.get("PhysicalResourceId", ""),
            status=body["ResourceStatus"],
            reason=body.get("ResourceStatusReason"),
            of_stack=own,
        )
