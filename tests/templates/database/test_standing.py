"""What both kinds of database have."""

from typing import Any

import pytest

from tests.templates.everything import AURORA, DATABASE
from tests.templates.resolved import tree

KEY = "arn:aws:kms:ap-northeast-1:123456789012:key/0d0a"
KINDS = [(DATABASE, "DatabaseInstance"), (AURORA, "DatabaseCluster")]


def holding(values: dict[str, str], name: str, **more: str) -> dict[str, Any]:
    return tree(**values, **more)["data"].properties(name)


@pytest.mark.parametrize(("values", "name"), KINDS)
def test_rds_makes_and_rotates_the_password_and_no_template_has_one(values: dict[str, str], name: str) -> None:
    database = holding(values, name)
    assert database["ManageMasterUserPassword"] is True
    assert "MasterUserPassword" not in database
    assert database["MasterUsername"] == "app_owner"
    assert database["EnableIAMDatabaseAuthentication"] is True


@pytest.mark.parametrize(("values", "name"), KINDS)
def test_data_is_encrypted_backed_up_and_its_snapshots_have_its_tags(values: dict[str, str], name: str) -> None:
    database = holding(values, name)
    assert database["StorageEncrypted"] is True
    assert database["CopyTagsToSnapshot"] is True
    assert (database["BackupRetentionPeriod"], database["PreferredBackupWindow"]) == ("7", "17:00-17:30")
    assert database["DeletionProtection"] == "false"


@pytest.mark.parametrize(("values", "name"), KINDS)
def test_a_key_of_ones_own_encrypts_data_secret_and_what_is_measured(values: dict[str, str], name: str) -> None:
    without, given = holding(values, name), holding(values, name, DatabaseKmsKeyArn=KEY)
    assert not {"KmsKeyId", "MasterUserSecret", "PerformanceInsightsKMSKeyId"} & without.keys()
    assert (given["KmsKeyId"], given["MasterUserSecret"]) == (KEY, {"KmsKeyId": KEY})
    instances = tree(**values, DatabaseKmsKeyArn=KEY)["data"].of_type("AWS::RDS::DBInstance")
    assert {one["PerformanceInsightsKMSKeyId"] for one in instances} == {KEY}


@pytest.mark.parametrize(("values", "name"), KINDS)
def test_what_goes_leaves_a_snapshot_and_what_holds_no_data_none(values: dict[str, str], name: str) -> None:
    data = tree(**values, DatabaseMultiAz="true")["data"]
    assert {data.resources[name][policy] for policy in ("DeletionPolicy", "UpdateReplacePolicy")} == {"Snapshot"}
    for running in {"DatabaseWriter", "DatabaseReader"} & data.resources.keys():
        policies = {data.resources[running][policy] for policy in ("DeletionPolicy", "UpdateReplacePolicy")}
        assert policies == {"Delete"}


@pytest.mark.parametrize(("values", "name"), KINDS)
def test_an_alarm_looks_at_the_database_that_is_there(values: dict[str, str], name: str) -> None:
    topic = "arn:aws:sns:ap-northeast-1:123456789012:ops"
    alarm = holding(values, "DatabaseCpuAlarm", AlarmTopicArn=topic, DatabaseIdentifier="shop")
    dimension = "DBInstanceIdentifier" if name == "DatabaseInstance" else "DBClusterIdentifier"
    assert alarm["Dimensions"] == [{"Name": dimension, "Value": "shop"}]
    assert alarm["AlarmActions"] == [topic]
