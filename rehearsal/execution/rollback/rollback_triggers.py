"""Rollback triggers: alarms that an operation needs, that roll it back when they go off, and the time they are watched.

They are watched from the beginning of a creation or update until its monitoring time is over; a rollback and a
cleanup are not watched any more. An alarm is there when a stack of the same Region made it, or when CloudWatch
beside CloudFormation has it; whether it goes off, the scenario says.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-rollback-triggers.html
That page gives no texts, and no answer of AWS with one was seen: the reason here and that of a rollback
for an alarm (in `operations`) are approximate.
"""

from cloudformation.refusals import ValidationError
from rehearsal.execution.tasks.turns import Execution
from rehearsal.state.stacks import Target
from rehearsal.state.world import World

ALARM_TYPES = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")


def check_triggers(execution: Execution) -> None:
    """Refuse an operation one of whose alarms is missing. Errors: ValidationError."""
    world, region = execution.world, execution.stack.region
    for arn in _alarms(execution.operation.target):
        if not (_made_by_a_stack(world, region, arn) or world.services.alarm(arn, region)):
            raise ValidationError(f"Rollback trigger {arn} does not exist")


def watch(execution: Execution) -> None:
    """Have every alarm that is to go off during this operation do so at its moment."""
    for arn in _alarms(execution.operation.target):
        seconds = execution.world.scenario.goes_off(arn)
        if seconds is not None:
            execution.operation.alarms[arn] = execution.world.clock.now() + seconds
            execution.schedule(seconds, arn)


def monitors(execution: Execution) -> bool:
    """Whether the monitoring time begins now; it passes without any alarm too."""
    operation = execution.operation
    minutes = operation.target.rollback_configuration.get("MonitoringTimeInMinutes", 0)
    if not minutes or operation.monitored_until is not None or execution.stack.parent:
        return False
    operation.monitored_until = execution.world.clock.now() + minutes * 60.0
    execution.schedule(minutes * 60.0)
    return True


def _alarms(target: Target) -> list[str]:
    return [trigger["Arn"] for trigger in target.rollback_configuration.get("RollbackTriggers", ())]


def _made_by_a_stack(world: World, region: str, arn: str) -> bool:
    return any(
        resource.type in ALARM_TYPES and resource.attributes.get("Arn") == arn for _, resource in world.standing(region)
    )
