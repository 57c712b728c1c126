"""Amazon RDS: https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html.

What a control asks of an instance that belongs to a cluster, the cluster decides where the property is the cluster's.
"""

from collections.abc import Callable
from typing import Any

from cloudformation.unknown import ABSENT, Unknown, is_unknown, sources
from templates.security.controls import (
    Check,
    Control,
    Held,
    Service,
    Verdict,
    absent,
    all_of,
    any_item,
    any_of,
    every,
    is_false,
    is_true,
    member,
    negated,
    of_the_account,
    one_of,
)
from templates.security.resolved_system import Resource, System

_INSTANCE, _CLUSTER = "AWS::RDS::DBInstance", "AWS::RDS::DBCluster"
_INTERVALS = ("1", "5", "10", "15", "30", "60")
_LEAST_DAYS = 7
_DEFAULT_NAMES = ("admin", "postgres")
_DEFAULT_PORTS = ("5432", "3306")
_OF_THE_DATABASE = ("DatabaseInstance", "DatabaseCluster", "DatabaseWriter", "DatabaseReader")
_Judged = Callable[[Resource, System], Held]


def _cluster_of(instance: Resource, system: System) -> Resource | None:
    """The cluster that an instance belongs to; None if it is not in a cluster, or that is unknown."""
    named = instance["DBClusterIdentifier"]
    return next((one for one in system.of(_CLUSTER) if system.leads_to(named, one) is True), None)


def _is_alone(instance: Resource) -> bool:
    return instance["DBClusterIdentifier"] is ABSENT


def _by_either(holds: _Judged) -> Check:
    """Judged of an instance outside a cluster, and of the cluster of one in it."""

    def of_instance(instance: Resource, system: System) -> Held:
        cluster = _cluster_of(instance, system)
        return holds(instance, system) if _is_alone(instance) else None if cluster is None else holds(cluster, system)

    return every(_INSTANCE, holds=of_instance)


def _alone(holds: _Judged) -> Check:
    """Judged only of instances outside a cluster; if all are in clusters there is nothing."""

    def check(system: System) -> Verdict:
        own = every(_INSTANCE, holds=lambda one, within: holds(one, within) if _is_alone(one) else True)(system)
        return own if any(_is_alone(one) for one in system.of(_INSTANCE)) else every("none", holds=holds)(system)

    return check


def _of_clusters(holds: _Judged) -> Check:
    return every(_CLUSTER, holds=holds)


def _of_engine(type_name: str, *engines: str) -> Check:
    """A control of databases of these engines; of any other engine it says nothing."""

    def check(system: System) -> Verdict:
        others = [negated(one_of(one["Engine"], engines)) for one in system.of(type_name)]
        return every(type_name if all_of(others) is not True else "none", holds=lambda one, _: None)(system)

    return check


def _encrypted(database: Resource, system: System) -> Held:
    return is_true(database["StorageEncrypted"])


def _protected(database: Resource, system: System) -> Held:
    return is_true(database["DeletionProtection"])


def _kept_a_week(database: Resource, system: System) -> Held:
    # Left out, RDS keeps backups for a day.
    days = database["BackupRetentionPeriod"]
    return False if days is ABSENT else None if is_unknown(days) else int(days) >= _LEAST_DAYS


def _tags_on_snapshots(database: Resource, system: System) -> Held:
    return is_true(database["CopyTagsToSnapshot"])


def _by_iam(database: Resource, system: System) -> Held:
    return is_true(database["EnableIAMDatabaseAuthentication"])


def _publishes(*logs: str) -> _Judged:
    def holds(database: Resource, system: System) -> Held:
        exported = database["EnableCloudwatchLogsExports"]
        return all_of(any_item(exported, lambda one, log=log: one_of(one, (log,))) for log in logs)  # type: ignore[misc]

    return holds


def _all_logs(database: Resource, system: System) -> Held:
    logs = ("postgresql",) if database.type == _CLUSTER else ("postgresql", "upgrade")
    return _publishes(*logs)(database, system)


def _another_name(database: Resource, system: System) -> Held:
    return negated(one_of(database["MasterUsername"], _DEFAULT_NAMES))


def _another_port(database: Resource, system: System) -> Held:
    # Left out, it is the engine's own.
    return negated(one_of(database["Port"], _DEFAULT_PORTS, absent=True))


def _in_several_zones(cluster: Resource, system: System) -> Held:
    """An Aurora cluster is where its instances are, which Aurora puts into different zones."""
    instances = [one for one in system.of(_INSTANCE) if system.leads_to(one["DBClusterIdentifier"], cluster)]
    return len(instances) > 1 if all(one.certain for one in instances) else None


def _tls_alone(instance: Resource, system: System) -> Held:
    groups = [
        one
        for one in system.of("AWS::RDS::DBParameterGroup")
        if system.leads_to(instance["DBParameterGroupName"], one) is True
    ]
    # The default group of PostgreSQL 15 and later asks for TLS, too; which version it is decides.
    return one_of(member(groups[0]["Parameters"], "rds.force_ssl"), ("1",)) if groups else None


def _not_in_public_subnets(instance: Resource, system: System) -> Held:
    held = _cluster_of(instance, system) or instance
    groups = [
        one for one in system.of("AWS::RDS::DBSubnetGroup") if system.leads_to(held["DBSubnetGroupName"], one) is True
    ]
    return _private(groups[0]["SubnetIds"], system) if groups else None


