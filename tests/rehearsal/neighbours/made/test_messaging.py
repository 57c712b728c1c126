"""Queues and topics of stacks, as SQS and SNS play them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.rehearsal.neighbours.made.conftest import Account


def queue(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


def topic(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::SNS::Topic", "Properties": properties}


def test_a_message_to_a_topic_of_a_stack_comes_to_its_queue(account: Account) -> None:
    subscription = {"Protocol": "sqs", "Endpoint": {"Fn::GetAtt": ["Jobs", "Arn"]}}
    ids = account.create(Jobs=queue(), News=topic(Subscription=[subscription]))
    account.service("sns").publish(TopicArn=ids["News"], Message="hello")
    received = account.service("sqs").receive_message(QueueUrl=ids["Jobs"])["Messages"]
    assert "hello" in received[0]["Body"]


def test_attributes_of_a_queue_follow_its_stack(account: Account) -> None:
    redrive = {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 3}
    jobs = {"QueueName": "jobs", "RedrivePolicy": redrive, "FifoQueue": False}
    url = account.create(Jobs=queue(VisibilityTimeout=40, **jobs), Dead=queue())["Jobs"]
    sqs = account.service("sqs")
    read = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert read["VisibilityTimeout"] == "40"
    assert '"maxReceiveCount": 3' in read["RedrivePolicy"]
    assert sqs.get_queue_url(QueueName="jobs")["QueueUrl"].endswith("/210987654321/jobs")
    account.update(Jobs=queue(VisibilityTimeout=50, **jobs), Dead=queue())
    assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]["VisibilityTimeout"] == "50"
    account.delete()
    assert "QueueUrls" not in sqs.list_queues()


def test_a_fifo_queue_and_topic_are_such(account: Account) -> None:
    ids = account.create(
        Jobs=queue(QueueName="jobs.fifo", FifoQueue=True, ContentBasedDeduplication=True),
        News=topic(TopicName="news.fifo", FifoTopic=True),
    )
    read = account.service("sqs").get_queue_attributes(QueueUrl=ids["Jobs"], AttributeNames=["All"])["Attributes"]
    assert (read["FifoQueue"], read["ContentBasedDeduplication"]) == ("true", "true")
    assert account.service("sns").get_topic_attributes(TopicArn=ids["News"])["Attributes"]["FifoTopic"] == "true"


def test_a_topic_is_changed_and_gone_as_its_stack_has_it(account: Account) -> None:
    arn = account.create(News=topic(DisplayName="News"))["News"]
    sns = account.service("sns")
    assert sns.get_topic_attributes(TopicArn=arn)["Attributes"]["DisplayName"] == "News"
    account.update(News=topic(DisplayName="Old news"))
    assert sns.get_topic_attributes(TopicArn=arn)["Attributes"]["DisplayName"] == "Old news"
    assert sns.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "ops"}]
    account.delete()
    with pytest.raises(ClientError, match="NotFound"):
        sns.get_topic_attributes(TopicArn=arn)
