"""Each alarm that a stack has: what it means, what to check first, what to do.

The templates define what an alarm measures. This module has the response to each metric, by its name; an alarm on any
other metric gets its own description and the command for its history.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from templates.bundle.pages.markdown import Lines, bullets, commands, heading, paragraph
from templates.bundle.pages.stack_facts import ALARM, SERVICE, TARGET_GROUP, StackFacts, path_of, shown_name, variable
from templates.parts.parameters import alarm_topic_arn
from templates.security.resolved_system import Resource

_BALANCER = "AWS/ApplicationELB"


@dataclass(frozen=True)
class Response:
    """The response to a metric: what to check first, and the steps after that."""

    look: str
    steps: tuple[str, ...]


RESPONSES: Mapping[str, Response] = {
    "AWS/ApplicationELB HTTPCode_ELB_5XX_Count": Response(
        "Check if any target is healthy: the load balancer answers 502, 503 or 504 if no task answers in time.",
        (
            "No healthy target: follow the steps of the alarm for unhealthy tasks.",
            "Targets healthy, 502: a task closes connections or stops; check the logs and the reasons of stopped "
            "tasks.",
            "Targets healthy, 504: tasks answer after the idle timeout; find out what they wait for, and scale.",
            "It began with a deployment: go back to an earlier bundle.",
        ),
    ),
    "AWS/ApplicationELB HTTPCode_Target_5XX_Count": Response(
        "Read the logs of the last hour: the tasks answer with 5xx.",
        (
            "It began with a deployment: go back to an earlier bundle, or set the previous image. Find the cause "
            "later.",
            "A service that the tasks call is down: the logs name it. A new deployment does not help.",
            "It increases with the load: scale.",
        ),
    ),
    "AWS/ApplicationELB UnHealthyHostCount": Response(
        "Find out why the target is unhealthy, and why tasks stopped.",
        (
            "`Target.ResponseCodeMismatch`: the health check path answers with another status code; check the logs.",
            "`Target.Timeout`: the task hangs or is too slow; check its CPU and memory, and scale.",
            "Tasks stop repeatedly: exit code 137 means that memory is too low or that a health check failed.",
            "Only one task: stop it, and ECS starts another one.",
            "It began with a deployment: go back to an earlier bundle.",
        ),
    ),
    "AWS/ECS CPUUtilization": Response(
        "Check how many tasks run, and if that is the maximum for scaling.",
        (
            "It is the maximum: increase it (scale).",
            "Fewer tasks run than desired: the events of the service say why tasks do not start.",
            "The load did not increase: a process in the tasks uses the CPU; find it with a shell and the logs.",
        ),
    ),
}


def alarms(facts: StackFacts) -> Lines:
    found = facts.of(ALARM)
    triggers = facts.one.environment.operation.triggers or ()
    lines = heading(3, f"{facts.title}: alarms")
    if not found:
        switch = (
            f" To create alarms, set `{alarm_topic_arn.title}` to the ARN of an SNS topic."
            if _could_have(facts)
            else ""
        )
        lines += paragraph(f"The stack has no alarms with these values.{switch}")
    else:
        lines += paragraph("List the alarms that are in ALARM state:")
        lines += commands(
            facts.aws(
                "cloudwatch describe-alarms",
                f"--alarm-name-prefix {facts.stack}- --state-value ALARM",
                "--query 'MetricAlarms[].[AlarmName,StateUpdatedTimestamp,StateReason]' --output text",
            )
        )
        lines += paragraph(facts.console("CloudWatch", "Alarms", "All alarms"), f"Search for `{facts.stack}`.")
    for alarm in found:
        lines += _alarm(facts, alarm)
    if triggers:
        lines += paragraph("These alarms of other stacks roll back a deployment while it is in progress:")
        lines += bullets(f"`{trigger.arn}`" for trigger in triggers)
    return lines


def _could_have(facts: StackFacts) -> bool:
    return facts.declares(alarm_topic_arn.title)


def _alarm(facts: StackFacts, alarm: Resource) -> Lines:
    metric = f"{alarm['Namespace']} {alarm['MetricName']}"
    response = RESPONSES.get(metric)
    lines = heading(4, f"{facts.title}: alarm {path_of(alarm)}")
    lines += paragraph(f"{alarm['AlarmDescription']}", f"({_measured(alarm)})")
    if response is not None:
        lines += paragraph(f"**First.** {response.look}")
    lines += commands(*_first_look(facts, metric), _history(facts, alarm))
    lines += paragraph(
        facts.console("CloudWatch", "Alarms", shown_name(facts, alarm), "History"),
        facts.console("EC2", "Target groups", shown_name(facts, groups[0]), "Targets")
        if (groups := facts.of(TARGET_GROUP)) and metric.startswith(_BALANCER)
        else "",
    )
    if response is not None:
        lines += ["**Then.**", "", *bullets(response.steps)]
    return lines


def _measured(alarm: Resource) -> str:
    return (
        f"`{alarm['Namespace']}`, `{alarm['MetricName']}`: {alarm['Statistic']} above {alarm['Threshold']} in "
        f"{alarm['DatapointsToAlarm']} of {alarm['EvaluationPeriods']} periods of {alarm['Period']} seconds"
    )


def _first_look(facts: StackFacts, metric: str) -> Lines:
    groups, services = facts.of(TARGET_GROUP), facts.of(SERVICE)
    if metric.startswith(_BALANCER) and groups:
        health = "--query 'TargetHealthDescriptions[].[Target.Id,TargetHealth.State,TargetHealth.Reason]'"
        return [
            facts.aws("elbv2 describe-target-health", f'--target-group-arn "{variable(groups[0])}"', health),
        ]
    if metric.startswith("AWS/ECS") and services:
        counts = "--query 'services[0].[desiredCount,runningCount,events[:3].message]'"
        named = f'--cluster {facts.cluster} --services "{variable(services[0])}"'
        return [facts.aws("ecs describe-services", named, counts)]
    return []


def _history(facts: StackFacts, alarm: Resource) -> str:
    shown = "--max-items 5 --query 'AlarmHistoryItems[].[Timestamp,HistorySummary]' --output text"
    return facts.aws("cloudwatch describe-alarm-history", f'--alarm-name "{variable(alarm)}"', shown)
