"""Inspecting the running tasks: logs, and a shell in a task."""

from collections.abc import Iterator
from typing import Any

from templates.bundle.pages.markdown import Lines, commands, heading, paragraph
from templates.bundle.pages.stack_facts import LOG_GROUP, SERVICE, TASK_DEFINITION, StackFacts, path_of, variable
from templates.security.resolved_system import Resource
from templates.service.parameters import execute_command

_HOUR_AGO = '"$(($(date +%s) - 3600))000"'


def logs(facts: StackFacts) -> Lines:
    groups = facts.of(LOG_GROUP)
    if not groups:
        return []
    lines = heading(3, f"{facts.title}: logs")
    of_tasks = [group for group in groups if any(_writes_to(facts, task, group) for task in facts.of(TASK_DEFINITION))]
    for group in sorted(groups, key=lambda one: one not in of_tasks):
        shown = f'--log-group-name "{variable(group)}" --start-time {_HOUR_AGO}'
        found = [facts.aws("logs filter-log-events", shown, "--query 'events[].message'", "--output text")]
        if group in of_tasks:
            pattern = "--filter-pattern '?ERROR ?error ?Exception' --max-items 20"
            found.append(facts.aws("logs filter-log-events", shown, pattern))
        also = ", and the lines with an error" if group in of_tasks else ""
        lines += paragraph(f"`{path_of(group)}`, the last hour{also}:")
        lines += commands(*found)
    return lines + paragraph(
        facts.console("CloudWatch", "Logs", "Log groups"),
        f"Their names begin with `{facts.stack}`. Version 2 of the AWS CLI can follow a log group: `logs tail`.",
    )


def _writes_to(facts: StackFacts, task: Resource, group: Resource) -> bool:
    return facts.leads_to(task["ContainerDefinitions"], LOG_GROUP) is group


def shell(facts: StackFacts) -> Lines:
    services = facts.of(SERVICE)
    if not services:
        return []
    service = services[0]
    lines = heading(3, f"{facts.title}: a shell in a task")
    if str(service["EnableExecuteCommand"]).lower() != "true":
        lines += _switched_on(facts)
    container = next(_containers(facts), "")
    lines += paragraph("The command needs the AWS CLI and its Session Manager plugin.")
    lines += commands(
        "TASK=$("
        + facts.aws("ecs list-tasks", f'--cluster {facts.cluster} --service-name "{variable(service)}"', _FIRST)
        + ")",
        facts.aws(
            "ecs execute-command",
            f'--cluster {facts.cluster} --task "$TASK" --container {container} --interactive --command /bin/sh',
        ),
    )
    lines += paragraph("Show why the tasks of the last hour stopped:")
    stopped = f"--cluster {facts.cluster} --desired-status STOPPED --query 'taskArns' --output text"
    lines += commands(
        f"for task in $({facts.aws('ecs list-tasks', stopped)}); do "
        + facts.aws("ecs describe-tasks", f'--cluster {facts.cluster} --tasks "$task"', _WHY)
        + "; done"
    )
    return lines + paragraph(
        facts.console("Elastic Container Service", "Clusters", facts.cluster, "Tasks"),
        "*Connect* opens a shell, and *Stopped reason* shows why a task stopped.",
    )


_FIRST = "--query 'taskArns[0]' --output text"
_WHY = "--query 'tasks[].[stoppedReason,containers[].[name,exitCode,reason]]'"


def _switched_on(facts: StackFacts) -> Lines:
    if not facts.declares(execute_command.title):
        return paragraph("The service does not allow a shell; its template would have to be changed.")
    option = f"--set {execute_command.title}=true"
    return [
        *paragraph(
            "**The shell is off.** Get approval, and turn it on for a limited time. Running tasks do not get it,",
            "only tasks that start afterwards, so the service must be deployed. The next deployment without `--set`",
            "turns it off again.",
        ),
        *commands(facts.program("plan", option)),
    ]


def _containers(facts: StackFacts) -> Iterator[Any]:
    for task in facts.of(TASK_DEFINITION):
        for container in task["ContainerDefinitions"]:
            yield container["Name"]
