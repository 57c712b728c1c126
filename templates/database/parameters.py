"""What the database leaves to the person who deploys it, and the conditions that follow from that."""

from typing import Any

from troposphere import And, Condition, Equals, Not, Parameter, Ref

from templates.parts.parameters import (
    ALARMS,
    BOUNDARY,
    HYPHENATED,
    KMS_KEY,
    RETENTIONS,
    alarm_topic_arn,
    app_name,
    choice,
    is_given,
    is_on,
    kms_key_arn,
    may_replace,
    number,
    optional,
    permissions_boundary_arn,
    replaces,
    switch,
    vpc_id,
)

# Conditions
INSTANCE = "DatabaseIsInstance"
AURORA = "DatabaseIsAurora"
READER = "DatabaseReaderOn"
DATABASE_KEY = "DatabaseKmsKeyGiven"

# What takes another database's place, whichever of the two kinds it is; of a cluster, what it runs on, too.
_DATABASES = ("DatabaseInstance", "DatabaseCluster")
_RUNNING = ("DatabaseWriter", "DatabaseReader")
_LOG_GROUPS = ("InstanceLogGroup", "UpgradeLogGroup", "ClusterLogGroup")

database_mode = choice(
    "DatabaseMode",
    "PostgreSQL in the private subnets: none, one RDS instance, or an Aurora cluster (Serverless v2). From one to "
    "another the database is deleted after a snapshot, and the new one begins empty: nothing moves the data.",
    "none",
    ["none", "instance", "aurora"],
)
database_identifier = Parameter(
    "DatabaseIdentifier",
    Type="String",
    Description=(
        "Name of the database in RDS, of which there is one in account and Region. It names the log groups, which must "
        f"be there before it.{replaces(*_DATABASES, *_LOG_GROUPS)}"
    ),
    Default="database",
    AllowedPattern=HYPHENATED,
    MaxLength=63,
    ConstraintDescription="at most 63 lower-case letters, digits and single hyphens, starting with a letter",
)
database_name = Parameter(
    "DatabaseName",
    Type="String",
    Description=f"Name of the database that PostgreSQL begins with.{replaces(*_DATABASES)}",
    Default="app",
    AllowedPattern="^[a-z][a-z0-9_]*$",
    MaxLength=63,
    ConstraintDescription="at most 63 lower-case letters, digits and underscores, starting with a letter",
)
database_username = Parameter(
    "DatabaseUsername",
    Type="String",
    Description=(
        "Name of the master user. RDS makes its password, keeps it in Secrets Manager and rotates it."
        f"{replaces(*_DATABASES)}"
    ),
    Default="app_owner",
    # What Security Hub's RDS.24 and RDS.25 do not take, and what PostgreSQL or RDS have themselves, is not on offer.
    AllowedPattern="^(?!(admin|postgres|rdsadmin|pg_.*)$)[a-z][a-z0-9_]*$",
    MaxLength=63,
    ConstraintDescription=(
        "at most 63 lower-case letters, digits and underscores, starting with a letter; not admin, postgres, "
        "rdsadmin or pg_..."
    ),
)
database_major_version = choice(
    "DatabaseMajorVersion",
    "Major version of PostgreSQL; minor ones come by themselves. A newer one upgrades the database in place, with "
    "minutes of downtime, and no way leads back: take a snapshot before."
    f"{replaces('InstanceParameters', 'ClusterParameters')}",
    "17",
    ["16", "17"],
)
database_instance_class = Parameter(
    "DatabaseInstanceClass",
    Type="String",
    Description="Class of the RDS instance, for example db.t4g.medium or db.m8g.large. Aurora has none.",
    Default="db.t4g.medium",
    AllowedPattern=r"^db\.[a-z0-9-]+\.[a-z0-9]+$",
    ConstraintDescription="a class of RDS instances, for example db.t4g.medium",
)
database_storage = number(
    "DatabaseStorageGb", "Gigabytes that the RDS instance begins with. Fewer, later, change nothing.", 20, 20, 65536
)
database_max_storage = number(
    "DatabaseMaxStorageGb",
    "Gigabytes up to which the RDS instance's storage grows by itself; a tenth more than DatabaseStorageGb at least.",
    100,
    22,
    65536,
)
database_min_capacity = choice(
    "DatabaseMinCapacity",
    "Fewest Aurora capacity units (2 GiB each) that an instance of the cluster has, paid for day and night.",
    "0.5",
    ["0.5", "1", "2", "4", "8", "16", "32", "64", "128"],
)
database_max_capacity = choice(
    "DatabaseMaxCapacity",
    "Most Aurora capacity units that an instance of the cluster gets.",
    "4",
    ["1", "2", "4", "8", "16", "32", "64", "128", "256"],
)
database_multi_az = switch(
    "DatabaseMultiAz",
    "Whether another instance waits in another zone: a standby of the RDS instance, a reader of the cluster."
    f"{may_replace('DatabaseInstance')}",
    "false",
)
database_backup_retention = number(
    "DatabaseBackupRetentionDays",
    f"Days that RDS keeps automated backups, to any second of which a new database can be restored."
    f"{may_replace('DatabaseInstance')}",
    7,
    1,
    35,
)
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"
_DAY = "(mon|tue|wed|thu|fri|sat|sun)"
database_backup_window = Parameter(
    "DatabaseBackupWindow",
    Type="String",
    Description="When RDS takes the daily backup, in UTC, for half an hour at least.",
    Default="17:00-17:30",
    AllowedPattern=f"^{_TIME}-{_TIME}$",
    ConstraintDescription="two times of the day in UTC, for example 17:00-17:30",
)
database_maintenance_window = Parameter(
    "DatabaseMaintenanceWindow",
    Type="String",
    Description=(
        "When RDS may restart the database for upgrades, in UTC, for half an hour at least, outside of the backup's."
        f"{may_replace('DatabaseInstance', *_RUNNING)}"
    ),
    Default="sun:18:00-sun:18:30",
    AllowedPattern=f"^{_DAY}:{_TIME}-{_DAY}:{_TIME}$",
    ConstraintDescription="a day and two times in UTC, for example sun:18:00-sun:18:30",
)
database_deletion_protection = switch(
    "DatabaseDeletionProtection",
    "Whether RDS refuses to delete the database. Switch it off in an update before DatabaseMode changes.",
    "false",
)
database_log_retention = choice(
    "DatabaseLogRetentionDays", "Days that the database's log is kept in CloudWatch Logs.", 30, RETENTIONS
)
database_kms_key_arn = optional(
    "DatabaseKmsKeyArn",
    "KMS key that encrypts the database, its snapshots and its secret, which services then may decrypt. Empty: AWS's "
    f"own keys.{replaces(*_DATABASES, *_RUNNING)}",
    "arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+",
    "the ARN of a KMS key",
)
# Joined subnets of a sibling, used whole and never taken apart.
private_subnet_ids = Parameter(
    "PrivateSubnetIds",
    Type="CommaDelimitedList",
    Description="Ids of the private subnets, from the network layer.",
)
app_security_group_id = Parameter(
    "AppSecurityGroupId", Type="String", Description="Id of the tasks' security group, from the app-sg layer."
)

PARAMETERS = [
    app_name,
    vpc_id,
    private_subnet_ids,
    app_security_group_id,
    database_mode,
    database_identifier,
    database_name,
    database_username,
    database_major_version,
    database_instance_class,
    database_storage,
    database_max_storage,
    database_min_capacity,
    database_max_capacity,
    database_multi_az,
    database_backup_retention,
    database_backup_window,
    database_maintenance_window,
    database_deletion_protection,
    database_log_retention,
    database_kms_key_arn,
    kms_key_arn,
    permissions_boundary_arn,
    alarm_topic_arn,
]
CONDITIONS: dict[str, Any] = {
    # Without a database there is no such layer.
    INSTANCE: Not(Condition(AURORA)),
    AURORA: Equals(Ref(database_mode), "aurora"),
    READER: And(Condition(AURORA), is_on(database_multi_az)),
    DATABASE_KEY: is_given(database_kms_key_arn),
    KMS_KEY: is_given(kms_key_arn),
    BOUNDARY: is_given(permissions_boundary_arn),
    ALARMS: is_given(alarm_topic_arn),
}
