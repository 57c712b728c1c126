"""SQS queues and SNS topics of stacks."""

import json
from collections.abc import Iterable
from typing import Any

from cloudformation.scalars import text_of
from rehearsal.neighbours.made.played_type import (
    PlayedType,
    changed,
    dropped_tags,
    has_new_tags,
    last_part,
    tag_list,
    tags_of,
)
from rehearsal.neighbours.service_calls import ServiceCalls
from rehearsal.state.services import Made

_OF_QUEUES = (
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "DelaySeconds",
    "FifoThroughputLimit",
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "RedriveAllowPolicy",
    "RedrivePolicy",
    "SqsManagedSseEnabled",
    "VisibilityTimeout",
)
_OF_TOPICS = ("ContentBasedDeduplication", "DisplayName", "KmsMasterKeyId", "SignatureVersion", "TracingConfig")


def _attributes(made: Made, names: Iterable[str]) -> dict[str, str]:
    """Properties as attributes, which are texts; that a queue or topic is no FIFO one is said by leaving it out."""
    given = {name: _text(value) for name, value in made.properties.items() if name in set(names)}
    return {name: text for name, text in given.items() if (name[:4], text) != ("Fifo", "false")}


def _text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, dict) else text_of(value)


def _make_queue(call: ServiceCalls, made: Made) -> None:
    attributes = _attributes(made, (*_OF_QUEUES, "FifoQueue"))
    name = last_part(made.physical_id)
    call("sqs", "CreateQueue", QueueName=name, Attributes=attributes, tags=tags_of(made) or None)


def _settle_queue(call: ServiceCalls, made: Made, before: Made | None) -> None:
    if before is None:
        return
    if changed(before, made, *_OF_QUEUES):
        call("sqs", "SetQueueAttributes", QueueUrl=made.physical_id, Attributes=_attributes(made, _OF_QUEUES))
    if dropped := dropped_tags(before, made):
        call("sqs", "UntagQueue", QueueUrl=made.physical_id, TagKeys=dropped)
    if has_new_tags(before, made):
        call("sqs", "TagQueue", QueueUrl=made.physical_id, Tags=tags_of(made))


QUEUE = PlayedType(
    "sqs",
    _make_queue,
    _settle_queue,
    lambda call, made: call("sqs", "DeleteQueue", QueueUrl=made.physical_id),
    lambda backend, url: backend.queues.get(last_part(url)),
    last_part,
)


def _make_topic(call: ServiceCalls, made: Made) -> None:
    attributes = _attributes(made, (*_OF_TOPICS, "FifoTopic"))
    call("sns", "CreateTopic", Name=last_part(made.physical_id), Attributes=attributes, Tags=tag_list(made) or None)


def _settle_topic(call: ServiceCalls, made: Made, before: Made | None) -> None:
    arn = made.physical_id
    for name in _OF_TOPICS if before else ():
        if changed(before, made, name):
            value = _text(made.properties.get(name, ""))
            call("sns", "SetTopicAttributes", TopicArn=arn, AttributeName=name, AttributeValue=value)
    if changed(before, made, "Subscription"):
        for entry in made.properties.get("Subscription", ()):
            call("sns", "Subscribe", TopicArn=arn, Protocol=entry.get("Protocol"), Endpoint=entry.get("Endpoint"))
    if dropped := dropped_tags(before, made):
        call("sns", "UntagResource", ResourceArn=arn, TagKeys=dropped)
    if has_new_tags(before, made):
        call("sns", "TagResource", ResourceArn=arn, Tags=tag_list(made))


TOPIC = PlayedType(
    "sns",
    _make_topic,
    _settle_topic,
    lambda call, made: call("sns", "DeleteTopic", TopicArn=made.physical_id),
    lambda backend, arn: backend.topics.get(arn),
)
