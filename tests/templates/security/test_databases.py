"""The controls of Amazon RDS, over both kinds of database: what breaks each, and that alone."""

from typing import Any

import pytest

from cloudformation.environment.environment_file import Environment
from templates.security.controls import ACCOUNT, FAILS, NOT_KNOWN, NOTHING_THERE, PASSES
from tests.templates.security.changed_system import (
    NOT_KNOWN_BEFORE,
    Change,
    drop,
    environment,
    everything,
    put,
    states,
    system,
    verdicts,
)

ON = {"DatabaseMultiAz": "true", "DatabaseDeletionProtection": "true", "DatabaseLogRetentionDays": "365"}
INSTANCE, CLUSTER, WRITER = (("data", name) for name in ("DatabaseInstance", "DatabaseCluster", "DatabaseWriter"))
SETTINGS = ("data", "InstanceParameters")
ALONE = {"RDS.5", "RDS.8", "RDS.36", "RDS.38"}
OF_CLUSTERS = {"RDS.7", "RDS.12", "RDS.15", "RDS.16", "RDS.24", "RDS.27", "RDS.37", "RDS.50"}
EVERY = {*("RDS.2", "RDS.3", "RDS.4", "RDS.6", "RDS.9", "RDS.10", "RDS.11", "RDS.13"), "RDS.17", "RDS.25", "RDS.46"}
ELSEWHERE = {"RDS.14", "RDS.19", "RDS.35", "RDS.40", "RDS.43", "RDS.51"}
PORT = "RDS.23"


def of(mode: str, **values: str) -> Environment:
    return environment(DatabaseMode=mode, **ON | values)


def difference(environment: Environment, change: Change) -> dict[str, str]:
    """What the controls of RDS say otherwise once something is changed."""
    before, after = rds(states(system(environment))), rds(states(system(environment, change)))
    return {name: state for name, state in after.items() if state != before[name]}


def rds(states: dict[str, str]) -> dict[str, str]:
    return {name: state for name, state in states.items() if name.startswith("RDS.")}


@pytest.mark.parametrize(
    ("mode", "passing", "nothing"),
    [
        ("none", set(), ALONE | OF_CLUSTERS | EVERY | {PORT}),
        ("instance", ALONE, OF_CLUSTERS),
        ("aurora", OF_CLUSTERS, ALONE),
    ],
)
def test_all_that_can_pass_passes_and_the_port_is_accepted(mode: str, passing: set[str], nothing: set[str]) -> None:
    judged = rds(states(system(of(mode))))
    passes = {name for name, state in judged.items() if state == PASSES}
    assert passes == (passing | EVERY if mode != "none" else set())
    assert {name for name, state in judged.items() if state == NOTHING_THERE} == nothing | ELSEWHERE
    assert {name for name, state in judged.items() if state == ACCOUNT} == {"RDS.1", "RDS.21"}
    assert {name for name, state in judged.items() if state in (FAILS, NOT_KNOWN)} == ({PORT} if passing else set())
    [control] = [one for name, _, one in everything() if name == PORT]
    assert control.accepts(verdicts(system(of(mode)))[PORT]) is bool(passing)


@pytest.mark.parametrize(
    ("mode", "values", "control", "setting"),
    [
        ("instance", {"DatabaseMultiAz": "false"}, "RDS.5", {"DatabaseMultiAz": "true"}),
        ("instance", {"DatabaseDeletionProtection": "false"}, "RDS.8", {"DatabaseDeletionProtection": "true"}),
        ("instance", {"DatabaseBackupRetentionDays": "6"}, "RDS.11", {"DatabaseBackupRetentionDays": "7"}),
        ("aurora", {"DatabaseMultiAz": "false"}, "RDS.15", {"DatabaseMultiAz": "true"}),
        ("aurora", {"DatabaseDeletionProtection": "false"}, "RDS.7", {"DatabaseDeletionProtection": "true"}),
        ("aurora", {"DatabaseBackupRetentionDays": "6"}, "RDS.50", {"DatabaseBackupRetentionDays": "7"}),
    ],
)
def test_a_failure_names_the_setting_that_makes_it_pass(
    mode: str, values: dict[str, str], control: str, setting: dict[str, str]
) -> None:
    verdict = verdicts(system(of(mode, **values)))[control]
    assert verdict.state == FAILS
    [failing] = [one for name, _, one in everything() if name == control]
    assert failing.settings(verdict) == setting


