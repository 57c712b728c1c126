"""Policies: sentences of awacs, as the documents that IAM reads."""

from awacs import logs
from troposphere import encode_to_dict
from troposphere.logs import LogGroup

from templates.parts.policies import (
    allow,
    allow_on_everything,
    aws_managed,
    document,
    inline,
    trusted_by,
    write_to,
)


def test_a_service_is_trusted_to_take_a_role() -> None:
    assert encode_to_dict(trusted_by("ecs-tasks")) == {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": ["sts:AssumeRole"]}
        ],
    }


def test_actions_are_allowed_on_resources() -> None:
    statements = document(allow(logs.PutLogEvents, logs.CreateLogStream, on=["arn"]))
    assert encode_to_dict(statements)["Statement"] == [
        {"Effect": "Allow", "Action": ["logs:PutLogEvents", "logs:CreateLogStream"], "Resource": ["arn"]}
    ]


def test_what_is_allowed_on_everything_says_why() -> None:
    statement = encode_to_dict(allow_on_everything("ListsAll", logs.DescribeLogGroups))
    assert statement == {
        "Sid": "ListsAll",
        "Effect": "Allow",
        "Action": ["logs:DescribeLogGroups"],
        "Resource": ["*"],
    }


def test_an_inline_policy_has_a_name_and_its_document() -> None:
    policy = inline("allow_logs", allow(logs.PutLogEvents, on=["arn"])).to_dict()
    assert policy["PolicyName"] == "allow_logs"
    assert policy["PolicyDocument"]["Version"] == "2012-10-17"


def test_a_managed_policy_is_found_in_every_partition() -> None:
    assert aws_managed("service-role/X").to_dict() == {
        "Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/service-role/X"
    }


def test_a_log_group_is_written_to_through_its_streams() -> None:
    streams, groups = (encode_to_dict(statement) for statement in write_to(LogGroup("Logs")))
    assert streams["Action"] == ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    assert streams["Resource"] == [{"Fn::GetAtt": ["Logs", "Arn"]}]
    assert groups["Action"] == ["logs:DescribeLogGroups"]
