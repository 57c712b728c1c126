"""IAM documents as awacs sentences."""

from typing import Any

from awacs import logs
from awacs.aws import Action, Allow, PolicyDocument, Principal, Statement
from awacs.sts import AssumeRole
from troposphere import GetAtt, Sub
from troposphere.iam import Policy
from troposphere.logs import LogGroup

VERSION = "2012-10-17"
# DescribeLogGroups lists over all groups: no single one can be its resource.
EVERY_LOG_GROUP = Sub("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*")


def document(*statements: Statement) -> PolicyDocument:
    """Give the policy document of `statements`."""
    return PolicyDocument(Version=VERSION, Statement=list(statements))


def trusted_by(service: str) -> PolicyDocument:
    """Give the trust policy that lets the AWS service `service` ("ecs-tasks") take a role."""
    return document(
        Statement(Effect=Allow, Principal=Principal("Service", f"{service}.amazonaws.com"), Action=[AssumeRole])
    )


def allow(*actions: Action, on: list[Any]) -> Statement:
    """Give the statement that allows `actions` on the ARNs in `on`."""
    return Statement(Effect=Allow, Action=list(actions), Resource=on)


def allow_on_everything(why: str, *actions: Action) -> Statement:
    """Give the statement that allows `actions`, which take no resource; its Sid shows the reader of the YAML `why`."""
    return Statement(Sid=why, Effect=Allow, Action=list(actions), Resource=["*"])


def write_to(log_group: LogGroup) -> tuple[Statement, Statement]:
    """Give the statements that allow to write to a log group; GetAtt Arn of one ends in ":*": the streams in it."""
    streams = [logs.CreateLogStream, logs.DescribeLogStreams, logs.PutLogEvents]
    return allow(*streams, on=[GetAtt(log_group, "Arn")]), allow(logs.DescribeLogGroups, on=[EVERY_LOG_GROUP])


def inline(name: str, *statements: Statement) -> Policy:
    """Give a policy that lives in its role, so that CAPABILITY_IAM is enough."""
    return Policy(PolicyName=name, PolicyDocument=document(*statements))


def aws_managed(path: str) -> Sub:
    """Give the ARN of a policy that AWS maintains, in whatever partition the stack is."""
    return Sub(f"arn:${{AWS::Partition}}:iam::aws:policy/{path}")
