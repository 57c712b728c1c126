"""`exec`: a shell, or another command, in a running task of a service, through the AWS CLI as it is installed.

ECS Exec speaks over Session Manager, whose plugin the AWS CLI starts: neither is a Python library.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
"""

import shlex
import shutil

from deployment.aws.calls import call
from deployment.aws.pages import pages
from deployment.commands.tasks.task import Task, task_from
from deployment.commands.tasks.task_place import TaskPlace, place_of
from deployment.errors import NothingSent, StackBlocked
from deployment.run.identity import caller_of
from deployment.run.outcome import Ran
from deployment.run.run import Run

_SWITCH = "EnableExecuteCommand"
_SHELL = "/bin/sh"
# DescribeTasks takes so many at once.
_MOST = 100
_PROGRAMS = {
    "aws": "the AWS CLI: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
    "session-manager-plugin": "its Session Manager plugin: https://docs.aws.amazon.com/systems-manager/latest/userguide"
    "/session-manager-working-with-install-plugin.html",
}


def shell(run: Run) -> Ran:
    """Hands the terminal over to the AWS CLI until the command has ended; its exit code is the AWS CLI's."""
    if run.choices.rehearsed:
        raise NothingSent("a rehearsal runs no containers, so that no shell can be opened", remedy="omit --rehearse")
    _refuse_missing()
    caller_of(run)
    place = place_of(run)
    task = _chosen(run, place)
    run.say(f"task {task.id} of {place.name} in cluster {place.cluster}, container {place.container}")
    words = ["aws", "ecs", "execute-command", "--region", run.session.region, "--cluster", place.cluster]
    words += ["--task", task.arn, "--container", place.container, "--interactive"]
    code = run.hand_over([*words, "--command", shlex.join(run.choices.command or (_SHELL,))])
    return Ran(place.stack.name, place.name, task.arn, code, through="aws ecs execute-command")


def _refuse_missing() -> None:
    missing = [told for program, told in _PROGRAMS.items() if shutil.which(program) is None]
    if missing:
        raise NothingSent(f"exec needs {' and '.join(missing)}", remedy="install it, so that it is on PATH")


def _chosen(run: Run, place: TaskPlace) -> Task:
    """The first running task in which shells can be opened; raises StackBlocked where there is none."""
    service = place.service
    if service is None:
        raise NothingSent(
            f"{place.name} is a job: a shell cannot be opened in it",
            remedy=f"run another command as a task of it: {run.invocation.of_task('run', place.name, words=[_SHELL])}",
        )
    if place.stack.parameters.get(_SWITCH, "true") != "true":
        raise _switched_off(run, place)
    running = [task for task in _tasks(run, place, service) if task.status == "RUNNING"]
    able = [task for task in running if task.opens_shells]
    if able:
        return able[0]
    if running:
        raise StackBlocked(
            f"the {len(running)} running tasks of {place.name} were started before {_SWITCH} was true",
            remedy=f"make ECS start new ones, by any change of the service: {run.invocation.again()}",
        )
    raise StackBlocked(
        f"no task of {place.name} is running", remedy=f"see why: {run.invocation.of_task('logs', place.name)}"
    )


def _switched_off(run: Run, place: TaskPlace) -> NothingSent:
    where = f"under services: {place.name}:" if run.environment.service else "under parameters:"
    return NothingSent(
        f"{_SWITCH} of stack {place.stack.name} is false: a shell cannot be opened in its tasks",
        remedy=f"write {_SWITCH}: true in {run.environment.place.file}, {where}, then: {run.invocation.again()}",
    )


def _tasks(run: Run, place: TaskPlace, service: str) -> list[Task]:
    ecs = run.session.client("ecs")
    listed = pages(ecs.list_tasks, cluster=place.cluster, serviceName=service, desiredStatus="RUNNING")
    arns = [arn for page in listed for arn in page.get("taskArns") or ()][:_MOST]
    if not arns:
        return []
    answer = call(ecs.describe_tasks, cluster=place.cluster, tasks=arns)
    return [task_from(body, place.container) for body in answer.get("tasks") or ()]
