"""PostgreSQL as one RDS instance, with a standby in another zone where that is asked for."""

from troposphere import Ref, Snapshot, Sub
from troposphere.ec2 import SecurityGroup
from troposphere.iam import Role
from troposphere.logs import LogGroup
from troposphere.rds import DBInstance, DBParameterGroup, DBSubnetGroup

from templates.database.access import PORT, name_tag
from templates.database.parameters import (
    INSTANCE,
    database_identifier,
    database_instance_class,
    database_max_storage,
    database_multi_az,
    database_name,
    database_storage,
)
from templates.database.standing import TLS_ONLY, holding_data, running


def parameter_group() -> DBParameterGroup:
    """Give the settings of PostgreSQL."""
    return DBParameterGroup(
        "InstanceParameters",
        Condition=INSTANCE,
        Description="PostgreSQL with TLS only",
        Family=Sub("postgres${DatabaseMajorVersion}"),
        Parameters=TLS_ONLY,
        Tags=name_tag(),
    )


def instance(
    settings: DBParameterGroup, subnets: DBSubnetGroup, group: SecurityGroup, role: Role, logs: list[LogGroup]
) -> DBInstance:
    """Give the instance; what goes, goes after a snapshot."""
    return DBInstance(
        "DatabaseInstance",
        Condition=INSTANCE,
        DeletionPolicy=Snapshot,
        UpdateReplacePolicy=Snapshot,
        DependsOn=logs,
        Engine="postgres",
        DBInstanceIdentifier=Ref(database_identifier),
        DBInstanceClass=Ref(database_instance_class),
        DBName=Ref(database_name),
        Port=str(PORT),
        StorageType="gp3",
        AllocatedStorage=Ref(database_storage),
        MaxAllocatedStorage=Ref(database_max_storage),
        MultiAZ=Ref(database_multi_az),
        DBParameterGroupName=Ref(settings),
        # Without it, RDS refuses another major version.
        AllowMajorVersionUpgrade=True,
        VPCSecurityGroups=[Ref(group)],
        EnableCloudwatchLogsExports=["postgresql", "upgrade"],
        **holding_data(subnets),
        **running(role),
    )
