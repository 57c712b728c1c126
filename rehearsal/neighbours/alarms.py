"""Which alarms CloudWatch beside CloudFormation has; moto knows no composite ones."""

from __future__ import annotations


def has_alarm(account: str, region: str, arn: str) -> bool:
    """Whether a region has the alarm of an ARN."""
    from moto.cloudwatch.models import cloudwatch_backends

    try:
        alarms = cloudwatch_backends[account][region].alarms
    except KeyError:
        return False
    return any(alarm.alarm_arn == arn for alarm in alarms.values())
