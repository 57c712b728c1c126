"""What is not followed of the scanners' rules, and why: the one table, which docs/scanners.md shows.

A finding that no row names fails the scan, and so does a row that nothing needs any more. A row says by values of
parameters where it holds, so that it does for environments and services of any name; one may name environments, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.scanners.finding import Finding
from tests.scanners.where import Where, where, where_below, where_not

EVERY = ("*",)


@dataclass(frozen=True)
class Skip:
    """Rules, each as `tool rule`, that a resource breaks; `place` may be a pattern, of services above all.

    `environments` are the names of some, every one, or what must hold of the values of the stack, all of it.
    """

    place: str
    environments: tuple[str, ...] | tuple[Where, ...]
    rules: tuple[str, ...]
    reason: str

    @property
    def layer(self) -> str:
        """The template's name, or a pattern of some."""
        return self.place.partition("/")[0]

    @property
    def about_services(self) -> bool:
        """Whether it is about services, of which there may be none: a layer stands in every environment."""
        return self.layer.startswith("service-")

    @property
    def named(self) -> tuple[str, ...]:
        """The environments that it names."""
        return tuple(one for one in self.environments if isinstance(one, str) and one not in EVERY)

    def covers(self, finding: Finding, values: Mapping[str, str]) -> bool:
        """Whether it is about a finding in a template of these values."""
        return (
            f"{finding.tool} {finding.rule}" in self.rules
            and fnmatchcase(finding.place, self.place)
            and self.holds(finding.environment, values)
        )

    def holds(self, environment: str, values: Mapping[str, str]) -> bool:
        """Whether it is about templates of this environment and of these values."""
        return not (self.named and environment not in self.named) and all(
            one.holds(values) for one in self.environments if isinstance(one, Where)
        )


_ROOT_USER = (
    "nginx's image starts as root to open port 80, and gives its workers another user; `ContainerUser` is for an image "
    "that can do without"
)
_WRITES = "nginx's image writes to its file system; `ReadonlyRootFilesystem` is for an image that does not"
_OWN_KEY = "CloudWatch Logs encrypts with a key of its own; `KmsKeyArn` names yours, which somebody has to own"
_HARD_LIMIT = "on Fargate the task's memory is the hard limit, and its containers share it"
_ADDRESS = (
    "without a NAT gateway, which is paid for by the hour, a task needs the address to pull its image; "
    "its security group lets in the load balancer and other tasks alone"
)
_OF_SERVICES = "as for the service of the platform, in `ecs`"
_PUT_IN = "the key's ARN stands there because it is put in here; in the template it is a parameter"

