"""PostgreSQL as an Aurora cluster."""

from tests.templates.everything import AURORA
from tests.templates.resolved import document, tree


def test_it_takes_tls_alone_by_the_group_of_its_major_version() -> None:
    data = tree(**AURORA, DatabaseMajorVersion="16")["data"]
    assert data.properties("ClusterParameters")["Family"] == "aurora-postgresql16"
    assert data.properties("ClusterParameters")["Parameters"] == {"rds.force_ssl": "1"}
    assert data.properties("DatabaseCluster")["DBClusterParameterGroupName"] == "data.ClusterParameters"


def test_its_instances_take_what_they_need_between_two_limits() -> None:
    data = tree(**AURORA, DatabaseMinCapacity="1", DatabaseMaxCapacity="16")["data"]
    limits = data.properties("DatabaseCluster")["ServerlessV2ScalingConfiguration"]
    assert limits == {"MinCapacity": "1", "MaxCapacity": "16"}
    assert data.properties("DatabaseWriter")["DBInstanceClass"] == "db.serverless"


def test_the_version_is_the_cluster_s_alone() -> None:
    data = tree(**AURORA, DatabaseMultiAz="true")["data"]
    assert not [one for one in data.of_type("AWS::RDS::DBInstance") if "EngineVersion" in one]
    assert {one["DBClusterIdentifier"] for one in data.of_type("AWS::RDS::DBInstance")} == {"data.DatabaseCluster"}


def test_the_first_instance_is_the_one_that_writes() -> None:
    assert document("data")["Resources"]["DatabaseReader"]["DependsOn"] == "DatabaseWriter"


def test_the_least_capacity_is_no_more_than_the_most() -> None:
    rule = document("root")["Rules"]["DatabaseCapacityInOrder"]
    said = [item["AssertDescription"] for item in rule["Assertions"]]
    assert said[0] == "DatabaseMinCapacity 2 needs a DatabaseMaxCapacity of at least 2"
    assert said[-1] == "DatabaseMinCapacity 128 needs a DatabaseMaxCapacity of at least 128"
