"""Starting a task once: where no answer comes, asking again starts no second one."""

from collections.abc import Sequence
from typing import Any

from deployment.aws.calls import call, unanswered
from deployment.aws.retries import retried
from deployment.aws.shell_words import aws_command
from deployment.aws.waiting import uninterrupted
from deployment.commands.tasks.task import Task, task_from
from deployment.commands.tasks.task_place import TaskPlace
from deployment.errors import DeploymentError, TaskFailed, WatchLost
from deployment.run.run import Run
from deployment.run.telling import TaskStarted

_CAPACITY = ("capacity", "RESOURCE:", "Capacity")


def start_task(run: Run, place: TaskPlace, command: Sequence[str] = ()) -> Task:
    """The task, which ECS has taken; an interrupt comes before that, or after it.

    Raises TaskFailed where ECS takes none, WatchLost where no answer says whether it did. Client tokens are kept
    by ECS for a day ("Ensuring idempotency" in the ECS API reference).
    """
    token = run.token()
    by = f"deploy-py/{token}"
    request = _request(place, command, by, token)
    ecs = run.session.client("ecs")

    def begin() -> dict[str, Any]:
        answer = retried(run.waiting, lambda: call(ecs.run_task, **request))
        if answer.get("tasks"):
            run.tell(TaskStarted(place.name, run.invocation.of_task("logs", place.name, "--follow")))
        return answer

    try:
        answer = uninterrupted(begin)
    except DeploymentError as error:
        if not unanswered(error):
            raise
        raise WatchLost(
            f"whether a task of {place.name} has started is unknown",
            findings=[error.happened, *error.findings],
            remedy="see whether there is one: "
            + aws_command(run.session.region, "ecs", "list-tasks", "--cluster", place.cluster, "--started-by", by),
        ) from error
    tasks = answer.get("tasks") or []
    if not tasks:
        raise _refused(run, place, answer)
    return task_from(tasks[0], place.container)


def _request(place: TaskPlace, command: Sequence[str], by: str, token: str) -> dict[str, Any]:
    network = {
        "subnets": place.subnets,
        "securityGroups": [place.security_group],
        "assignPublicIp": "ENABLED" if place.is_public else "DISABLED",
    }
    override = {"name": place.container, "command": list(command)}
    return {
        "cluster": place.cluster,
        "taskDefinition": place.definition,
        "count": 1,
        "launchType": "FARGATE",
        "networkConfiguration": {"awsvpcConfiguration": network},
        "propagateTags": "TASK_DEFINITION",
        "startedBy": by,
        "clientToken": token,
        **({"overrides": {"containerOverrides": [override]}} if command else {}),
    }


def _refused(run: Run, place: TaskPlace, answer: dict[str, Any]) -> TaskFailed:
    """RunTask can succeed and start nothing: `failures` say why ("API failure reasons" in the developer guide)."""
    reasons = [str(failure.get("reason", "")) for failure in answer.get("failures") or []]
    short = any(word in reason for reason in reasons for word in _CAPACITY)
    again = run.invocation.again(run.invocation.action)
    return TaskFailed(
        f"ECS started no task of {place.name}",
        findings=reasons or ["no reason was given"],
        remedy=f"try again in a few minutes: {again}" if short else f"fix what ECS says, then: {again}",
    )
