"""What the two kinds of database have in common: encryption, the secret, backups, protection, TLS, an alarm."""

from collections.abc import Mapping
from typing import Any

from troposphere import GetAtt, If, Ref
from troposphere.cloudwatch import Alarm
from troposphere.iam import Role
from troposphere.rds import DBCluster, DBInstance, DBSubnetGroup, MasterUserSecret

from templates.database.access import name_tag
from templates.database.logs import MONITORING_INTERVAL
from templates.database.parameters import (
    AURORA,
    DATABASE_KEY,
    database_backup_retention,
    database_backup_window,
    database_deletion_protection,
    database_identifier,
    database_kms_key_arn,
    database_maintenance_window,
    database_major_version,
    database_username,
)
from templates.parts.alarms import alarm
from templates.parts.parameters import ALARMS, given

# Without TLS, PostgreSQL takes no connection.
TLS_ONLY = {"rds.force_ssl": "1"}


def holding_data(subnets: DBSubnetGroup) -> dict[str, Any]:
    """Give the properties of the instance or cluster with the data: encryption, secret, backups, protection."""
    return {
        "EngineVersion": Ref(database_major_version),
        "DBSubnetGroupName": Ref(subnets),
        "MasterUsername": Ref(database_username),
        "ManageMasterUserPassword": True,
        "MasterUserSecret": given(DATABASE_KEY, MasterUserSecret(KmsKeyId=Ref(database_kms_key_arn))),
        "EnableIAMDatabaseAuthentication": True,
        "StorageEncrypted": True,
        "KmsKeyId": given(DATABASE_KEY, Ref(database_kms_key_arn)),
        "BackupRetentionPeriod": Ref(database_backup_retention),
        "PreferredBackupWindow": Ref(database_backup_window),
        "CopyTagsToSnapshot": True,
        "DeletionProtection": Ref(database_deletion_protection),
    }


def running(role: Role) -> dict[str, Any]:
    """Give the properties of what runs PostgreSQL, alone or in a cluster: reach, maintenance, what is measured."""
    return {
        "PubliclyAccessible": False,
        "AutoMinorVersionUpgrade": True,
        "PreferredMaintenanceWindow": Ref(database_maintenance_window),
        # Seven days of it cost nothing.
        "EnablePerformanceInsights": True,
        "PerformanceInsightsRetentionPeriod": 7,
        "PerformanceInsightsKMSKeyId": given(DATABASE_KEY, Ref(database_kms_key_arn)),
        "MonitoringInterval": MONITORING_INTERVAL,
        "MonitoringRoleArn": GetAtt(role, "Arn"),
        "Tags": name_tag(),
    }


def of_either(cluster: DBCluster, instance: DBInstance, attribute: str) -> If:
    """Give an attribute of the one that is there."""
    return If(AURORA, GetAtt(cluster, attribute), GetAtt(instance, attribute))


def cpu_alarm() -> Alarm:
    """Give the alarm on the CPU of the database."""
    dimensions: Mapping[Any, Any] = {
        If(AURORA, "DBClusterIdentifier", "DBInstanceIdentifier"): Ref(database_identifier)
    }
    return alarm(
        *("DatabaseCpuAlarm", ALARMS, "AWS/RDS CPUUtilization", "Average", 80),
        dimensions,
        "The database uses more than 80 % of its CPU.",
    )
