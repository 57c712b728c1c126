"""Faults that were asked for: resources that fail, hang or drift, and calls that do not get through.

A scenario is a YAML file of up to six lists:

    resources:
      - {path: Ecs/Service, on: create, reason: "Service limit exceeded", times: 1}
      - {path: Ecs/Service, on: update, fault: hang, minutes: 180}
    drift:
      - {path: Ecs/Service, property: DesiredCount, actual: "0"}
    api:
      - {operation: DescribeStackEvents, fault: throttle, after: 2, times: 3}
    alarms:
      - {alarm: errors-*, after: 20, times: 1}
    attributes:
      - {path: Lookup, attribute: VpcId, value: vpc-0123456789abcdef0}
    tasks:
      - {task: "*-migrate", exit_code: 3, log: ["column exists already"], times: 1}

resources  `path` is the logical ids from the root stack down, joined by `/`; `*` matches any part of
           it. `on` is create (when left out), update, delete or rollback. `fault` is fail (when left
           out) or hang. `reason` is the text of the failure. `times` is how often (always when left
           out). What hangs stays in progress until it is cancelled or its stack's time is over, or, with
           `minutes`, until that much simulated time has passed; then it fails. With `fault: hook` it is a hook
           of the type `hook` that refuses the resource before it is made; `mode` is FAIL (when left out) or
           WARN, which lets it through.
           With `account` (twelve digits in quotes) or `region` a fault strikes, and a drift is, there alone.
drift      what somebody changed by hand: `property` is a path such as Tags or LoggingConfiguration/Level;
           without `actual` the property is gone; `*` without `actual`: the resource itself is gone.
api        `fault` is throttle, error (HTTP 503), reset (no answer), timeout (no answer, and no end),
           lose-reply (done, but no answer), truncate (done, but the answer breaks off half-way), expired
           (credentials) or `slow:<seconds>`; `operation` may contain `*`; `after` lets that many calls through
           first. Four faults give answers that mislead:
           stale (DescribeStacks shows the status from before the stack's last operation), unseen (a nested
           stack that is asked for does not exist yet), `pages:<rows>` (no page is longer), incomplete
           (DescribeChangeSet with property values lacks its last row, with a `[WARN]` in StatusReason).
           For these four, `after` and `times` count the calls that they can meet.
alarms     rollback triggers that go to ALARM: `alarm` is the alarm's name or ARN, and may contain `*`; `after` is how
           many minutes of simulated time after the operation began (at once when left out). One whose operation, with
           its monitoring time, is over by then changes nothing. `times` counts the operations that watch it.
attributes what Fn::GetAtt gives of a resource that is made or changed from now on: what the function of a custom
           resource answers, or a service fills in. `value` is a text, a number, true or false, or a list of them.
tasks      how tasks go that RunTask starts: `task` is the family of their definition, and may contain `*`; `exit_code`
           (0 when left out), `log` (its lines), `minutes` that it runs. `not_started` is why it never runs (an
           image that cannot be pulled), `refused` the reason for which RunTask starts none (no capacity).

A resource that fails only after it has its physical id, so that a rollback has to delete it, is one that
hangs for 0 minutes.
"""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatchcase

from rehearsal.scenario.task_scenes import ENDS_WELL, PlayedTask

ACTIONS = ("create", "update", "delete", "rollback")
RESOURCE_FAULTS = ("fail", "hang", "hook")
API_FAULTS = ("throttle", "error", "reset", "timeout", "lose-reply", "truncate", "expired")
ANSWER_FAULTS = ("stale", "unseen", "incomplete")
TIMED_OUT = "Resource timed out waiting for completion"


@dataclass(frozen=True)
class ResourceFault:
    """One resource that fails, hangs or is refused by a hook of the type `hook`, `times` times (None: always)."""

    path: str
    on: str = "create"
    reason: str = ""
    times: int | None = None
    hangs: bool = False
    minutes: float | None = None
    hook: str | None = None
    mode: str = "FAIL"
    account: str | None = None
    region: str | None = None


