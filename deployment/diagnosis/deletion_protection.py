"""What protects a resource from its deletion, by what AWS says of it, and the command that switches it off.

A stack whose deletion failed takes no update, so that a template cannot switch a protection off any more: the service's
own API does. AWS names neither the attribute nor the command. The messages are distinguished here alone, by few of
their words: each service has its own, and rephrases it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from deployment.aws.shell_words import aws_command
from deployment.template.resource_path import ResourcePath

# "Load balancer 'arn...' cannot be deleted because deletion protection is enabled", "Cannot delete protected DB
# Instance, please disable deletion protection and try again.", "Resource cannot be deleted as it is currently protected
# against deletion. Disable deletion protection first.", "... because deletion protection is activated".
_PROTECTED = re.compile(
    r"delet\w+[ -]?protect|protected against delet|delete protected|terminat\w+[ -]?protect", re.IGNORECASE
)
# EC2 says which attribute it is: "The instance 'i-1' may not be terminated. Modify its 'disableApiTermination' ...".
_TERMINATION = re.compile(r"disableApiTermination", re.IGNORECASE)
# "The bucket you tried to delete is not empty. You must delete all versions in the bucket."; of ECR "... cannot be
# deleted because it still contains images".
_FILLED = re.compile(r"is not empty|BucketNotEmpty|still contains images|RepositoryNotEmpty", re.IGNORECASE)

_ON = ("true", "active")


@dataclass(frozen=True)
class Hold:
    """What holds one resource: `why` in words, `command` that lets it go, where there is one.

    `pins` says that others cannot be deleted while it exists, so that leaving it behind does not help.
    """

    path: ResourcePath
    why: str
    command: str | None
    pins: bool = False

    @property
    def lines(self) -> tuple[str, ...]:
        """As findings."""
        return (f"{self.path}: {self.why}", *([f"  {self.command}"] if self.command else []))


@dataclass(frozen=True)
class Refused:
    """A resource whose deletion was refused, in which Region, and what AWS said."""

    path: ResourcePath
    type: str
    physical_id: str
    region: str
    reason: str


def holds(refused: Iterable[Refused]) -> list[Hold]:
    """What is known to hold each; nothing of one that was refused for another reason."""
    return [hold for resource in refused for hold in _hold(resource)]


def protectable(kind: str) -> bool:
    """Whether a type has a deletion protection that a template can switch on."""
    return kind in _PROTECTIONS


def foreseen(resource: Refused, properties: Mapping[str, Any], parameters: Mapping[str, str]) -> Hold | None:
    """What the template of a stack that is to be deleted switches on; None where its deletion protection is off.

    `parameters` are the values of the stack's parameters. What the template leaves to a condition is not decided here.
    """
    attribute, words = _PROTECTIONS.get(resource.type, ("", None))
    value = _set_to(attribute, properties)
    if isinstance(value, dict) and "Ref" in value:
        value = parameters.get(str(value["Ref"]), value)
    if not isinstance(value, dict) and str(value).lower() not in _ON:
        return None
    says = "may switch" if isinstance(value, dict) else "switches"
    command = aws_command(resource.region, *words(resource.physical_id)) if words and resource.physical_id else None
    way = "to switch it off:" if command else "switch it off in its service"
    why = f"its template {says} deletion protection on ({attribute}), so that its deletion is refused; {way}"
    return Hold(resource.path, why, command, resource.type in _PINNING)


def protection_of(kind: str, properties: Mapping[str, Any]) -> Any:
    """What the properties of a resource set its type's deletion protection to; None where they do not say."""
    return _set_to(_PROTECTIONS[kind][0], properties) if kind in _PROTECTIONS else None


def _set_to(attribute: str, properties: Mapping[str, Any]) -> Any:
    """What a template sets an attribute to; `LoadBalancerAttributes: key` is the value of that key in a list."""
    name, _, key = attribute.partition(": ")
    value = properties.get(name)
    if not key:
        return value
    rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    return next((row.get("Value") for row in rows if row.get("Key") == key), None)


