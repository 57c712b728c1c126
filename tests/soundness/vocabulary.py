"""The resource types that random systems are made of, with the properties of each that replace it and that do not.

A property has a sort, which says what may stand there; `name` is text that fits into a name, so that it may stand
wherever `text` may. What a type is like is asked of its registry schema by the test of the same name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

STACK = "AWS::CloudFormation::Stack"
WORDS = ("red", "green", "blue", "one", "two")
STAGES = ("red", "green", "blue")
FALLBACK = {
    "name": "gone",
    "text": "gone",
    "vpc": "vpc-12345678",
    "cidr": "10.9.0.0/16",
    "stage": "red",
    "items": "red,green",
    "secret": "hush-red",
}
"""What replaces a reference to something that is there no more."""


@dataclass(frozen=True)
class ResourceKind:
    """A resource type: `replacing` and `in_place` have the sort of each property, `attributes` of what it answers.

    `fixed` is what it always needs, `naming` the property of `replacing` that names it, `""` among the attributes its
    Ref.
    """

    type: str
    replacing: Mapping[str, str] = field(default_factory=dict)
    in_place: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    naming: str | None = None
    taggable: bool = True


_ROLE = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
_ALARM = {"ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "Namespace": "N", "MetricName": "M"}
_KEYS = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
}
KINDS = (
    ResourceKind(
        "AWS::SNS::Topic",
        replacing={"TopicName": "name"},
        in_place={"DisplayName": "name"},
        attributes={"": "text", "TopicName": "text", "DisplayName": "name"},
        needed=("DisplayName",),
        naming="TopicName",
    ),
    ResourceKind(
        "AWS::SQS::Queue",
        replacing={"QueueName": "name"},
        in_place={"DelaySeconds": "count", "KmsMasterKeyId": "text"},
        attributes={"": "text", "Arn": "text", "QueueName": "text"},
        naming="QueueName",
    ),
    ResourceKind(
        "AWS::DynamoDB::Table",
        replacing={"TableName": "name"},
        in_place={"DeletionProtectionEnabled": "flag"},
        attributes={"": "text", "Arn": "text"},
        fixed=_KEYS,
        naming="TableName",
    ),
    ResourceKind(
        "AWS::EC2::Instance",
        replacing={"ImageId": "name", "KeyName": "name"},
        in_place={"Monitoring": "flag"},
        attributes={"": "text", "PrivateIp": "text"},
        needed=("ImageId",),
    ),
    ResourceKind(
        "AWS::EC2::VPC",
        replacing={"CidrBlock": "cidr"},
        in_place={"EnableDnsSupport": "flag"},
        attributes={"": "vpc", "CidrBlock": "cidr"},
        needed=("CidrBlock",),
    ),
    ResourceKind(
        "AWS::EC2::Subnet",
        replacing={"VpcId": "vpc", "CidrBlock": "cidr"},
        in_place={"MapPublicIpOnLaunch": "flag"},
        attributes={"": "text"},
        needed=("VpcId", "CidrBlock"),
    ),
    ResourceKind(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        replacing={"Name": "name"},
        in_place={"LoadBalancerAttributes": "settings"},
        attributes={"": "text", "DNSName": "text", "LoadBalancerFullName": "text"},
        naming="Name",
    ),
    ResourceKind(
        "AWS::Logs::LogGroup",
        replacing={"LogGroupName": "name"},
        in_place={"RetentionInDays": "days"},
        attributes={"": "text", "Arn": "text"},
        naming="LogGroupName",
    ),
    ResourceKind(
        "AWS::SSM::Parameter",
        replacing={"Name": "name"},
        in_place={"Value": "name", "Description": "text"},
        attributes={"": "text", "Value": "name"},
        fixed={"Type": "String"},
        needed=("Value",),
        naming="Name",
        taggable=False,
    ),
    ResourceKind(
        "AWS::IAM::Role",
        replacing={"RoleName": "name"},
        in_place={"Description": "name"},
        attributes={"": "text", "Arn": "text", "RoleId": "name"},
        fixed={"AssumeRolePolicyDocument": _ROLE},
        naming="RoleName",
    ),
    ResourceKind(
        "AWS::EC2::SecurityGroup",
        replacing={"GroupDescription": "name", "VpcId": "vpc"},
        in_place={"SecurityGroupIngress": "rules"},
        attributes={"GroupId": "text"},
        needed=("GroupDescription",),
    ),
    ResourceKind(
        "AWS::CloudWatch::Alarm",
        replacing={"AlarmName": "name"},
        in_place={"AlarmDescription": "text", "Threshold": "count"},
        attributes={"": "text", "Arn": "text"},
        fixed=_ALARM,
        naming="AlarmName",
    ),
    ResourceKind(
        "AWS::EC2::SecurityGroupIngress",
        replacing={"CidrIp": "cidr"},
        in_place={"Description": "name"},
        fixed={"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "GroupId": "sg-12345678"},
        needed=("CidrIp",),
        taggable=False,
    ),
    ResourceKind("AWS::EC2::InternetGateway", attributes={"": "text"}),
    ResourceKind(
        "Custom::Thing",
        in_place={"Release": "name"},
        attributes={"": "text", "Id": "name", "Arn": "name", "Name": "name", "Answer": "name"},
        fixed={"ServiceToken": "arn:aws:lambda:eu-west-1:111122223333:function:answer"},
        needed=("Release",),
        taggable=False,
    ),
)
SECRET_KIND = ResourceKind(
    "AWS::SecretsManager::Secret",
    replacing={"Name": "name"},
    in_place={"SecretString": "name", "Description": "text"},
    attributes={"": "text"},
    needed=("SecretString",),
    naming="Name",
)
"""What only systems have that read back what they store."""
BY_TYPE = {kind.type: kind for kind in (*KINDS, SECRET_KIND)}
HARMLESS = {
    "AWS::CloudWatch::Alarm": "it looks at a system that works without it",
    "AWS::EC2::SecurityGroupIngress": "one line of a group that stays",
}
"""What may be lost unasked, with why; the loss of anything else, named here or not, needs an approval of its own."""


def is_guarded(type_: str) -> bool:
    """Whether nobody may lose a resource of a type unasked, whatever the deployer thinks of it."""
    return type_ not in HARMLESS