def _private(subnets: Any, system: System) -> Held:
    values = subnets if isinstance(subnets, list) else [subnets]
    named = {(one.path, one.name) for value in values if isinstance(value, Unknown) for one in sources(value)}
    known = {(one.path, one.name): one for one in system.of("AWS::EC2::Subnet")}
    if not named or not named <= known.keys() or not all(isinstance(value, Unknown) for value in values):
        return None
    return negated(any_of(_leads_out(known[at], system) for at in named))


def _leads_out(subnet: Resource, system: System) -> Held:
    """Whether the table of a subnet has a route to an internet gateway."""
    tables = [
        one["RouteTableId"]
        for one in system.of("AWS::EC2::SubnetRouteTableAssociation")
        if one["SubnetId"] == subnet.ref
    ]
    return any(
        route["GatewayId"] is not ABSENT and route["RouteTableId"] in tables for route in system.of("AWS::EC2::Route")
    )


_PORT = dict.fromkeys(_OF_THE_DATABASE, "the security group, and no other number, keeps everybody but the tasks out")
_A_WEEK = {f"DatabaseBackupRetentionDays@{name}": "7" for name in _OF_THE_DATABASE}
_EVENTS = "subscriptions to events are the account's, of all its databases"
_CONTROLS = (
    Control((1,), "snapshots are private", of_the_account, note="no template shares one"),
    Control((2,), "no public addresses", every(_INSTANCE, holds=lambda one, _: is_false(one["PubliclyAccessible"]))),
    Control((3,), "instances are encrypted", _by_either(_encrypted)),
    Control((4,), "snapshots are encrypted", _by_either(_encrypted), note="as the database that they are of"),
    Control(
        (5,),
        "instances have a standby in another zone",
        _alone(lambda one, _: is_true(one["MultiAZ"])),
        {"DatabaseMultiAz@DatabaseInstance": "true"},
    ),
    Control(
        (6,),
        "Enhanced Monitoring is on",
        every(_INSTANCE, holds=lambda one, _: one_of(one["MonitoringInterval"], _INTERVALS)),
    ),
    Control(
        (7,),
        "clusters have deletion protection",
        _of_clusters(_protected),
        {"DatabaseDeletionProtection@DatabaseCluster": "true"},
    ),
    Control(
        (8,),
        "instances have deletion protection",
        _alone(_protected),
        {"DatabaseDeletionProtection@DatabaseInstance": "true"},
    ),
    Control((9,), "logs go to CloudWatch Logs", _by_either(_all_logs)),
    Control((10,), "instances let IAM authenticate", _by_either(_by_iam)),
    Control(
        (11,),
        "instances have backups of a week",
        _by_either(_kept_a_week),
        _A_WEEK,
    ),
    Control((12,), "clusters let IAM authenticate", _of_clusters(_by_iam)),
    Control(
        (13,),
        "minor versions come by themselves",
        every(_INSTANCE, holds=lambda one, _: is_true(one["AutoMinorVersionUpgrade"], absent=True)),
    ),
    Control((14, 34, 45), "Aurora MySQL", _of_engine(_CLUSTER, "aurora-mysql", "aurora")),
    Control(
        (15,),
        "clusters are in several zones",
        _of_clusters(_in_several_zones),
        {"DatabaseMultiAz@DatabaseCluster": "true"},
    ),
    Control((16,), "snapshots of clusters have their tags", _of_clusters(_tags_on_snapshots)),
    Control((17,), "snapshots of instances have their tags", _by_either(_tags_on_snapshots)),
    Control((19, 20), "existing subscriptions report critical events", absent("AWS::RDS::EventSubscription")),
    Control((21, 22), "somebody is notified of events of parameter and security groups", of_the_account, note=_EVENTS),
    Control((23,), "not on the engine's own port", _by_either(_another_port), because=_PORT),
    Control((24,), "the master user of clusters has a name of its own", _of_clusters(_another_name)),
    Control((25,), "the master user of instances has a name of its own", _by_either(_another_name)),
    Control((27,), "clusters are encrypted", _of_clusters(_encrypted)),
    Control((35, 47), "Multi-AZ DB clusters", _of_engine(_CLUSTER, "postgres", "mysql")),
    Control((36,), "instances of PostgreSQL publish their log", _alone(_publishes("postgresql"))),
    Control((37,), "clusters of Aurora PostgreSQL publish their log", _of_clusters(_publishes("postgresql"))),
    Control((38,), "instances of PostgreSQL take TLS alone", _alone(_tls_alone), standard="not in the standard's list"),
    Control(
        (40, 41, 42, 44, 48),
        "SQL Server, MariaDB and MySQL",
        _of_engine(_INSTANCE, "mysql", "mariadb", "sqlserver-ee", "sqlserver-se", "sqlserver-ex", "sqlserver-web"),
    ),
    Control((43,), "proxies take TLS alone", absent("AWS::RDS::DBProxy")),
    Control((46,), "not in public subnets", every(_INSTANCE, holds=_not_in_public_subnets)),
    Control(
        (50,),
        "clusters have backups of a week",
        _of_clusters(_kept_a_week),
        _A_WEEK,
    ),
    Control((51,), "global clusters", absent("AWS::RDS::GlobalCluster")),
)

SERVICES = (Service("Amazon RDS", "RDS", "rds-controls", _CONTROLS),)
