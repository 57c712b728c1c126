"""A task from RunTask until it has stopped, as DescribeTasks shows it at a moment.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

# Seconds from the call on: an interface is attached, then the image is pulled; at the end the interface goes.
_PULLED_AFTER, _STARTED_AFTER, _GONE_AFTER = 4.0, 16.0, 2.0
TERMINATED = 143
"""The exit code of a program that SIGTERM ended, which StopTask sends first."""
SHOWN_SECONDS = 3600.0
"""How long a stopped task can be described (DescribeTasks in the API reference)."""


@dataclass(frozen=True)
class Container:
    """One container of a task definition; `group` and `prefix` are where awslogs puts what it writes."""

    name: str
    image: str
    group: str = ""
    prefix: str = ""


@dataclass
class Task:
    """What was asked for, how it is to end, and when somebody stopped it."""

    arn: str
    cluster: str
    definition: str
    family: str
    region: str
    created: float
    containers: list[Container]
    seconds: float = 10.0
    exit_code: int = 0
    log: list[str] = field(default_factory=list)
    not_started: str | None = None
    stopped: float | None = None
    stop_reason: str = ""
    started_by: str | None = None
    token: str | None = None
    asked: dict[str, Any] = field(default_factory=dict)
    """The request, without its cluster."""

    @property
    def id(self) -> str:
        return self.arn.rpartition("/")[2]

    @property
    def started(self) -> float | None:
        """When its containers ran; None where they never did."""
        moment = self.created + _STARTED_AFTER
        early = self.stopped is not None and self.stopped < moment
        return None if early or self.not_started is not None else moment

    @property
    def ended(self) -> float:
        """When its containers had ended."""
        by_itself = self.created + _STARTED_AFTER + (0.0 if self.not_started is not None else self.seconds)
        return by_itself if self.stopped is None else min(self.stopped, by_itself)

    def moments(self) -> Iterator[tuple[float, str]]:
        """From when on it is in which state, oldest first."""
        steps = [(self.created, "PROVISIONING"), (self.created + _PULLED_AFTER, "PENDING")]
        steps += [(self.started, "RUNNING")] if self.started is not None else []
        yield from ((moment, state) for moment, state in steps if moment <= self.ended)
        yield self.ended, "DEPROVISIONING"
        yield self.ended + _GONE_AFTER, "STOPPED"

    def state(self, now: float) -> str:
        return [state for moment, state in self.moments() if moment <= max(now, self.created)][-1]

    def next_moment(self, now: float) -> float | None:
        """When its state changes next; None once it has stopped."""
        return next((moment for moment, _ in self.moments() if moment > now), None)

    def is_shown(self, now: float) -> bool:
        return now <= self.ended + _GONE_AFTER + SHOWN_SECONDS

    def written(self, now: float) -> list[tuple[int, str]]:
        """What its first container has written until now, with the time of each line in milliseconds."""
        if self.started is None:
            return []
        apart = self.seconds / (len(self.log) + 1)
        times = [self.started + apart * (number + 1) for number in range(len(self.log))]
        upto = min(now, self.ended)
        return [(int(time * 1000), line) for time, line in zip(times, self.log, strict=True) if time <= upto]

    def described(self, now: float) -> dict[str, Any]:
        """The task in the shape of ECS's own answer."""
        state, ended = self.state(now), now >= self.ended
        told = {
            "taskArn": self.arn,
            "clusterArn": self.cluster,
            "taskDefinitionArn": self.definition,
            "containers": [self._container(number, state, ended=ended) for number in range(len(self.containers))],
            "overrides": self.asked.get("overrides", {}),
            "lastStatus": state,
            "desiredStatus": "STOPPED" if ended else "RUNNING",
            "createdAt": self.created,
            "group": self.asked.get("group", f"family:{self.family}"),
            "launchType": "FARGATE",
            "platformVersion": "1.4.0",
            "connectivity": "CONNECTED",
            "enableExecuteCommand": bool(self.asked.get("enableExecuteCommand", False)),
            "startedBy": self.started_by,
            "startedAt": self.started if self.started is not None and now >= self.started else None,
            **(self._end(state) if ended else {}),
        }
        return {name: value for name, value in told.items() if value is not None}

    def _container(self, number: int, state: str, *, ended: bool) -> dict[str, Any]:
        container = self.containers[number]
        told: dict[str, Any] = {
            "containerArn": f"{self.arn.replace(':task/', ':container/')}/{number}",
            "taskArn": self.arn,
            "name": container.name,
            "image": container.image,
            "lastStatus": "STOPPED" if ended else "RUNNING" if state == "RUNNING" else "PENDING",
        }
        if ended and self.started is not None:
            told["exitCode"] = self._code(number)
        elif ended and self.not_started and number == 0:
            told["reason"] = self.not_started
        return told

    def _code(self, number: int) -> int:
        if self.stopped is not None and self.stopped <= self.ended:
            return TERMINATED
        return self.exit_code if number == 0 else 0

    def _end(self, state: str) -> dict[str, Any]:
        if self.stopped is not None and self.stopped <= self.ended:
            code, reason = "UserInitiated", self.stop_reason
        elif self.not_started is not None:
            code, reason = "TaskFailedToStart", self.not_started
        else:
            code, reason = "EssentialContainerExited", "Essential container in task exited"
        at = {"stoppedAt": self.ended + _GONE_AFTER} if state == "STOPPED" else {}
        return {"stopCode": code, "stoppedReason": reason, "stoppingAt": self.ended, **at}
