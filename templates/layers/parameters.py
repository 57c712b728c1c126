"""Parameters that more than one layer takes, and the shapes that values have.

A name means one thing in the whole tree, so it is declared once. Constraints stand only on what comes straight from
root: what a sibling's output feeds is a placeholder while a nested change set is made, and no pattern fits that.
"""

from collections.abc import Sequence
from typing import Any

from troposphere import Equals, Not, Parameter, Ref

CIDR = (
    r"^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])/(1[6-9]|2[0-8])$"
)
HYPHENATED = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
# Retentions in days, of those that CloudWatch Logs takes.
RETENTIONS = [1, 3, 5, 7, 14, 30, 60, 90, 180, 365, 731, 1827, 3653]

app_name = Parameter(
    "AppName",
    Type="String",
    Description="Name of the application: the name of the cluster, and the start of every Name tag.",
    Default="ecs-alb-basic",
    AllowedPattern=HYPHENATED,
    MaxLength=32,
    ConstraintDescription="at most 32 lower-case letters, digits and single hyphens, starting with a letter",
)
domain_name = Parameter(
    "DomainName",
    Type="String",
    Description="Name that the service answers to, in the zone of HostedZoneId. Changing it replaces the certificate.",
    AllowedPattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$",
    MaxLength=64,
    ConstraintDescription="a fully qualified domain name in lower case; ACM allows 64 characters",
)
hosted_zone_id = Parameter(
    "HostedZoneId",
    Type="String",
    Description="Id of the public Route 53 hosted zone that holds DomainName.",
)
kms_key_arn = Parameter(
    "KmsKeyArn",
    Type="String",
    Description=(
        "KMS key that encrypts the log groups; its policy must allow CloudWatch Logs of this Region, for "
        "log-group:<stack>-*: the groups have no fixed names. "
        "Empty: CloudWatch Logs encrypts with a key of its own."
    ),
    Default="",
    AllowedPattern="^$|^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$",
    ConstraintDescription="empty, or the ARN of a KMS key",
)
vpc_id = Parameter("VpcId", Type="String", Description="Id of the VPC, from the network layer.")
# The one parameter that is a list: the joined subnets of a sibling, used whole and never taken apart.
public_subnet_ids = Parameter(
    "PublicSubnetIds", Type="CommaDelimitedList", Description="Ids of the public subnets, from the network layer."
)


def choice(name: str, description: str, default: str | int, values: Sequence[str | int]) -> Parameter:
    """Give a parameter that is one of `values`, texts or numbers.

    CloudFormation's own refusal does not say which values there are; the constraint's description does.
    """
    return Parameter(
        name,
        Type="String" if isinstance(default, str) else "Number",
        Description=description,
        Default=default,
        AllowedValues=list(values),
        ConstraintDescription=f"one of {', '.join(map(str, values))}",
    )


def switch(name: str, description: str, default: str) -> Parameter:
    """Give a parameter that is "true" or "false"."""
    return choice(name, description, default, ["true", "false"])


def is_given(parameter: Parameter) -> Not:
    """Give the condition that an optional `parameter` is not empty."""
    return Not(Equals(Ref(parameter), ""))


def number(name: str, description: str, default: int, low: int, high: int, **more: Any) -> Parameter:
    """Give a whole number between `low` and `high`."""
    reason = f"a whole number from {low} to {high}"
    return Parameter(
        name,
        Type="Number",
        Description=description,
        Default=default,
        MinValue=low,
        MaxValue=high,
        ConstraintDescription=reason,
        **more,
    )