def _hold(resource: Refused) -> Iterator[Hold]:
    protected = _PROTECTED.search(resource.reason) or _TERMINATION.search(resource.reason)
    if protected:
        attribute, words = _PROTECTIONS.get(resource.type, ("deletion protection", None))
        why = f"its deletion protection is on ({attribute})" if words else "its deletion protection is on"
        pins = resource.type in _PINNING
        kept = "; left behind, it would hold its subnets, its security groups and their VPC" if pins else ""
        command = aws_command(resource.region, *words(resource.physical_id)) if words else None
        switch = "switch it off:" if command else "switch it off in its service"
        yield Hold(resource.path, f"{why}{kept}; {switch}", command, pins)
    elif _FILLED.search(resource.reason):
        why, words = _CONTENTS.get(
            resource.type, ("it is not empty: empty it, or leave it behind (recover --retain)", None)
        )
        command = aws_command(resource.region, *words(resource.physical_id)) if words else None
        yield Hold(resource.path, why, command)


_Words = Callable[[str], tuple[str, ...]]


def _modified(service: str, kind: str) -> _Words:
    """How RDS, and the services that grew out of it, switch the protection of a database or a cluster off."""
    return lambda name: (
        service,
        f"modify-{kind}",
        f"--{kind}-identifier",
        name,
        "--no-deletion-protection",
        *(["--apply-immediately"] if kind != "global-cluster" else []),
    )


def _log_group(name: str) -> tuple[str, ...]:
    told = ("--log-group-identifier", name, "--no-deletion-protection-enabled")
    return ("logs", "put-log-group-deletion-protection", *told)


def _load_balancer(arn: str) -> tuple[str, ...]:
    off = "Key=deletion_protection.enabled,Value=false"
    return ("elbv2", "modify-load-balancer-attributes", "--load-balancer-arn", arn, "--attributes", off)


def _table(name: str) -> tuple[str, ...]:
    return ("dynamodb", "update-table", "--table-name", name, "--no-deletion-protection-enabled")


# What is switched off where, and how: the physical id of a resource is what its service takes as its name.
_PROTECTIONS: dict[str, tuple[str, _Words | None]] = {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (
        "LoadBalancerAttributes: deletion_protection.enabled",
        _load_balancer,
    ),
    "AWS::RDS::DBInstance": ("DeletionProtection", _modified("rds", "db-instance")),
    "AWS::RDS::DBCluster": ("DeletionProtection", _modified("rds", "db-cluster")),
    "AWS::RDS::GlobalCluster": ("DeletionProtection", _modified("rds", "global-cluster")),
    "AWS::Neptune::DBCluster": ("DeletionProtection", _modified("neptune", "db-cluster")),
    "AWS::DocDB::DBCluster": ("DeletionProtection", _modified("docdb", "db-cluster")),
    "AWS::DynamoDB::Table": ("DeletionProtectionEnabled", _table),
    "AWS::DynamoDB::GlobalTable": ("DeletionProtectionEnabled", _table),
    "AWS::Logs::LogGroup": ("DeletionProtectionEnabled", _log_group),
    "AWS::EKS::Cluster": (
        "DeletionProtection",
        lambda name: ("eks", "update-cluster-config", "--name", name, "--no-deletion-protection"),
    ),
    "AWS::EC2::Instance": (
        "DisableApiTermination",
        lambda name: ("ec2", "modify-instance-attribute", "--instance-id", name, "--no-disable-api-termination"),
    ),
    "AWS::NetworkFirewall::Firewall": (
        "DeleteProtection",
        lambda arn: (
            *("network-firewall", "update-firewall-delete-protection"),
            *("--firewall-arn", arn, "--no-delete-protection"),
        ),
    ),
    # UpdateUserPool sets every attribute that it is not given to its default: there is no command to paste.
    "AWS::Cognito::UserPool": ("DeletionProtection", None),
}
# Their network interfaces, or what they run in, stand in subnets and security groups, which then cannot be deleted.
_PINNING = frozenset(
    {
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "AWS::RDS::DBInstance",
        "AWS::RDS::DBCluster",
        "AWS::Neptune::DBCluster",
        "AWS::DocDB::DBCluster",
        "AWS::EKS::Cluster",
        "AWS::EC2::Instance",
        "AWS::NetworkFirewall::Firewall",
    }
)
_CONTENTS: dict[str, tuple[str, _Words | None]] = {
    "AWS::S3::Bucket": (
        "the bucket is not empty: leave it behind (recover --retain), or empty it, with all versions that it keeps:",
        lambda name: ("s3", "rm", f"s3://{name}", "--recursive"),
    ),
    "AWS::ECR::Repository": (
        "the repository holds images: leave it behind (recover --retain), or delete it with them:",
        lambda name: ("ecr", "delete-repository", "--repository-name", name, "--force"),
    ),
}
