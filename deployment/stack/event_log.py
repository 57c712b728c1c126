"""The events of one operation over a stack and all its nested ones: each once, oldest first.

Pitfalls that this module knows of: a nested stack's first event has no physical id; a nested stack that was just
created may not exist for a moment; events share timestamps, so only their id distinguishes them; and a nested stack
that has ended is taken up again by its parent's rollback.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from cloudformation.statuses import StackStatus, open_member
from deployment.aws.pages import pages
from deployment.aws.session import Client
from deployment.errors import NotFound
from deployment.stack.events import Event, Operation
from deployment.template.resource_path import ROOT, ResourcePath

_AT_ONCE = 4
_WAITS_FOR_LONG = "AWS::CertificateManager::Certificate"
_VAIN_ROUNDS = 4  # after which a nested stack that does not answer is no longer waited for


class EventLog:
    """What was read so far: the stacks of the tree, the ids of their events, and what was not taken yet."""

    root_status: StackStatus | None = None
    """The root's last status in an event of this operation."""
    latest: StackStatus | None = None
    """Its last status in any event: somebody else may have cancelled the operation, or started another one."""

    def __init__(self, cloudformation: Client, operation: Operation) -> None:
        self._cloudformation = cloudformation
        self._operation = operation
        self._tokens = {operation.token, *operation.also}
        self._paths: dict[str, ResourcePath] = {operation.stack: ROOT}
        self._seen: dict[str, set[str]] = {operation.stack: set(operation.known)}
        self._closed: set[str] = set()
        # How often each nested stack was asked for in vain since it was last seen.
        self._unseen: Counter[str] = Counter()
        self._held: list[Event] = []
        self._latest = operation.since
        self._begun: dict[ResourcePath, datetime] = {}
        # Up to when each stack's events are known: what all stacks had reported at the moment when it was last asked.
        self._known: dict[str, datetime] = {operation.stack: operation.since}
        self._rounds: dict[str, int] = {operation.stack: 0}
        self._round = 0

    def accept(self, token: str) -> None:
        """Accepts the events of another request, such as a cancellation, as this operation's."""
        self._tokens.add(token)

    @property
    def overtaken(self) -> bool:
        """Whether another operation has started since this one ended."""
        return self.latest is not self.root_status

    @property
    def unseen(self) -> bool:
        """Whether some nested stack was not found when it was last asked for."""
        return any(arn not in self._closed for arn in self._unseen)

    def read(self, most: int | None = None) -> int:
        """Asks `most` stacks for news, the root and those that were not asked longest; how many events are new.

        Nested stacks that the new events name are asked in the same round, as far as there is room.
        """
        self._round += 1
        before, asked = len(self._held), 0
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            while waiting := self._due(None if most is None else most - asked):
                asked += len(waiting)
                latest = self._latest
                for arn, fresh in zip(waiting, pool.map(self._fresh, waiting), strict=True):
                    self._learn(arn, fresh, latest)
        return len(self._held) - before

    def take(self, *, everything: bool = False) -> list[Event]:
        """What no event that is still to be read can precede, in order; each event is given once."""
        until = min(known for arn, known in self._known.items() if arn not in self._closed)
        # A stable sort keeps the order that each stack gave to events of one moment.
        ordered = sorted(self._held, key=lambda event: event.at)
        ready = [event for event in ordered if everything or event.at <= until]
        self._held = ordered[len(ready) :]
        return ready

    def _due(self, most: int | None) -> list[str]:
        """The stacks to ask now, the root first; none that was asked in this round."""
        open_ones = [arn for arn in self._paths if arn not in self._closed and self._rounds[arn] < self._round]
        open_ones.sort(key=lambda arn: (arn != self._operation.stack, self._rounds[arn]))
        return open_ones[:most]

    def _learn(self, arn: str, events: list[Event] | None, latest: datetime) -> None:
        self._rounds[arn] = self._round
        if events is None:
            self._unseen[arn] += 1
            if self._unseen[arn] < _VAIN_ROUNDS:
                return
        else:
            self._unseen.pop(arn, None)
        self._known[arn] = latest
        self._add(arn, events or [])

    def _add(self, arn: str, events: list[Event]) -> None:
        self._held += events
        self._seen.setdefault(arn, set()).update(event.id for event in events)
        for event in events:
            self._latest = max(self._latest, event.at)
            if event.nested:
                self._meet(event)
            elif event.of_stack and arn == self._operation.stack:
                self.root_status = open_member(StackStatus, event.status)
            elif event.of_stack and _ends(event.status):
                self._closed.add(arn)

    def _meet(self, event: Event) -> None:
        """What a parent reports of a nested stack: that it exists, or that an operation on it is in progress again."""
        begun = self._begun.setdefault(event.path, event.at)
        arn = event.physical_id
        if arn and arn not in self._paths:
            self._paths[arn], self._known[arn], self._rounds[arn] = event.path, begun, 0
        elif event.status.endswith("_IN_PROGRESS") and arn in self._closed:
            self._closed.discard(arn)  # rolled back or deleted after it had ended
            self._known[arn] = event.at

    def _fresh(self, arn: str) -> list[Event] | None:
        """The new events of one stack, oldest first: AWS gives the newest first, in pages.

        None where the stack is not found: it was just created, or its name is not known here yet.
        """
        fresh: list[dict[str, Any]] = []
        met: set[str] = set()  # events of one page may come again on the next, where events are added meanwhile
        try:
            for page in pages(self._cloudformation.describe_stack_events, StackName=arn):
                bodies = page.get("StackEvents") or []
                if bodies and (not fresh or _oldest_first(bodies)):
                    self._note_latest(bodies)
                news = [body for body in bodies if self._new(arn, body)]
                fresh += [body for body in news if body["EventId"] not in met]
                met |= {body["EventId"] for body in news}
                # Events before the known ones are known too, unless the oldest come first.
                if len(news) < len(bodies) and not _oldest_first(bodies):
                    break
        except NotFound:
            return None
        ordered = fresh if _oldest_first(fresh) else fresh[::-1]
        return [self._event(arn, body) for body in ordered if self._ours(body)]

    def _note_latest(self, bodies: list[dict[str, Any]]) -> None:
        newest = bodies[-1] if _oldest_first(bodies) else bodies[0]
        if newest.get("PhysicalResourceId") == self._operation.stack and newest.get("ResourceStatus"):
            self.latest = open_member(StackStatus, newest["ResourceStatus"])

    def _new(self, arn: str, body: dict[str, Any]) -> bool:
        return body["EventId"] not in self._seen.get(arn, ()) and body["Timestamp"] >= self._operation.since

    def _ours(self, body: dict[str, Any]) -> bool:
        """Whether an event belongs to this operation; the event of a stack's review has no token."""
        if body.get("ResourceStatus") in (None, StackStatus.REVIEW_IN_PROGRESS.value):
            return False
        token = body.get("ClientRequestToken")
        return token is None or token in self._tokens

    def _event(self, arn: str, body: dict[str, Any]) -> Event:
        own = body.get("PhysicalResourceId") == body["StackId"]
        path = self._paths[arn]
        return Event(
            id=body["EventId"],
            at=body["Timestamp"],
            stack=arn,
            path=path if own else path / body.get("LogicalResourceId", "(not named)"),
            type=body.get("ResourceType", ""),
            physical_id=body.get("PhysicalResourceId", ""),
            status=body["ResourceStatus"],
            reason=body.get("ResourceStatusReason"),
            of_stack=own,
            properties=body.get("ResourceProperties") if _tells(body) else None,
        )


def _tells(body: dict[str, Any]) -> bool:
    """Whether what a resource was to be is kept: of what failed, and of what may be asked about before it does."""
    return body["ResourceStatus"].endswith("_FAILED") or body.get("ResourceType") == _WAITS_FOR_LONG


def _ends(status: str) -> bool:
    """Whether a stack with that status has no more events to come; in a status that is new to us it may have."""
    stated = open_member(StackStatus, status)
    return stated.settled and stated.known


def _oldest_first(bodies: list[dict[str, Any]]) -> bool:
    return len(bodies) > 1 and bool(bodies[0]["Timestamp"] < bodies[-1]["Timestamp"])
