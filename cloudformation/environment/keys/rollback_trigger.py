"""An alarm among `rollback_triggers:` of an environment file, and among the settings that a stack has."""

from dataclasses import dataclass

ALARM = "AWS::CloudWatch::Alarm"
COMPOSITE_ALARM = "AWS::CloudWatch::CompositeAlarm"


@dataclass(frozen=True)
class Trigger:
    """A CloudWatch alarm that rolls an operation back, by its ARN and its type."""

    arn: str
    type: str = ALARM
