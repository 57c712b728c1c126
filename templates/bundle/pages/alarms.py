"""Each alarm that a stack has: what it means, where to look first, what to do.

What an alarm measures stands in the templates. What to do about a metric stands here, by its name; an alarm on a metric
that is not here gets its own description and the way to its history.
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
    """What is done about a metric: what is looked at first, and the steps after that."""

    look: str
    steps: tuple[str, ...]


RESPONSES: Mapping[str, Response] = {
    "AWS/ApplicationELB HTTPCode_ELB_5XX_Count": Response(
        "Whether any target is healthy: the load balancer itself answers 502, 503 and 504 where no task does in time.",
        (
            "No healthy target: go on as for unhealthy tasks.",
            "Targets healthy, 502: a task closes connections or dies; see the logs and why tasks ended.",
            "Targets healthy, 504: tasks are slower than the load balancer waits; see what they wait for, and scale.",
            "It began with a deployment: go back.",
        ),
    ),
    "AWS/ApplicationELB HTTPCode_Target_5XX_Count": Response(
        "The logs of the last hour: the tasks themselves answer with 5xx.",
        (
            "It began with a deployment: go back, or set the former image. Do not wait for the cause.",
            "Something that the tasks call is down: the logs name it. A new deployment does not help.",
            "It grows with the load: scale.",
        ),
    ),
    "AWS/ApplicationELB UnHealthyHostCount": Response(
        "Why the target is unhealthy, and why tasks ended.",
        (
            "`Target.ResponseCodeMismatch`: the health check's path answers otherwise; see the logs.",
            "`Target.Timeout`: the task hangs or is too slow; see its CPU and memory, and scale.",
            "Tasks that end again and again: exit code 137 is too little memory or a health check that failed.",
            "One task only: stop it, and ECS starts another.",
            "It began with a deployment: go back.",
        ),
    ),
    "AWS/ECS CPUUtilization": Response(
        "How many tasks run, and whether that is the most that scaling may start.",
        (
            "It is the most: raise the bound (scale).",
            "Fewer run than are wanted: the service's events say why tasks do not start.",
            "The load did not grow: something in the tasks spins; a shell and the logs show what.",
        ),
    ),
}


def alarms(facts: StackFacts) -> Lines:
    found = facts.of(ALARM)
    triggers = facts.one.environment.operation.triggers or ()
    lines = heading(3, f"{facts.title}: alarms")
    if not found:
        switch = (
            f" Set `{alarm_topic_arn.title}` to the ARN of an SNS topic to have them." if _could_have(facts) else ""
        )
        lines += paragraph(f"The stack has no alarm with these values.{switch}")
    else:
        lines += paragraph("Which alarms ring now:")
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
        lines += paragraph("These alarms, which other stacks have, roll a deployment back while it goes on:")
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
        lines += paragraph(f"**First look.** {response.look}")
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
