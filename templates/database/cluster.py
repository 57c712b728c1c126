"""PostgreSQL as an Aurora cluster: storage of its own, and instances that take as much capacity as they need."""

from typing import Any

from troposphere import Delete, Ref, Snapshot, Sub
from troposphere.ec2 import SecurityGroup
from troposphere.iam import Role
from troposphere.logs import LogGroup
from troposphere.rds import (
    DBCluster,
    DBClusterParameterGroup,
    DBInstance,
    DBSubnetGroup,
    ServerlessV2ScalingConfiguration,
)

from templates.database.access import PORT, name_tag
from templates.database.parameters import (
    AURORA,
    READER,
    database_identifier,
    database_maintenance_window,
    database_max_capacity,
    database_min_capacity,
    database_name,
)
from templates.database.standing import TLS_ONLY, holding_data, running

_ENGINE = "aurora-postgresql"


def parameter_group() -> DBClusterParameterGroup:
    """Give the settings of PostgreSQL."""
    return DBClusterParameterGroup(
        "ClusterParameters",
        Condition=AURORA,
        Description="Aurora PostgreSQL with TLS only",
        Family=Sub(f"{_ENGINE}${{DatabaseMajorVersion}}"),
        Parameters=TLS_ONLY,
        Tags=name_tag(),
    )


def cluster(
    settings: DBClusterParameterGroup, subnets: DBSubnetGroup, group: SecurityGroup, logs: LogGroup
) -> DBCluster:
    """Give the cluster, which has the data; it is deleted after a snapshot."""
    return DBCluster(
        "DatabaseCluster",
        Condition=AURORA,
        DeletionPolicy=Snapshot,
        UpdateReplacePolicy=Snapshot,
        DependsOn=logs,
        Engine=_ENGINE,
        DBClusterIdentifier=Ref(database_identifier),
        DatabaseName=Ref(database_name),
        Port=PORT,
        ServerlessV2ScalingConfiguration=ServerlessV2ScalingConfiguration(
            MinCapacity=Ref(database_min_capacity), MaxCapacity=Ref(database_max_capacity)
        ),
        DBClusterParameterGroupName=Ref(settings),
        VpcSecurityGroupIds=[Ref(group)],
        EnableCloudwatchLogsExports=["postgresql"],
        PreferredMaintenanceWindow=Ref(database_maintenance_window),
        **holding_data(subnets),
        Tags=name_tag(),
    )


def instances(of: DBCluster, role: Role) -> list[DBInstance]:
    """Give the instance that writes, and the one that reads and waits in another zone; neither has data."""
    writer = _instance("DatabaseWriter", AURORA, of, role)
    # The first that is there writes.
    return [writer, _instance("DatabaseReader", READER, of, role, DependsOn=writer)]


def _instance(title: str, condition: str, of: DBCluster, role: Role, **after: Any) -> DBInstance:
    return DBInstance(
        title,
        Condition=condition,
        **after,
        DeletionPolicy=Delete,
        UpdateReplacePolicy=Delete,
        Engine=_ENGINE,
        DBClusterIdentifier=Ref(of),
        DBInstanceClass="db.serverless",
        **running(role),
    )
