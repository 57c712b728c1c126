"""Whether the caller may run the job that must run before a deployment, asked of IAM before anything runs.

A job is not CloudFormation's to run: the caller starts it, passes its roles, follows it and reads its log. IAM is asked
about the very task definition, roles, cluster and log that the job's stack has.
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from cloudformation.template.iam_actions import PASS_ROLE
from deployment.aws.calls import call
from deployment.aws.session import Client
from deployment.commands.tasks.run_once import runnable
from deployment.commands.tasks.task_place import TaskPlace
from deployment.errors import DeploymentError, MissingPermissions
from deployment.run.preflight.iam_preflight import PASSED_TO, Unanswered, caller_principal, denied_of
from deployment.run.run import Run

_TASKS = "ecs-tasks.amazonaws.com"


@dataclass(frozen=True)
class JobAnswered:
    """What IAM said of the caller: the actions that it is denied."""

    name: str
    principal: str
    denied: frozenset[str]


JobAnswer: TypeAlias = JobAnswered | Unanswered


@dataclass(frozen=True)
class _Need:
    """Actions on one resource, with the condition keys that the requests bring."""

    resource: str
    actions: tuple[str, ...]
    context: Mapping[str, str] = field(default_factory=dict)


def ask_job(run: Run, caller: str) -> JobAnswer | None:
    """IAM's answer on the job before the run's deployment; None where there is none."""
    job = run.before
    if job is None or run.announced:
        return None
    try:
        place = runnable(job)
        iam = run.session.client("iam", attempts=1)
        principal = caller_principal(iam, run, caller)
        needs = _needs(place, run.session.client("ecs", attempts=1))
        denied = {action for need in needs for action in denied_of(iam, principal, need.actions, *_about(need))}
        return JobAnswered(place.name, principal, frozenset(denied))
    except DeploymentError as error:
        return Unanswered(str(error))


def tell_job(run: Run, answer: JobAnswer) -> None:
    """Says what is missing; raises MissingPermissions where a preflight was asked for."""
    if isinstance(answer, Unanswered):
        if run.choices.preflight:
            run.say(f"preflight: IAM could not be asked about the job: {answer.reason}; continuing")
        return
    if answer.denied and run.choices.preflight:
        raise MissingPermissions(answer.principal, {f"job {answer.name}": answer.denied}, "deployer")
    if answer.denied:
        count = len(answer.denied)
        run.say(
            f"warning: {answer.principal} may lack {count} IAM actions that job {answer.name} needs; --preflight "
            "names them"
        )
    elif run.choices.preflight:
        run.say(f"preflight: {answer.principal} has the permissions that job {answer.name} needs")


def _about(need: _Need) -> tuple[str, Mapping[str, str]]:
    return need.resource, need.context


def _needs(place: TaskPlace, ecs: Client) -> Iterator[_Need]:
    """Everything that running the job asks for: task_start.py, task_following.py and task_log.py."""
    definition = call(ecs.describe_task_definition, taskDefinition=place.definition)["taskDefinition"]
    head = place.definition.partition(":task-definition/")[0]
    task = f"{head}:task/{place.cluster}/preflight"
    yield _Need(place.definition, ("ecs:RunTask",), {"ecs:cluster": f"{head}:cluster/{place.cluster}"})
    for role in sorted({definition[name] for name in ("taskRoleArn", "executionRoleArn") if definition.get(name)}):
        yield _Need(role, (PASS_ROLE,), {PASSED_TO: _TASKS})
    # The tags of the definition are propagated.
    yield _Need(task, ("ecs:TagResource",), {"ecs:CreateAction": "RunTask"})
    yield _Need(task, ("ecs:DescribeTasks", "ecs:StopTask"))
    logs = head.replace(":ecs:", ":logs:", 1)
    yield _Need(f"{logs}:log-group:{place.log_group}:log-stream:{place.stream(task)}", ("logs:GetLogEvents",))
