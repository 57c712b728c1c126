"""What is seen of the database: its log in CloudWatch Logs, and the role that its operating system is watched with.

RDS makes the log groups of a database that has none, and they never expire. So they are made before it, and the
database has a name of its own, which is in theirs (aws-cloudformation/cloudformation-coverage-roadmap#190).
"""

from troposphere import Delete, Ref, Retain, Sub
from troposphere.iam import Role
from troposphere.logs import LogGroup

from templates.database.access import name_tag
from templates.database.parameters import AURORA, INSTANCE, database_log_retention
from templates.parts.parameters import BOUNDARY, KMS_KEY, given, kms_key_arn, permissions_boundary_arn
from templates.parts.policies import aws_managed, trusted_by

# Seconds between two looks at the operating system; what is seen is in the account's group RDSOSMetrics.
MONITORING_INTERVAL = 60


def instance_log_groups() -> list[LogGroup]:
    """Give the groups of an RDS instance: its log, and that of upgrades to another major version."""
    return [
        _log_group("InstanceLogGroup", INSTANCE, "instance", "postgresql"),
        _log_group("UpgradeLogGroup", INSTANCE, "instance", "upgrade"),
    ]


def cluster_log_group() -> LogGroup:
    """Give the group of an Aurora cluster, which has the log of all its instances."""
    return _log_group("ClusterLogGroup", AURORA, "cluster", "postgresql")


def _log_group(title: str, condition: str, kind: str, log: str) -> LogGroup:
    return LogGroup(
        title,
        Condition=condition,
        # If retained, it would prevent the next database with this name.
        DeletionPolicy=Delete,
        UpdateReplacePolicy=Retain,
        LogGroupName=Sub(f"/aws/rds/{kind}/${{DatabaseIdentifier}}/{log}"),
        RetentionInDays=Ref(database_log_retention),
        KmsKeyId=given(KMS_KEY, Ref(kms_key_arn)),
        Tags=name_tag(),
    )


def monitoring_role() -> Role:
    """Give the role of Enhanced Monitoring."""
    return Role(
        "DatabaseMonitoringRole",
        AssumeRolePolicyDocument=trusted_by("monitoring.rds"),
        PermissionsBoundary=given(BOUNDARY, Ref(permissions_boundary_arn)),
        ManagedPolicyArns=[aws_managed("service-role/AmazonRDSEnhancedMonitoringRole")],
        Tags=name_tag(),
    )
