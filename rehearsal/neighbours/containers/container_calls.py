"""What the clusters of stacks are asked: about tasks of Amazon ECS, and about their lines in CloudWatch Logs."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from rehearsal.loopback.credential_scope import credential_scope, service_asked
from rehearsal.loopback.http_message import Request, Response
from rehearsal.neighbours.containers.kept_tasks import KeptTasks
from rehearsal.neighbours.containers.stack_clusters import TYPES, StackClusters
from rehearsal.neighbours.containers.task_calls import TaskCalls
from rehearsal.neighbours.containers.task_life import Task
from rehearsal.neighbours.containers.task_logs import TaskLogs
from rehearsal.scenario.faults import Scenario
from rehearsal.state.services import ServiceError, Services

SERVICES = ("ecs", "logs")
_HEADERS = (("Content-Type", "application/x-amz-json-1.1"),)
_WITHOUT_TASKS = {"GetLogEvents", "FilterLogEvents"}


@dataclass
class Containers:
    """The tasks of one account; everything else that ECS and CloudWatch Logs are asked is left to others."""

    account: str
    services: Services
    kept: KeptTasks = field(default_factory=KeptTasks)
    scenario: Scenario = field(default_factory=Scenario)
    new_id: Callable[[], str] = lambda: uuid4().hex
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, request: Request) -> Response | None:
        """The answer; None where the call is about nothing that is played here."""
        operation = request.header("x-amz-target").rpartition(".")[2]
        if service_asked(request) not in SERVICES or not operation:
            return None
        scope = credential_scope(request)
        try:
            body = json.loads(request.body or b"{}")
        except ValueError:
            return None
        try:
            told = self._told(scope.region, operation, body) if scope and isinstance(body, dict) else None
        except ServiceError as error:
            refusal = {"__type": error.code, "message": error.message}
            return Response(400, _HEADERS, json.dumps(refusal).encode())
        return None if told is None else Response(200, _HEADERS, json.dumps(told).encode())

    def _told(self, region: str, operation: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """The stacks are read before the lock is taken: the thread that advances time holds their own lock."""
        if operation in _WITHOUT_TASKS:
            with self._lock:
                tasks = [task for task in self.kept.all().values() if task.region == region]
            return TaskLogs(tasks, self.services.now()).answer(operation, body) if tasks else None
        contents = self.services.made_by_stacks(TYPES)
        stacks = StackClusters(self.account, region, contents.standing if contents else ())
        if operation == "DescribeTasks":
            self._go_on(body.get("tasks", ()))
        now = self.services.now()
        with self._lock:
            calls = TaskCalls(stacks, self.kept, now, self.scenario.task, self.new_id)
            return calls.answer(operation, body)

    def _go_on(self, looked_at: list[str]) -> None:
        """Describing a task moves it to its next state: without a pace, nobody could see it wait."""
        now = self.services.now()
        with self._lock:
            tasks: list[Task] = [task for arn, task in self.kept.all().items() if arn in looked_at]
        due = [moment for task in tasks if (moment := task.next_moment(now)) is not None]
        if due:
            self.services.pass_to(min(due))
