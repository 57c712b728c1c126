"""What an environment file states of its stack beside templates, values and tags: notifications, rollback triggers.

A key that is not written leaves what the stack has; an empty list, or `{}` as the policy, takes it away.
Limits are those of the API: NotificationARNs, RollbackTriggers (5 each), MonitoringTimeInMinutes (0 to 180).
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_RollbackConfiguration.html
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from cloudformation.environment.findings import Place
from cloudformation.environment.keys.stack_policy import canonical, refused_policy
from cloudformation.environment.node_reader import Entries, NodeReader
from cloudformation.template.capabilities import ALL

if TYPE_CHECKING:
    from cloudformation.environment.keys.rollback_trigger import Trigger

MOST_NOTIFICATIONS = MOST_TRIGGERS = 5
LONGEST_MONITORING = 180
ALARM = "AWS::CloudWatch::Alarm"
COMPOSITE_ALARM = "AWS::CloudWatch::CompositeAlarm"
ALARM_ARN = r"arn:aws[a-z-]*:cloudwatch:([a-z0-9-]+):([0-9]{12}):alarm:\S(.*\S)?"
TOPIC_ARN = r"arn:aws[a-z-]*:sns:([a-z0-9-]+):([0-9]{12}):[A-Za-z0-9_-]{1,256}(\.fifo)?"
KEYS = {
    "stack_policy": "a JSON file beside this one, or the policy itself as a mapping",
    "rollback_triggers": "a list of the ARNs of CloudWatch alarms",
    "monitoring_minutes": f"a whole number from 0 to {LONGEST_MONITORING}",
    "notifications": "a list of the ARNs of SNS topics",
    "capabilities": "a list of capabilities such as CAPABILITY_AUTO_EXPAND",
}


class OperationSettings(NamedTuple):
    """These settings of one environment; None where the file does not say.

    `stack_policy` is JSON in one spelling, so that two policies that say the same are the same text.
    """

    stack_policy: str | None = None
    triggers: tuple[Trigger, ...] | None = None
    monitoring_minutes: int | None = None
    notifications: tuple[str, ...] | None = None
    capabilities: tuple[str, ...] = ()


NOTHING_SAID = OperationSettings()


def operation_settings(reader: NodeReader, entries: Entries, region: str) -> OperationSettings:
    """The settings among the entries of a file; what is wrong with them is given to the reader."""
    where = _Where(reader, region)
    policy = _policy(reader, *entries["stack_policy"]) if "stack_policy" in entries else None
    triggers = _triggers(where, *entries["rollback_triggers"]) if "rollback_triggers" in entries else None
    minutes = _minutes(reader, *entries["monitoring_minutes"]) if "monitoring_minutes" in entries else None
    topics = _topics(where, *entries["notifications"]) if "notifications" in entries else None
    capabilities = _capabilities(reader, *entries["capabilities"]) if "capabilities" in entries else ()
    return OperationSettings(policy, triggers, minutes, topics, capabilities)


class _Where(NamedTuple):
    """A reader, and the Region that ARNs are compared with."""

    reader: NodeReader
    region: str

    def named(self, key: str, place: Place, arn: str, form: str) -> None:
        """Finds fault with an ARN of another form, or of another Region, as CloudFormation would."""
        fitting = re.fullmatch(form, arn)
        if not fitting:
            what = "a CloudWatch alarm" if form == ALARM_ARN else "an SNS topic"
            self.reader.problem(place, f"{key}: {arn!r} is not the ARN of {what}")
        elif self.region and fitting[1] != self.region:
            self.reader.problem(place, f"{key}: {arn} is in {fitting[1]}, the stack in {self.region}")


def _topics(where: _Where, place: Place, node: yaml.Node) -> tuple[str, ...]:
    known = where.reader.items("notifications", place, node)
    for arn, at in zip(known, _places(where.reader, node), strict=False):
        where.named("notifications", at, arn, TOPIC_ARN)
    _count(where.reader, "notifications", place, known, MOST_NOTIFICATIONS)
    return known


def _triggers(where: _Where, place: Place, node: yaml.Node) -> tuple[Trigger, ...]:
    """Alarms by their ARN; a composite one, whose ARN looks the same, as a mapping of Arn and Type."""
    if not isinstance(node, yaml.SequenceNode):
        where.reader.problem(place, f"rollback_triggers: {KEYS['rollback_triggers']} is needed")
        return ()
    triggers = tuple(_trigger(where, where.reader.place(item), item) for item in node.value)
    _count(where.reader, "rollback_triggers", place, triggers, MOST_TRIGGERS)
    return triggers


def _trigger(where: _Where, place: Place, node: yaml.Node) -> Trigger:
    # Few environments have one, and rendering creates no class for those that have none.
    from cloudformation.environment.keys.rollback_trigger import ALARM, COMPOSITE_ALARM, Trigger

    if isinstance(node, yaml.MappingNode):
        written = _plain(node)
        trigger = Trigger(str(written.get("Arn", "")), str(written.get("Type", ALARM)))
        if written.keys() - {"Arn", "Type"} or trigger.type not in (ALARM, COMPOSITE_ALARM):
            where.reader.problem(place, f"rollback_triggers: Arn, and Type {ALARM} or {COMPOSITE_ALARM}, are needed")
    else:
        trigger = Trigger(where.reader.text("rollback_triggers", place, node))
    where.named("rollback_triggers", place, trigger.arn, ALARM_ARN)
    return trigger


def _minutes(reader: NodeReader, place: Place, node: yaml.Node) -> int | None:
    text = reader.text("monitoring_minutes", place, node)
    if text and not (re.fullmatch(r"[0-9]{1,3}", text) and int(text) <= LONGEST_MONITORING):
        reader.problem(place, f"monitoring_minutes: {text!r} is not {KEYS['monitoring_minutes']}")
        return None
    return int(text) if text else None


def _capabilities(reader: NodeReader, place: Place, node: yaml.Node) -> tuple[str, ...]:
    given = reader.items("capabilities", place, node)
    for name in given:
        if name and name not in ALL:
            reader.problem(place, f"capabilities: {name!r} is not one of {', '.join(ALL)}")
    return given


def _policy(reader: NodeReader, place: Place, node: yaml.Node) -> str | None:
    """The policy as JSON text; None where it could not be read."""
    written = _plain(node) if isinstance(node, yaml.MappingNode) else _filed(reader, place, node)
    if written is None:
        return None
    for text in refused_policy(written):
        reader.problem(place, f"stack_policy: {text}")
    return canonical(written)


def _filed(reader: NodeReader, place: Place, node: yaml.Node) -> Any:
    name = reader.text("stack_policy", place, node)
    if not name:
        return None
    try:
        return json.loads((reader.folder / name).read_bytes().decode())
    except OSError as error:
        reader.problem(place, f"stack_policy: {name} cannot be read: {error.strerror}")
    except (ValueError, RecursionError) as error:
        reader.problem(place, f"stack_policy: {name} is not valid JSON: {error}")
    return None


def _plain(node: yaml.Node) -> Any:
    """What a node says: scalars as the text that was written, which is what a policy is made of."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    return [_plain(item) for item in node.value] if isinstance(node, yaml.SequenceNode) else str(node.value)


def _places(reader: NodeReader, node: yaml.Node) -> list[Place]:
    return [reader.place(item) for item in node.value] if isinstance(node, yaml.SequenceNode) else []


def _count(reader: NodeReader, key: str, place: Place, given: tuple[Any, ...], most: int) -> None:
    if len(given) > most:
        reader.problem(place, f"{key}: {len(given)} are written; CloudFormation takes at most {most}")
    if len(set(given)) < len(given):
        reader.problem(place, f"{key}: one is written twice")
