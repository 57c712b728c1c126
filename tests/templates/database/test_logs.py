"""The log of the database, and who watches it."""

import pytest

from tests.templates.everything import AURORA, DATABASE
from tests.templates.resolved import tree

KEY = "arn:aws:kms:ap-northeast-1:123456789012:key/0a1b"


@pytest.mark.parametrize(
    ("values", "kind", "database"), [(DATABASE, "instance", "DatabaseInstance"), (AURORA, "cluster", "DatabaseCluster")]
)
def test_every_log_that_is_published_has_a_group_of_its_name_before_the_database_is_there(
    values: dict[str, str], kind: str, database: str
) -> None:
    data = tree(**values, DatabaseIdentifier="shop", DatabaseLogRetentionDays="7")["data"]
    exported = data.properties(database)["EnableCloudwatchLogsExports"]
    groups = {
        name: body["Properties"] for name, body in data.resources.items() if body["Type"] == "AWS::Logs::LogGroup"
    }
    assert {group["LogGroupName"] for group in groups.values()} == {f"/aws/rds/{kind}/shop/{log}" for log in exported}
    assert {group["RetentionInDays"] for group in groups.values()} == {"7"}
    after = data.resources[database]["DependsOn"]
    assert {*([after] if isinstance(after, str) else after)} == groups.keys()


def test_groups_are_encrypted_with_the_key_of_all_groups() -> None:
    for values in (DATABASE, AURORA):
        groups = tree(**values, KmsKeyArn=KEY)["data"].of_type("AWS::Logs::LogGroup")
        assert groups
        assert all(group["KmsKeyId"] == KEY for group in groups)


def test_the_monitoring_role_is_for_rds_alone_and_limited_as_every_role_is() -> None:
    boundary = "arn:aws:iam::123456789012:policy/limit"
    role = tree(**AURORA, PermissionsBoundaryArn=boundary)["data"].properties("DatabaseMonitoringRole")
    [statement] = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "monitoring.rds.amazonaws.com"}
    assert role["PermissionsBoundary"] == boundary
    assert role["ManagedPolicyArns"] == ["arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"]
