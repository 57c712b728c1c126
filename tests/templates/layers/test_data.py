"""data: a database where one is asked for, and no layer where none is."""

from pathlib import Path

import pytest

from tests.templates.everything import AURORA, DATABASE, PRIVATE
from tests.templates.resolved import document, tree
from tests.templates.system import System
from tests.templates.test_every_parameter import refusals

COMMON = {"DatabaseSubnetGroup", "DatabaseSecurityGroup", "DatabaseIngressFromApp", "DatabaseMonitoringRole"}
OF_INSTANCE = {"InstanceLogGroup", "UpgradeLogGroup", "InstanceParameters", "DatabaseInstance"}
OF_CLUSTER = {"ClusterLogGroup", "ClusterParameters", "DatabaseCluster", "DatabaseWriter"}
EXPORTED = {"DatabaseHost", "DatabasePort", "DatabaseName", "DatabaseSecretArn"}


def test_by_default_there_is_no_such_layer_and_nothing_of_it_is_exported() -> None:
    layers = tree()
    assert "data" not in layers
    assert not EXPORTED & layers["root"].outputs.keys()


@pytest.mark.parametrize(
    ("values", "resources"),
    [
        (DATABASE, COMMON | OF_INSTANCE),
        ({**DATABASE, "DatabaseMultiAz": "true"}, COMMON | OF_INSTANCE),
        (AURORA, COMMON | OF_CLUSTER),
        ({**AURORA, "DatabaseMultiAz": "true"}, COMMON | OF_CLUSTER | {"DatabaseReader"}),
        ({**AURORA, "AlarmTopicArn": "arn:aws:sns:ap-northeast-1:123456789012:ops"}, {"DatabaseCpuAlarm"}),
    ],
)
def test_each_kind_has_its_own_resources_and_none_of_the_other(values: dict[str, str], resources: set[str]) -> None:
    there = tree(**values)["data"].resources.keys()
    assert there == (resources if len(resources) > 1 else COMMON | OF_CLUSTER | resources)


@pytest.mark.parametrize(
    ("values", "database"), [(DATABASE, "data.DatabaseInstance"), (AURORA, "data.DatabaseCluster")]
)
def test_where_it_is_and_its_secret_are_told_of_the_one_that_is_there(values: dict[str, str], database: str) -> None:
    outputs = tree(**values)["root"].outputs
    assert {name: outputs[name] for name in EXPORTED} == {
        "DatabaseHost": f"{database}.Endpoint.Address",
        "DatabasePort": f"{database}.Endpoint.Port",
        "DatabaseName": "app",
        "DatabaseSecretArn": f"{database}.MasterUserSecret.SecretArn",
    }
    assert all(document("root")["Outputs"][name]["Condition"] == "DatabaseOn" for name in EXPORTED)


def test_what_stands_ends_in_aws_s_forms() -> None:
    for values, host, secret in (
        (DATABASE, r"database.", "secret:rds!db-"),
        (AURORA, r"database.cluster-", "secret:rds!cluster-"),
    ):
        system = System()
        assert system.deploy(**values) == "CREATE_COMPLETE"
        told = {row["OutputKey"]: row["OutputValue"] for row in system.play.stack("system")["Outputs"]}
        assert told["DatabaseHost"].startswith(host)
        assert told["DatabaseHost"].endswith(".ap-northeast-1.rds.amazonaws.com")
        assert (told["DatabasePort"], told["DatabaseName"]) == ("5432", "app")
        assert secret in told["DatabaseSecretArn"]


def test_a_protection_is_left_out_of_a_creation() -> None:
    assert document("data")["Metadata"]["Deployment"]["AtCreation"] == {"DatabaseDeletionProtection": "false"}
    assert document("root")["Parameters"]["DatabaseDeletionProtection"]["Default"] == "false"


@pytest.mark.parametrize("mode", ["instance", "aurora"])
def test_a_database_needs_private_subnets(tmp_path: Path, mode: str) -> None:
    said = refusals(tmp_path, DatabaseMode=mode)
    assert any("a DatabaseMode needs PrivateSubnet1Cidr and PrivateSubnet2Cidr" in one for one in said)
    assert refusals(tmp_path, **PRIVATE, DatabaseMode=mode) == []


def test_production_has_a_second_instance(tmp_path: Path) -> None:
    values = {**PRIVATE, "EnvironmentClass": "prod", "AlbDeletionProtection": "true", "AccessLogsMode": "create"}
    on = {**values, "DatabaseMode": "aurora", "DatabaseDeletionProtection": "true"}
    [said] = refusals(tmp_path, **on)
    assert "EnvironmentClass prod needs DatabaseMultiAz true beside a DatabaseMode" in said
    assert refusals(tmp_path, **on, DatabaseMultiAz="true") == []
