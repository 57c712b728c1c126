"""A database is scanned in both kinds, though no environment has one."""

from tests.scanners.databases import MODES, databases, environment_of
from tests.scanners.resolved import own_environments


def test_both_kinds_are_worked_out_as_production_has_them() -> None:
    layers = {layer.environment: layer.template["Resources"] for layer in databases()}
    assert list(layers) == [environment_of(mode) for mode in MODES]
    assert not {environment.name for environment in own_environments()} & layers.keys()
    instance = layers["with-instance"]["DatabaseInstance"]["Properties"]
    assert (instance["MultiAZ"], instance["DeletionProtection"], instance["BackupRetentionPeriod"]) == (True, True, 7)
    cluster = layers["with-aurora"]["DatabaseCluster"]["Properties"]
    assert cluster["ServerlessV2ScalingConfiguration"] == {"MinCapacity": 0.5, "MaxCapacity": 4}
    assert {"DatabaseWriter", "DatabaseReader"} <= layers["with-aurora"].keys()
