"""Rollback triggers: alarms that an operation needs, that roll it back when they go off, and the time they are watched.

They are watched from the beginning of a creation or update until its monitoring time is over; a roll-back and a
cleanup are not watched any more. An alarm is there when a stack of the same Region made it, or when CloudWatch
beside CloudFormation has it; whether it goes off, the scenario says.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-rollback-triggers.html
That page gives no texts, and no answer of AWS with one was seen: the reason here and that of a roll-back
for an alarm (in `operations`) are approximate.
"""

from __future__ import annotations

from cloudformation.refusals import ValidationError
from rehearsal.execution.tasks.scheduling import schedule
from rehearsal.state.stacks import Operation, Stack, Target
from rehearsal.state.world import World

ALARM_TYPES = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")


def check_triggers(world: World, stack: Stack, target: Target) -> None:
    """Refuse an operation one of whose alarms is missing. Errors: ValidationError."""
    for arn in _alarms(target):
        if not (_made_by_a_stack(world, stack.region, arn) or world.services.alarm(arn, stack.region)):
            raise ValidationError(f"Rollback trigger {arn} does not exist")


def watch(world: World, stack: Stack, operation: Operation) -> None:
    """Have every alarm that is to go off during this operation do so at its moment."""
    for arn in _alarms(operation.target):
        seconds = world.scenario.goes_off(arn)
        if seconds is not None:
            operation.alarms[arn] = world.clock.now() + seconds
            schedule(world, stack, seconds, arn)


def monitors(world: World, stack: Stack, operation: Operation) -> bool:
    """Whether the monitoring time begins now; it passes without any alarm too."""
    minutes = operation.target.rollback_configuration.get("MonitoringTimeInMinutes", 0)
    if not minutes or operation.monitored_until is not None or stack.parent:
        return False
    operation.monitored_until = world.clock.now() + minutes * 60.0
    schedule(world, stack, minutes * 60.0)
    return True


def _alarms(target: Target) -> list[str]:
    return [trigger["Arn"] for trigger in target.rollback_configuration.get("RollbackTriggers", ())]


def _made_by_a_stack(world: World, region: str, arn: str) -> bool:
    return any(
        resource.type in ALARM_TYPES and resource.attributes.get("Arn") == arn for _, resource in world.standing(region)
    )