@dataclass(frozen=True)
class Hang:
    """A resource that does not come to an end, or not for that many simulated seconds; then it fails."""

    seconds: float | None
    reason: str


@dataclass(frozen=True)
class Drift:
    """One property of one resource that somebody changed by hand; None: took away."""

    path: str
    property: str
    actual: object = None
    account: str | None = None
    region: str | None = None


@dataclass(frozen=True)
class SaidAttribute:
    """What one attribute of one resource is said to be."""

    path: str
    attribute: str
    value: object
    account: str | None = None
    region: str | None = None


@dataclass(frozen=True)
class ApiFault:
    """One operation that does not get through, after `after` calls that do."""

    operation: str
    fault: str
    after: int = 0
    times: int | None = None

    @property
    def misleads(self) -> bool:
        """Whether the call gets through, with an answer that misleads."""
        return self.fault in ANSWER_FAULTS or self.fault.startswith("pages:")


@dataclass(frozen=True)
class Alarm:
    """One alarm that goes off that many simulated seconds after an operation that watches it began."""

    alarm: str
    after: float = 0.0
    times: int | None = None

    def names(self, arn: str) -> bool:
        """Whether an alarm's ARN, or the name in it, is meant."""
        return fnmatchcase(arn, self.alarm) or fnmatchcase(arn.partition(":alarm:")[2], self.alarm)


