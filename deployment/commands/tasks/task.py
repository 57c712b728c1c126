"""One task as DescribeTasks shows it: whether it has stopped, and what came of its container.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deployment.aws.answers import needed
from deployment.aws.calls import call
from deployment.aws.session import Client
from deployment.errors import Unreachable

_STOPPED = "STOPPED"


@dataclass(frozen=True)
class Task:
    """Its ARN, its state, why it stopped, and the exit code of the container that it is about (None: it never ran)."""

    arn: str
    status: str
    exit_code: int | None = None
    stop_code: str = ""
    stopped_reason: str = ""
    container_reasons: tuple[str, ...] = ()
    seconds: float = 0.0
    opens_shells: bool = False

    @property
    def id(self) -> str:
        return self.arn.rpartition("/")[2]

    @property
    def has_stopped(self) -> bool:
        return self.status == _STOPPED


def task_from(body: Mapping[str, Any], container: str) -> Task:
    """A member of `tasks`; raises Unreachable where it lacks what nothing can continue without."""
    arn, status = needed(body, "taskArn", "lastStatus")
    containers = {one.get("name"): one for one in body.get("containers", ())}
    about = containers.get(container, {})
    created, stopped = body.get("createdAt"), body.get("stoppedAt")
    return Task(
        arn=arn,
        status=status,
        exit_code=about.get("exitCode"),
        stop_code=str(body.get("stopCode", "")),
        stopped_reason=str(body.get("stoppedReason", "")),
        container_reasons=tuple(
            f"container {name}: {one['reason']}" for name, one in containers.items() if one.get("reason")
        ),
        seconds=(stopped - created).total_seconds() if created and stopped else 0.0,
        opens_shells=bool(body.get("enableExecuteCommand")),
    )


def described(ecs: Client, cluster: str, arn: str, container: str) -> Task:
    """The task as it is now; raises Unreachable while ECS does not know it, as for a moment after it was started."""
    answer = call(ecs.describe_tasks, cluster=cluster, tasks=[arn])
    tasks = answer.get("tasks") or []
    if not tasks:
        reasons = ", ".join(str(failure.get("reason")) for failure in answer.get("failures") or [])
        raise Unreachable(f"no answer: ECS does not know task {arn} ({reasons or 'no reason was given'})")
    return task_from(tasks[0], container)
