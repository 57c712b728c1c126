"""Alarms of one service, and the one of them that rolls a deployment back."""

from typing import Any

from troposphere import And, Condition, GetAtt, If, Ref
from troposphere.cloudwatch import Alarm
from troposphere.ecs import DeploymentAlarms, Service
from troposphere.elasticloadbalancingv2 import TargetGroup

from templates.parts.alarms import alarm
from templates.parts.parameters import ALARMS, alarm_topic_arn, is_given, is_on, switch

# Conditions
DEPLOYMENT_ALARM = "DeploymentAlarmOn"

CPU_PERCENT, ERRORS_A_MINUTE = 85, 10

deployment_alarm_rollback = switch(
    "DeploymentAlarmRollback",
    "Whether a deployment is rolled back when tasks answer with 5xx while it goes on; needs AlarmTopicArn.",
    "false",
)

PARAMETERS = (deployment_alarm_rollback, alarm_topic_arn)


def conditions() -> dict[str, Any]:
    """Give the conditions of the alarms."""
    return {
        ALARMS: is_given(alarm_topic_arn),
        DEPLOYMENT_ALARM: And(Condition(ALARMS), is_on(deployment_alarm_rollback)),
    }


def target_alarms(prefix: str, alb_full_name: Any, target_group: TargetGroup) -> tuple[Alarm, Alarm]:
    """Give the alarms on what the target group measures: errors of the tasks, and unhealthy tasks."""
    dimensions = {"LoadBalancer": alb_full_name, "TargetGroup": GetAtt(target_group, "TargetGroupFullName")}
    errors = alarm(
        *(f"{prefix}Target5xxAlarm", ALARMS, "AWS/ApplicationELB HTTPCode_Target_5XX_Count", "Sum", ERRORS_A_MINUTE),
        dimensions,
        f"The tasks answer more than {ERRORS_A_MINUTE} requests a minute with 5xx.",
    )
    unhealthy = alarm(
        *(f"{prefix}UnhealthyHostAlarm", ALARMS, "AWS/ApplicationELB UnHealthyHostCount", "Maximum", 0),
        dimensions,
        "A task does not answer its health checks.",
    )
    return errors, unhealthy


def cpu_alarm(prefix: str, cluster: Any, service: Service) -> Alarm:
    """Give the alarm on the service's CPU."""
    return alarm(
        *(f"{prefix}CpuAlarm", ALARMS, "AWS/ECS CPUUtilization", "Average", CPU_PERCENT),
        {"ClusterName": cluster, "ServiceName": GetAtt(service, "Name")},
        f"The tasks use more than {CPU_PERCENT} percent of their CPU.",
    )


def deployment_alarms(errors: Alarm) -> If:
    """Give the settings that roll a deployment back; always both values, since ECS keeps what an

    update omits. Only an alarm that does not name the service can be used here: the service would need the alarm and
    the alarm it.
    """
    return If(
        DEPLOYMENT_ALARM,
        DeploymentAlarms(AlarmNames=[Ref(errors)], Enable=True, Rollback=True),
        DeploymentAlarms(AlarmNames=[], Enable=False, Rollback=False),
    )
