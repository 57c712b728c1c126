"""Parameters that more than one layer takes, and the shapes that values have.

A name means one thing in the whole tree, so it is declared once. Only parameters that come directly from root have
constraints: the value of a sibling's output is a placeholder while a nested change set is created, and would match no
pattern.
"""

from collections.abc import Collection, Sequence
from typing import Any

from troposphere import Equals, If, Not, NoValue, Parameter, Ref

CIDR = (
    r"^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])/(1[6-9]|2[0-8])$"
)
HYPHENATED = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
NAME = r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
# Retentions in days, of those that CloudWatch Logs takes.
RETENTIONS = [1, 3, 5, 7, 14, 30, 60, 90, 180, 365, 731, 1827, 3653]


def replaces(*logical_ids: str) -> str:
    """Give the sentence of a description that says what a change replaces, as a review names it."""
    return f" Changing it replaces {', '.join(logical_ids)}."


def may_replace(*logical_ids: str) -> str:
    """Give the sentence of a description that says what a change set calls conditional, and RDS does in place."""
    return f" Changing it may replace {', '.join(logical_ids)}, by the change set; RDS changes it in place."


def said_of_replacing(description: str) -> tuple[str, str]:
    """Give a description without its sentence of `replaces`, and the rest of that sentence with what follows it."""
    before, _, names = description.partition(replaces("")[:-1])
    return before, names.removesuffix(".")


def only_of(description: str, logical_ids: Collection[str]) -> str:
    """Give a description whose sentence of `replaces` names these resources alone: another template has other ones."""
    before, said, names = description.rpartition(replaces("")[:-1])
    left = [name for name in names.removesuffix(".").split(", ") if name in logical_ids]
    return before + (replaces(*left) if left else "") if said else description


def optional(name: str, description: str, pattern: str, means: str, **more: Any) -> Parameter:
    """Give a parameter that is empty or has the form `pattern`, which `means` says in words."""
    return Parameter(
        name,
        Type="String",
        Description=description,
        Default="",
        AllowedPattern=f"^$|^{pattern}$",
        ConstraintDescription=f"empty, or {means}",
        **more,
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


def is_given(parameter: Parameter) -> Not:
    """Give the condition that an optional `parameter` is not empty."""
    return Not(Equals(Ref(parameter), ""))


def is_given_name(parameter: Parameter) -> str:
    """Give the name of the condition that an optional `parameter` is given."""
    return f"{parameter.title}Given"


def is_on(parameter: Parameter) -> Equals:
    """Give the condition that a switch is "true"."""
    return Equals(Ref(parameter), "true")


def given(condition: str, value: Any) -> If:
    """Give `value` if `condition` is true, and else no property."""
    return If(condition, value, NoValue)


# Conditions on these parameters, in whatever layer.
KMS_KEY = "KmsKeyGiven"
BOUNDARY = "PermissionsBoundaryGiven"
ALARMS = "AlarmsOn"

app_name = Parameter(
    "AppName",
    Type="String",
    Description=(
        "Name of the application: the start of the task family and of every Name tag, and the name of the cluster "
        f"where ClusterName is empty.{replaces('Cluster', 'TaskDefinition')}"
    ),
    Default="ecs-alb-basic",
    AllowedPattern=HYPHENATED,
    MaxLength=32,
    ConstraintDescription="at most 32 lower-case letters, digits and single hyphens, starting with a letter",
)
domain_name = Parameter(
    "DomainName",
    Type="String",
    Description=f"Name that the service answers to, in the zone of HostedZoneId.{replaces('Certificate', 'AliasA')}",
    AllowedPattern=f"^{NAME}$",
    MaxLength=64,
    ConstraintDescription="a fully qualified domain name in lower case; ACM allows 64 characters",
)
alternative_domain_names = [
    optional(
        f"AlternativeDomainName{number}",
        "Another name in the same zone, on the certificate and with records of its own; *. in front stands for any "
        f"one label. Empty: none.{replaces('Certificate', f'AliasA{number}')}",
        rf"(\*\.)?{NAME}",
        "a fully qualified domain name in lower case, which may begin with *.",
        MaxLength=253,
    )
    for number in (1, 2, 3)
]
hosted_zone_id = optional(
    "HostedZoneId",
    "Id of the public Route 53 hosted zone of this account that holds DomainName: the certificate is validated in it, "
    "and the names lead to the load balancer from it. Empty, where the zone is elsewhere: only with an "
    "ExistingCertificateArn and CreateDnsRecords false."
    f"{replaces('Certificate', 'AliasA', 'AliasA1', 'AliasA2', 'AliasA3')}",
    "[A-Z0-9]{1,32}",
    "the id of a Route 53 hosted zone, for example Z0123456789ABCDEFGHIJ",
)
kms_key_arn = optional(
    "KmsKeyArn",
    "KMS key that encrypts the log groups; its policy must allow CloudWatch Logs of this Region, for "
    "log-group:<stack>-*: the groups have no fixed names, but for /aws/rds/* of a database. Empty: CloudWatch Logs "
    "encrypts with a key of its own.",
    "arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+",
    "the ARN of a KMS key",
)
permissions_boundary_arn = optional(
    "PermissionsBoundaryArn",
    "IAM policy that limits every role of this system, whatever its own policies allow. Empty: none.",
    "arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/.+",
    "the ARN of an IAM policy",
)
alarm_topic_arn = optional(
    "AlarmTopicArn",
    "SNS topic that is notified of alarms: errors of load balancer and tasks, unhealthy tasks, CPU. Empty: no alarms.",
    "arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_.-]+",
    "the ARN of an SNS topic",
)
vpc_id = Parameter("VpcId", Type="String", Description="Id of the VPC, from the network layer.")
