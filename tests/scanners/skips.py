"""What is not followed of the scanners' rules, and why: the one table, which docs/scanners.md shows.

A finding that no row names fails the scan, and so does a row that nothing needs any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.scanners.finding import Finding

EVERY = ("*",)


@dataclass(frozen=True)
class Skip:
    """Rules, each as `tool rule`, that a resource breaks in some environments; `place` may be a pattern."""

    place: str
    environments: tuple[str, ...]
    rules: tuple[str, ...]
    reason: str

    def covers(self, finding: Finding) -> bool:
        return (
            f"{finding.tool} {finding.rule}" in self.rules
            and fnmatchcase(finding.place, self.place)
            and (self.environments == EVERY or finding.environment in self.environments)
        )


SKIPS = (
    Skip(
        "alb/AccessLogsBucket",
        ("prod",),
        ("cfn-guard CT.S3.PR.10",),
        "Elastic Load Balancing delivers logs into buckets with SSE-S3 only, into none with a KMS key",
    ),
    Skip(
        "alb/AccessLogsBucket",
        ("prod",),
        ("cfn-guard CT.S3.PR.2", "checkov CKV_AWS_18"),
        "it is the bucket for logs; one of its own would have to be logged too",
    ),
    Skip(
        "alb/AccessLogsBucket",
        ("prod",),
        ("cfn-guard CT.S3.PR.11", "cfn-guard CT.S3.PR.9", "checkov CKV_AWS_21"),
        "logs are written once, under names of their own, and expire, which a lock would keep them from",
    ),
    Skip(
        "alb/AccessLogsBucket",
        ("prod",),
        ("cfn-guard CT.S3.PR.4",),
        "nobody waits for a log file to arrive",
    ),
    Skip(
        "alb/AlbIngressHttp",
        EVERY,
        ("checkov CKV_AWS_260",),
        "port 80 answers with a redirect to HTTPS and nothing else; people type names without https",
    ),
    Skip(
        "alb/LoadBalancer",
        ("dev",),
        ("cfn-guard CT.ELASTICLOADBALANCING.PR.5",),
        "a development stack is deleted and made again; `AlbDeletionProtection` switches it on",
    ),
    Skip(
        "alb/LoadBalancer",
        ("dev",),
        ("cfn-guard CT.ELASTICLOADBALANCING.PR.6", "checkov CKV_AWS_91"),
        "nobody reads the access logs of dev; `AccessLogsMode` switches them on",
    ),
    Skip(
        "ecs/Cluster",
        ("dev",),
        ("cfn-guard CT.ECS.PR.2", "checkov CKV_AWS_65"),
        "nobody looks at the containers' metrics of dev, which are paid for; `ContainerInsights` switches them on",
    ),
    Skip(
        "ecs/Cluster",
        ("prod",),
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
        ("dev",),
        ("cfn-guard CT.CLOUDWATCH.PR.2",),
        "logs of dev are read in the week in which they are written",
    ),
    Skip(
        "ecs/LogGroup",
        EVERY,
        ("cfn-guard CT.CLOUDWATCH.PR.3", "checkov CKV_AWS_158"),
        "CloudWatch Logs encrypts with a key of its own; `KmsKeyArn` names yours, which somebody has to own",
    ),
    Skip(
        "ecs/Service",
        ("dev",),
        ("cfn-guard CT.ECS.PR.9",),
        "without a NAT gateway, which is paid for by the hour, a task needs the address to pull its image; "
        "its security group lets in the load balancer and other tasks alone",
    ),
    Skip(
        "ecs/TaskDefinition",
        EVERY,
        ("cfn-guard CT.ECS.PR.3", "cfn-guard CT.ECS.PR.6"),
        "nginx's image starts as root to open port 80, gives its workers another user, and writes to its file system; "
        "`ContainerUser` and `ReadonlyRootFilesystem` are for an image that can do without",
    ),
    Skip(
        "ecs/TaskDefinition",
        EVERY,
        ("cfn-guard CT.ECS.PR.7",),
        "on Fargate the task's memory is the hard limit, and there is one container in it",
    ),
    Skip(
        "network/FlowLogGroup",
        ("prod",),
        ("cfn-guard CT.CLOUDWATCH.PR.3", "checkov CKV_AWS_158"),
        "as for ecs/LogGroup: `KmsKeyArn` is the key of both",
    ),
    Skip(
        "network/*Subnet?",
        EVERY,
        ("cfn-lint W3010", "cloudformation-validate W3010"),
        "zones stand there by name because they are put in here; in the template they are parameters",
    ),
    Skip(
        "service-role/Resources*",
        EVERY,
        ("checkov CKV_AWS_109", "checkov CKV_AWS_111"),
        "what CloudFormation creates has no ARN yet that could be named; roles, which it names after the stack, are",
    ),
)
