"""RunTask, DescribeTasks, ListTasks and StopTask in a cluster that a stack has, DescribeTaskDefinition of one.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rehearsal.neighbours.containers.kept_tasks import KeptTasks
from rehearsal.neighbours.containers.stack_clusters import (
    StackClusters,
    containers_of,
    described_definition,
    family_of,
)
from rehearsal.neighbours.containers.task_life import Task
from rehearsal.scenario.task_scenes import PlayedTask
from rehearsal.state.services import Made, ServiceError

_INVALID = "InvalidParameterException"


@dataclass(frozen=True)
class TaskCalls:
    """One moment of one Region: what stacks have, what runs, and what time it is."""

    stacks: StackClusters
    kept: KeptTasks
    now: float
    played: Callable[[str], PlayedTask]
    new_id: Callable[[], str]

    def answer(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any] | None:
        """The answer; None where what it is about is none of a stack, or the call another.

        ServiceError: it is refused.
        """
        if operation == "DescribeTaskDefinition":
            definition = self.stacks.definition(str(request.get("taskDefinition", "")))
            return {"taskDefinition": described_definition(definition)} if definition else None
        calls = {
            "RunTask": self._run,
            "DescribeTasks": self._describe,
            "ListTasks": self._list,
            "StopTask": self._stop,
        }
        cluster = self.stacks.cluster(str(request.get("cluster", "default")))
        return calls[operation](cluster, request) if cluster and operation in calls else None

    def _run(self, cluster: str, request: Mapping[str, Any]) -> dict[str, Any]:
        asked = {name: value for name, value in request.items() if name not in ("cluster", "clientToken")}
        token = request.get("clientToken")
        for task in self.kept.all().values():
            if token and task.token == token and task.cluster == cluster:
                if task.asked != asked:
                    raise ServiceError("ConflictException", "The client token was used with other parameters.")
                return {"tasks": [task.described(self.now)], "failures": []}
        definition = self.stacks.definition(str(request.get("taskDefinition", "")))
        if definition is None:
            raise ServiceError(_INVALID, "TaskDefinition not found.")
        self._refuse(definition, request)
        played = self.played(family_of(definition))
        if played.refused is not None:
            return {"tasks": [], "failures": [{"reason": played.refused}]}
        task = self._started(cluster, definition, asked, played, token)
        self.kept.keep(task)
        return {"tasks": [task.described(self.now)], "failures": []}

    def _started(
        self, cluster: str, definition: Made, asked: dict[str, Any], played: PlayedTask, token: str | None
    ) -> Task:
        return Task(
            arn=self.stacks.arn(f"task/{cluster.rpartition('/')[2]}/{self.new_id()}"),
            cluster=cluster,
            definition=definition.physical_id,
            family=family_of(definition),
            region=self.stacks.region,
            created=self.now,
            containers=containers_of(definition),
            seconds=played.seconds,
            exit_code=played.exit_code,
            log=list(played.log),
            not_started=played.not_started,
            started_by=asked.get("startedBy"),
            token=token,
            asked=asked,
        )

    def _refuse(self, definition: Made, request: Mapping[str, Any]) -> None:
        """The checks of ECS before it starts a task."""
        names = [container.name for container in containers_of(definition)]
        for override in (request.get("overrides") or {}).get("containerOverrides", ()):
            if override.get("name") not in names:
                named = f"Override for container named {override.get('name')} is not a container in the TaskDefinition."
                raise ServiceError(_INVALID, named)
        network = (request.get("networkConfiguration") or {}).get("awsvpcConfiguration")
        if network is None:
            text = "Network Configuration must be provided when networkMode 'awsvpc' is specified."
            raise ServiceError(_INVALID, text)
        for subnet in network.get("subnets", ()):
            if not self.stacks.has_subnet(subnet):
                raise ServiceError(
                    _INVALID,
                    f"Error retrieving subnet information for [{subnet}]: The subnet ID '{subnet}' does not exist "
                    "(ErrorCode: InvalidSubnetID.NotFound)",
                )

    def _describe(self, cluster: str, request: Mapping[str, Any]) -> dict[str, Any]:
        known = self._known(cluster)
        asked = [str(name) for name in request.get("tasks", ())]
        found = {name: known.get(name.rpartition("/")[2]) for name in asked}
        missing = [{"arn": name, "reason": "MISSING"} for name, task in found.items() if task is None]
        return {"tasks": [task for task in found.values() if task is not None], "failures": missing}

    def _known(self, cluster: str) -> dict[str, dict[str, Any]]:
        """Every task of a cluster that can be described, by its id."""
        running = {task["taskArn"].rpartition("/")[2]: task for task in self.stacks.running(cluster)}
        own = self.kept.all().values()
        shown = [task for task in own if task.cluster == cluster and task.is_shown(self.now)]
        return running | {task.id: task.described(self.now) for task in shown}

    def _list(self, cluster: str, request: Mapping[str, Any]) -> dict[str, Any]:
        if name := request.get("serviceName"):
            service = self.stacks.service(cluster, str(name))
            if service is None:
                raise ServiceError("ServiceNotFoundException", "Service not found.")
            tasks = [*self.stacks.running(cluster, service)]
        else:
            tasks = [*self._known(cluster).values()]
        wanted = request.get("desiredStatus", "RUNNING")
        started_by, family = request.get("startedBy"), request.get("family")
        arns = [
            task["taskArn"]
            for task in tasks
            if task["desiredStatus"] == wanted
            and started_by in (None, task.get("startedBy"))
            and family in (None, task["taskDefinitionArn"].rpartition("/")[2].partition(":")[0])
        ]
        return {"taskArns": arns}

    def _stop(self, cluster: str, request: Mapping[str, Any]) -> dict[str, Any]:
        id = str(request.get("task", "")).rpartition("/")[2]
        task = next((task for task in self.kept.all().values() if task.id == id and task.cluster == cluster), None)
        if task is None or not task.is_shown(self.now):
            raise ServiceError(_INVALID, "The referenced task was not found.")
        if task.stopped is None and self.now < task.ended:
            task.stopped, task.stop_reason = self.now, str(request.get("reason", "Task stopped by user"))
            self.kept.keep(task)
        return {"task": task.described(self.now)}
