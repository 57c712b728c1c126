"""IAM, as far as policies of this project need it: what a request asks for, and whether statements allow that.

What each operation is on is written down here by service. An operation of which that is not known is an error, so that
no call goes unjudged. https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

Statements = Iterable[Mapping[str, Any]]
Given = Mapping[str, Any]

# IAM names these operations otherwise (service authorization reference, "Actions defined by Amazon S3").
OTHERWISE = {
    # HeadObject needs it too ("Permissions"): without it an object that is not there is a 403
    ("s3", "HeadBucket"): "s3:ListBucket",
    ("s3", "HeadObject"): "s3:GetObject",
    ("s3", "ListObjectVersions"): "s3:ListBucketVersions",
    ("service-quotas", "GetServiceQuota"): "servicequotas:GetServiceQuota",
    # and HeadObject, without it, answers 403 for an object that is not there
    ("s3", "ListObjectsV2"): "s3:ListBucket",
    ("s3", "PutPublicAccessBlock"): "s3:PutBucketPublicAccessBlock",
    ("s3", "PutBucketEncryption"): "s3:PutEncryptionConfiguration",
    ("s3", "PutBucketLifecycleConfiguration"): "s3:PutLifecycleConfiguration",
}
IAM_NAMES = {"elbv2": "elasticloadbalancing"}


@dataclass(frozen=True)
class Asked:
    """An action on a resource, with the condition keys that the request brings."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.action} on {self.resource}"


def action(service: str, operation: str) -> str:
    """How IAM calls an operation."""
    return OTHERWISE.get((service, operation), f"{IAM_NAMES.get(service, service)}:{operation}")


def allows(statements: Statements, asked: Asked) -> bool:
    """Whether some statement allows it, and none denies it."""
    effects = {statement["Effect"] for statement in statements if _is_about(statement, asked)}
    return effects == {"Allow"}


def _is_about(statement: Mapping[str, Any], asked: Asked) -> bool:
    return (
        any(fnmatchcase(asked.action.lower(), pattern.lower()) for pattern in statement["Action"])
        and any(fnmatchcase(asked.resource, pattern) for pattern in statement["Resource"])
        and all(_holds(name, wanted, asked.context) for name, wanted in statement.get("Condition", {}).items())
    )


