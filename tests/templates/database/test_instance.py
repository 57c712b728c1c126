"""PostgreSQL as one RDS instance."""

import pytest

from tests.templates.everything import DATABASE
from tests.templates.resolved import tree


def test_it_takes_tls_alone_by_the_group_of_its_major_version() -> None:
    data = tree(**DATABASE, DatabaseMajorVersion="16")["data"]
    assert data.properties("InstanceParameters")["Family"] == "postgres16"
    assert data.properties("InstanceParameters")["Parameters"] == {"rds.force_ssl": "1"}
    assert data.properties("DatabaseInstance")["DBParameterGroupName"] == "data.InstanceParameters"
    assert data.properties("DatabaseInstance")["EngineVersion"] == "16"


@pytest.mark.parametrize("several", ["true", "false"])
def test_a_standby_is_a_setting(several: str) -> None:
    assert tree(**DATABASE, DatabaseMultiAz=several)["data"].properties("DatabaseInstance")["MultiAZ"] == several


def test_its_storage_grows_by_itself() -> None:
    instance = tree(**DATABASE, DatabaseStorageGb="50", DatabaseMaxStorageGb="500")["data"].properties(
        "DatabaseInstance"
    )
    assert (instance["StorageType"], instance["AllocatedStorage"], instance["MaxAllocatedStorage"]) == (
        *("gp3", "50"),
        "500",
    )