SKIPS = (
    Skip(
        "alb/AccessLogsBucket",
        (where("AccessLogsMode", "create"),),
        ("cfn-guard CT.S3.PR.10",),
        "Elastic Load Balancing delivers logs into buckets with SSE-S3 only, into none with a KMS key",
    ),
    Skip(
        "alb/AccessLogsBucket",
        (where("AccessLogsMode", "create"),),
        ("cfn-guard CT.S3.PR.2", "checkov CKV_AWS_18"),
        "it is the bucket for logs; one of its own would have to be logged too",
    ),
    Skip(
        "alb/AccessLogsBucket",
        (where("AccessLogsMode", "create"),),
        ("cfn-guard CT.S3.PR.11", "cfn-guard CT.S3.PR.9", "checkov CKV_AWS_21"),
        "logs are written once, under names of their own, and expire, which a lock would keep them from",
    ),
    Skip(
        "alb/AccessLogsBucket",
        (where("AccessLogsMode", "create"),),
        ("cfn-guard CT.S3.PR.4",),
        "nobody waits for a log file to arrive",
    ),
    Skip(
        "alb/AlbIngressHttp",
        (where("IngressCidr", "0.0.0.0/0"),),
        ("checkov CKV_AWS_260",),
        "port 80 answers with a redirect to HTTPS and nothing else; people type names without https",
    ),
    Skip(
        "alb/LoadBalancer",
        (where("AlbDeletionProtection", "false"),),
        ("cfn-guard CT.ELASTICLOADBALANCING.PR.5",),
        "a development stack is deleted and made again; `AlbDeletionProtection` switches it on",
    ),
    Skip(
        "alb/LoadBalancer",
        (where("AccessLogsMode", "none"),),
        ("cfn-guard CT.ELASTICLOADBALANCING.PR.6", "checkov CKV_AWS_91"),
        "nobody reads the access logs of a development stack; `AccessLogsMode` switches them on",
    ),
    Skip(
        "alb/WebAclAssociation",
        (where_not("WebAclArn", ""),),
        ("cloudformation-validate W9002", "cloudformation-validate W9013"),
        "the web ACL's ARN stands there because it is put in here; in the template it is a parameter",
    ),
    Skip(
        "data/*LogGroup",
        (where_not("DatabaseMode", "none"), where("KmsKeyArn", "")),
        ("cfn-guard CT.CLOUDWATCH.PR.3", "checkov CKV_AWS_158"),
        "as for ecs/LogGroup: `KmsKeyArn` is the key of all",
    ),
    Skip(
        "data/DatabaseInstance",
        (where("DatabaseMode", "instance"),),
        ("cfn-guard CT.RDS.PR.20",),
        "the security group, and no other number, keeps everybody but the tasks out",
    ),
    Skip(
        "data/DatabaseInstance",
        (where("DatabaseMode", "instance"), where("DatabaseKmsKeyArn", "")),
        ("cfn-guard CT.RDS.PR.30",),
        "RDS encrypts with AWS's key; `DatabaseKmsKeyArn` names yours, which somebody has to own",
    ),
    Skip(
        "data/DatabaseInstance",
        (where("DatabaseMode", "instance"),),
        ("cfn-lint W3691",),
        "its list has minor versions alone; RDS takes a major one, and comes to the default minor one by itself",
    ),
    Skip(
        "data/*LogGroup",
        (where_not("DatabaseMode", "none"), where_below("DatabaseLogRetentionDays", 365)),
        ("cfn-guard CT.CLOUDWATCH.PR.2",),
        "how long the logs of a database are of use is for `DatabaseLogRetentionDays` to say",
    ),
    Skip(
        "data/DatabaseCluster",
        (where("DatabaseMode", "aurora"), where("DatabaseDeletionProtection", "false")),
        ("cfn-guard CT.RDS.PR.3",),
        "a development stack is deleted and made again; `DatabaseDeletionProtection` switches it on",
    ),
    Skip(
        "data/Database*",
        (where("DatabaseMode", "aurora"), where_not("DatabaseKmsKeyArn", "")),
        ("cloudformation-validate W9013",),
        _PUT_IN,
    ),
    Skip(
        "ecs/Cluster",
        (where("ContainerInsights", "disabled"),),
        ("cfn-guard CT.ECS.PR.2", "checkov CKV_AWS_65"),
        "the containers' metrics are paid for, and nobody looks at those of development; `ContainerInsights` switches "
        "them on",
    ),
    Skip(
        "ecs/Cluster",
        (where("ContainerInsights", "enhanced"),),
        ("cfn-guard CT.ECS.PR.2",),
        "`enhanced` is more than the `enabled` that the rule knows",
    ),
    Skip(
        "ecs/ListenerRule",
        EVERY,
        ("cloudformation-validate W9002", "cloudformation-validate W9013"),
        "the listener's ARN stands there because it is put in here; in the template it is a parameter",
    ),
    Skip(
        "ecs/LogGroup",
        (where_below("LogRetentionDays", 365),),
        ("cfn-guard CT.CLOUDWATCH.PR.2",),
        "logs of development are read in the week in which they are written; `LogRetentionDays` keeps them longer",
    ),
    Skip(
        "ecs/LogGroup",
        (where("KmsKeyArn", ""),),
        ("cfn-guard CT.CLOUDWATCH.PR.3", "checkov CKV_AWS_158"),
        _OWN_KEY,
    ),
    Skip("ecs/LogGroup", (where_not("KmsKeyArn", ""),), ("cloudformation-validate W9013",), _PUT_IN),
    Skip("ecs/Service", (where("TaskSubnetTier", "public"),), ("cfn-guard CT.ECS.PR.9",), _ADDRESS),
    Skip("ecs/TaskDefinition", (where("ReadonlyRootFilesystem", "false"),), ("cfn-guard CT.ECS.PR.3",), _WRITES),
    Skip("ecs/TaskDefinition", (where("ContainerUser", ""),), ("cfn-guard CT.ECS.PR.6",), _ROOT_USER),
    Skip("ecs/TaskDefinition", EVERY, ("cfn-guard CT.ECS.PR.7",), _HARD_LIMIT),
    Skip(
        "network/FlowLogGroup",
        (where_not("FlowLogsRetentionDays", "0"), where("KmsKeyArn", "")),
        ("cfn-guard CT.CLOUDWATCH.PR.3", "checkov CKV_AWS_158"),
        "as for ecs/LogGroup: `KmsKeyArn` is the key of both",
    ),
    Skip(
        "network/FlowLogGroup",
        (where_not("FlowLogsRetentionDays", "0"), where_not("KmsKeyArn", "")),
        ("cloudformation-validate W9013",),
        _PUT_IN,
    ),
    Skip(
        "network/FlowLogGroup",
        (where_not("FlowLogsRetentionDays", "0"), where_below("FlowLogsRetentionDays", 365)),
        ("cfn-guard CT.CLOUDWATCH.PR.2",),
        "how long the flows of a network are of use is for `FlowLogsRetentionDays` to say",
    ),
    Skip(
        "network/*Subnet?",
        EVERY,
        ("cfn-lint W3010", "cloudformation-validate W3010"),
        "zones stand there by name because they are put in here; in the template they are parameters",
    ),
    Skip(
        "cloudformation-role/Resources*",
        EVERY,
        ("checkov CKV_AWS_109", "checkov CKV_AWS_111"),
        "what CloudFormation creates has no ARN yet that could be named; roles, which it names after the stack, are",
    ),
    Skip(
        "service-*/LogGroup",
        (where_below("LogRetentionDays", 365),),
        ("cfn-guard CT.CLOUDWATCH.PR.2",),
        "how long its logs are of use is for each service to say, by `LogRetentionDays`",
    ),
    Skip(
        "service-*/LogGroup",
        (where("KmsKeyArn", ""),),
        ("cfn-guard CT.CLOUDWATCH.PR.3", "checkov CKV_AWS_158"),
        _OF_SERVICES,
    ),
    Skip("service-*/LogGroup", (where_not("KmsKeyArn", ""),), ("cloudformation-validate W9013",), _PUT_IN),
    Skip(
        "service-web-*/Service",
        (where("TaskSubnetTier", "public"),),
        ("cfn-guard CT.ECS.PR.9",),
        _OF_SERVICES,
    ),
    Skip(
        "service-worker-*/Service",
        (where("TaskSubnetTier", "public"),),
        ("cfn-guard CT.ECS.PR.9",),
        _OF_SERVICES,
    ),
    Skip(
        "service-*/TaskDefinition",
        (where("ReadonlyRootFilesystem", "false"),),
        ("cfn-guard CT.ECS.PR.3",),
        _OF_SERVICES,
    ),
    Skip("service-*/TaskDefinition", (where("ContainerUser", ""),), ("cfn-guard CT.ECS.PR.6",), _OF_SERVICES),
    Skip("service-*/TaskDefinition", EVERY, ("cfn-guard CT.ECS.PR.7",), _OF_SERVICES),
)