BREAKS: list[tuple[str, str, Change]] = [
    ("instance", "RDS.2", put(*INSTANCE, "PubliclyAccessible", value=True)),
    ("instance", "RDS.6", put(*INSTANCE, "MonitoringInterval", value=0)),
    ("instance", "RDS.10", drop(*INSTANCE, "EnableIAMDatabaseAuthentication")),
    ("instance", "RDS.13", put(*INSTANCE, "AutoMinorVersionUpgrade", value=False)),
    ("instance", "RDS.17", drop(*INSTANCE, "CopyTagsToSnapshot")),
    ("instance", "RDS.25", put(*INSTANCE, "MasterUsername", value="postgres")),
    ("instance", "RDS.9", put(*INSTANCE, "EnableCloudwatchLogsExports", value=["postgresql"])),
    ("instance", "RDS.38", put(*SETTINGS, "Parameters", value={"rds.force_ssl": "0"})),
    ("aurora", "RDS.2", put(*WRITER, "PubliclyAccessible", value=True)),
]


@pytest.mark.parametrize(("mode", "control", "change"), BREAKS)
def test_a_change_breaks_one_control(mode: str, control: str, change: Change) -> None:
    assert difference(of(mode), change) == {control: FAILS}


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (drop(*CLUSTER, "StorageEncrypted"), {"RDS.3", "RDS.4", "RDS.27"}),
        (drop(*CLUSTER, "EnableIAMDatabaseAuthentication"), {"RDS.10", "RDS.12"}),
        (drop(*CLUSTER, "CopyTagsToSnapshot"), {"RDS.16", "RDS.17"}),
        (drop(*CLUSTER, "BackupRetentionPeriod"), {"RDS.11", "RDS.50"}),
        (put(*CLUSTER, "MasterUsername", value="admin"), {"RDS.24", "RDS.25"}),
        (drop(*CLUSTER, "EnableCloudwatchLogsExports"), {"RDS.9", "RDS.37"}),
    ],
)
def test_what_the_cluster_decides_its_instances_have(change: Change, broken: set[str]) -> None:
    assert difference(of("aurora"), change) == dict.fromkeys(broken, FAILS)


@pytest.mark.parametrize(
    ("mode", "control", "at"),
    [
        ("instance", "RDS.2", (*INSTANCE, "PubliclyAccessible")),
        ("instance", "RDS.5", (*INSTANCE, "MultiAZ")),
        ("instance", "RDS.8", (*INSTANCE, "DeletionProtection")),
        ("instance", "RDS.11", (*INSTANCE, "BackupRetentionPeriod")),
        ("instance", "RDS.38", (*INSTANCE, "DBParameterGroupName")),
        ("instance", "RDS.46", ("data", "DatabaseSubnetGroup", "SubnetIds")),
        ("aurora", "RDS.7", (*CLUSTER, "DeletionProtection")),
    ],
)
def test_what_is_not_known_passes_nothing(mode: str, control: str, at: tuple[Any, ...]) -> None:
    assert difference(of(mode), put(*at, value=NOT_KNOWN_BEFORE)) == {control: NOT_KNOWN}


def test_subnets_with_a_way_to_an_internet_gateway_are_public() -> None:
    public = put(
        "root", "Data", "Parameters", "PrivateSubnetIds", value={"Fn::GetAtt": ["Network", "Outputs.PublicSubnetIds"]}
    )
    for mode in ("instance", "aurora"):
        assert difference(of(mode), public) == {"RDS.46": FAILS}


def test_an_engine_of_another_kind_is_not_judged_here() -> None:
    assert states(system(of("instance"), put(*INSTANCE, "Engine", value="mysql")))["RDS.40"] == NOT_KNOWN
    assert states(system(of("aurora"), put(*CLUSTER, "Engine", value="aurora-mysql")))["RDS.14"] == NOT_KNOWN