@dataclass
class Scenario:
    """The faults of one rehearsal, and how often each has struck."""

    resources: tuple[ResourceFault, ...] = ()
    api: tuple[ApiFault, ...] = ()
    drift: tuple[Drift, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    attributes: tuple[SaidAttribute, ...] = ()
    tasks: tuple[PlayedTask, ...] = ()
    _families: set[str] = field(default_factory=set)
    _known: set[str] = field(default_factory=set)
    _watched: set[str] = field(default_factory=set)
    _acted: bool = False
    _struck: dict[tuple[str, int], int] = field(default_factory=dict)
    _calls: dict[str, int] = field(default_factory=dict)

    def know(self, paths: Iterable[str]) -> None:
        """Paths of resources that there are: a fault whose path is none of them meets nothing."""
        self._known.update(paths)

    def unmet(self) -> list[str]:
        """What was to go wrong and met no resource, or no alarm, with the nearest names of those that there were.

        Nothing is said of resources where none was ever seen, nor of alarms where no operation was played.
        """
        entries: tuple[ResourceFault | Drift | SaidAttribute, ...] = (*self.resources, *self.drift, *self.attributes)
        paths = dict.fromkeys(entry.path for entry in entries)
        lost = [path for path in paths if self._known and not self._may_be(path)]
        alarms = [alarm for alarm in self.alarms if self._acted and not any(map(alarm.names, self._watched))]
        watched = {arn.partition(":alarm:")[2] for arn in self._watched}
        return [
            *(f"{path}{_nearest(path, self._known)}" for path in lost),
            *(f"alarm {alarm.alarm}{_nearest(alarm.alarm, watched)}" for alarm in alarms),
            *(f"task {one.task}{_nearest(one.task, self._families)}" for one in self._tasks_unmet()),
        ]

    def _tasks_unmet(self) -> list[PlayedTask]:
        return [one for one in self.tasks if self._families and not any(map(one.is_of, self._families))]

    def unstruck(self) -> list[str]:
        """What was to fail and has its resource, which no operation of that kind came to, once one was played."""
        return [
            f"{fault.path} on {fault.on}"
            for number, fault in enumerate(self.resources)
            if self._acted and ("resource", number) not in self._struck and self._may_be(fault.path)
        ]

    def _may_be(self, path: str) -> bool:
        """Whether there is such a resource, or was a nested stack of which nobody has seen what is in it."""
        if any(fnmatchcase(name, path) for name in self._known):
            return True
        parts = path.split("/")
        above = ["/".join(parts[:length]) for length in range(1, len(parts))]
        return any(name in self._known and not self._seen_in(name) for name in above)

    def _seen_in(self, nested: str) -> bool:
        return any(name.startswith(f"{nested}/") for name in self._known)

    def strike(self, path: str, action: str, account: str = "", region: str = "") -> str | Hang | None:
        """What meets this action on this resource now: the reason it fails with, a hang, or nothing."""
        fault = self._meeting(action, (path, account, region), hook=False)
        if fault is None:
            return None
        if fault.hangs:
            return Hang(None if fault.minutes is None else fault.minutes * 60, fault.reason or TIMED_OUT)
        return fault.reason or _refusal()

    def refusing_hook(self, path: str, account: str = "", region: str = "") -> ResourceFault | None:
        """The hook that refuses to have this resource made now."""
        return self._meeting("create", (path, account, region), hook=True)

    def _meeting(self, action: str, place: tuple[str, str, str], *, hook: bool) -> ResourceFault | None:
        self._known.add(place[0])
        self._acted = True
        for number, fault in enumerate(self.resources):
            meant = fault.on == action and (fault.hook is not None) == hook and _is_at(fault, *place)
            if meant and self._strikes("resource", number, fault.times):
                return fault
        return None

    def drifts(self, path: str, account: str = "", region: str = "") -> tuple[Drift, ...]:
        """What was changed by hand on this resource."""
        self._known.add(path)
        return tuple(drift for drift in self.drift if _is_at(drift, path, account, region))

    def said(self, path: str, account: str = "", region: str = "") -> dict[str, object]:
        """The attributes of a resource that somebody said, by name; the last word on one counts."""
        self._known.add(path)
        said = (entry for entry in self.attributes if _is_at(entry, path, account, region))
        return {entry.attribute: entry.value for entry in said}

    def goes_off(self, arn: str) -> float | None:
        """In how many seconds this alarm goes off, or None; to be asked once an operation that watches it."""
        self._watched.add(arn)
        for number, alarm in enumerate(self.alarms):
            if alarm.names(arn) and self._strikes("alarm", number, alarm.times):
                return alarm.after
        return None

    def task(self, family: str) -> PlayedTask:
        """How a task of this family goes that is started now."""
        self._families.add(family)
        for number, one in enumerate(self.tasks):
            if one.is_of(family) and self._strikes("tasks", number, one.times):
                return one
        return ENDS_WELL

    def api_fault(self, operation: str) -> str | None:
        """The fault that this call meets, or None; to be asked once a call."""
        seen = self._calls[operation] = self._calls.get(operation, 0) + 1
        for number, fault in enumerate(self.api):
            meets = fnmatchcase(operation, fault.operation) and seen > fault.after and not fault.misleads
            if meets and self._strikes("api", number, fault.times):
                return fault.fault
        return None

    def answer_fault(self, operation: str, meets: Callable[[str], bool]) -> str | None:
        """How this call's answer is to mislead, or None; `meets` says which faults it can meet."""
        for number, fault in enumerate(self.api):
            if not (fault.misleads and fnmatchcase(operation, fault.operation) and meets(fault.fault)):
                continue
            key = f"{number}"
            seen = self._calls[key] = self._calls.get(key, 0) + 1
            if seen > fault.after and self._strikes("api", number, fault.times):
                return fault.fault
        return None

    def _strikes(self, section: str, number: int, times: int | None) -> bool:
        struck = self._struck.get((section, number), 0)
        if times is not None and struck >= times:
            return False
        self._struck[section, number] = struck + 1
        return True


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, sorted(known), n=3, cutoff=0.5)
    return f"; similar names: {', '.join(near)}" if near else "; there is no similar name"


def _is_at(fault: ResourceFault | Drift | SaidAttribute, path: str, account: str, region: str) -> bool:
    return fault.account in (None, account) and fault.region in (None, region) and fnmatchcase(path, fault.path)


def _refusal() -> str:
    """What a resource's handler says, in CloudFormation's own form; each request has a token of its own."""
    return (
        'Resource handler returned message: "It was asked to fail" '
        f"(RequestToken: {uuid.uuid4()}, HandlerErrorCode: InvalidRequest)"
    )