def _holds(operator: str, wanted: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    compared: Mapping[str, Callable[[str, str], bool]] = {
        "StringEquals": str.__eq__,
        "StringLike": fnmatchcase,
        "ArnLike": fnmatchcase,
    }
    return all(
        key in context and any(compared[operator](context[key], value) for value in _listed(values))
        for key, values in wanted.items()
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@dataclass(frozen=True)
class Account:
    """Where a request is made: it says how ARNs begin."""

    region: str
    account: str

    def arn(self, service: str, rest: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"

    def asked(self, service: str, operation: str, given: Given) -> list[Asked]:
        """What IAM is asked for because of a request; LookupError where its resource is not known here."""
        name = action(service, operation)
        resources = list(_ON[service](self, operation, given))
        if not resources:
            raise LookupError(f"{service} {operation} {sorted(given)}: on what is not known to tests/deployment/iam.py")
        context = {"ecs:cluster": self._cluster(given)} if operation == "RunTask" else {}
        return [*(Asked(name, resource, context) for resource in resources), *self._brought(operation, given)]

    def _cluster(self, given: Given) -> str:
        named = str(given["cluster"])
        return named if named.startswith("arn:") else self.arn("ecs", f"cluster/{named}")

    def _brought(self, operation: str, given: Given) -> Iterator[Asked]:
        """What a request asks for beside its own action."""
        if operation == "CreateChangeSet" and "RoleARN" in given:
            yield Asked("iam:PassRole", given["RoleARN"], {"iam:PassedToService": "cloudformation.amazonaws.com"})
        if operation == "RunTask" and "propagateTags" in given:
            task = self.arn("ecs", f"task/{given['cluster']}/0")
            yield Asked("ecs:TagResource", task, {"ecs:CreateAction": "RunTask"})
        if operation == "DetectStackDrift":
            yield Asked("cloudformation:BatchDescribeTypeConfigurations", "*")
            yield Asked("cloudformation:DetectStackResourceDrift", self._stack(given["StackName"]))
        if operation == "CreateBucket" and "ObjectOwnership" in given:
            yield Asked("s3:PutBucketOwnershipControls", f"arn:aws:s3:::{given['Bucket']}")
        if "VersionId" in given:
            yield Asked("s3:GetObjectVersion", f"arn:aws:s3:::{given['Bucket']}/{given['Key']}")

    def _stack(self, name: str) -> str:
        return name if name.startswith("arn:") else self.arn("cloudformation", f"stack/{name}/0")

    def of_cloudformation(self, operation: str, given: Given) -> Iterator[str]:
        """A stack, a change set, or all: what lists, and a detection, which has no resource."""
        if "StackName" in given:
            yield self._stack(given["StackName"])
        # A new one has a name alone.
        if str(given.get("ChangeSetName", "")).startswith("arn:"):
            yield given["ChangeSetName"]
        if "TemplateURL" in given and "StackName" not in given:
            yield "*"
        if operation in _OF_ALL or (operation == "DescribeStacks" and "StackName" not in given):
            yield "*"

    def of_s3(self, operation: str, given: Given) -> Iterator[str]:
        del operation
        yield f"arn:aws:s3:::{given['Bucket']}{'/' if 'Key' in given else ''}{given.get('Key', '')}"

    def of_ecs(self, operation: str, given: Given) -> Iterator[str]:
        if operation == "DescribeTaskDefinition":
            yield "*"
        elif operation == "RunTask":
            yield given["taskDefinition"]
        elif operation == "ListTasks":
            # The reference has container-instance, though it lists by service.
            yield self.arn("ecs", f"container-instance/{given['cluster']}/0")
        for kind in ("service", "task"):
            named = given.get(f"{kind}s", [given[kind]] if operation == "StopTask" and kind in given else [])
            for name in named:
                yield name if name.startswith("arn:") else self.arn("ecs", f"{kind}/{given['cluster']}/{name}")

    def of_logs(self, operation: str, given: Given) -> Iterator[str]:
        group = self.arn("logs", f"log-group:{given['logGroupName']}")
        yield f"{group}:log-stream:{given['logStreamName']}" if operation == "GetLogEvents" else group

    def of_iam(self, operation: str, given: Given) -> Iterator[str]:
        if operation == "SimulatePrincipalPolicy":
            yield given["PolicySourceArn"]
        else:
            yield f"arn:aws:iam::{self.account}:role/{given['RoleName']}"

    def of_route53(self, operation: str, given: Given) -> Iterator[str]:
        del operation
        yield f"arn:aws:route53:::hostedzone/{given['Id'] if 'Id' in given else given['HostedZoneId']}"

    def of_others(self, operation: str, given: Given) -> Iterator[str]:
        """Services of which one thing is asked."""
        if operation == "GetServiceQuota":
            yield self.arn("servicequotas", f"{given['ServiceCode']}/{given['QuotaCode']}")
        elif operation == "DescribeCertificate":
            yield given["CertificateArn"]
        elif operation == "GetParameters":
            yield from (self.arn("ssm", f"parameter/{name.lstrip('/')}") for name in given["Names"])
        elif operation in ("GetCallerIdentity", "DescribeVpcs"):
            yield "*"


_OF_ALL = ("ListStacks", "ListExports", "ListImports", "DescribeStackDriftDetectionStatus")
_ON: Mapping[str, Callable[[Account, str, Given], Iterator[str]]] = {
    "cloudformation": Account.of_cloudformation,
    "s3": Account.of_s3,
    "ecs": Account.of_ecs,
    "logs": Account.of_logs,
    "iam": Account.of_iam,
    "route53": Account.of_route53,
    **dict.fromkeys(("acm", "ec2", "service-quotas", "ssm", "sts"), Account.of_others),
}
