"""What databases are charged for: by engine, class and zones."""

from __future__ import annotations

import pytest

from tests.deployment.template.costs.sides import of

_KIND = "AWS::RDS::DBInstance"
_CLUSTER = "AWS::RDS::DBCluster"


def template(kind: str, properties: str) -> str:
    return f"Resources:\n  It:\n    Type: {kind}\n    Properties: {{{properties}}}\n"


@pytest.mark.parametrize(
    ("properties", "told"),
    [
        ("Engine: postgres, DBInstanceClass: db.t4g.micro", ["1 x DBInstance (postgres, db.t4g.micro)"]),
        (
            "Engine: mysql, DBInstanceClass: db.t4g.micro, MultiAZ: true",
            ["1 x DBInstance (mysql, db.t4g.micro, Multi-AZ)"],
        ),
        ("Engine: aurora-mysql, DBInstanceClass: db.r6g.large", ["1 x DBInstance (aurora-mysql, db.r6g.large)"]),
    ],
)
def test_an_instance_is_paid_for_by_engine_class_and_zones(properties: str, told: list[str]) -> None:
    assert of(template(_KIND, properties), _KIND) == told


@pytest.mark.parametrize(
    ("properties", "why"),
    [
        ("Engine: oracle-ee, DBInstanceClass: db.m5.large", "of engine oracle-ee the price depends on its license"),
        ("DBInstanceClass: db.m5.large", "it names no engine"),
        ("Engine: postgres", "it names no class"),
        ("Engine: aurora-mysql, DBInstanceClass: db.serverless", "a serverless instance is paid for as it scales"),
        ("Engine: aurora-mysql, DBInstanceClass: db.r6g.large, StorageType: aurora-iopt1", "with I/O-Optimized"),
        ("Engine: postgres, DBInstanceClass: !GetAtt It.Class", "DBInstanceClass is not known here"),
    ],
)
def test_an_instance_is_not_always_known(properties: str, why: str) -> None:
    assert str(of(template(_KIND, properties), _KIND)).startswith(why)


def test_a_cluster_costs_nothing_beside_its_instances_but_one_that_brings_them() -> None:
    assert of(template(_CLUSTER, "Engine: aurora-mysql"), _CLUSTER) == []
    brought = of(template(_CLUSTER, "Engine: mysql, DBClusterInstanceClass: db.m5d.large"), _CLUSTER)
    assert brought == "params/prices.yaml has no price of a Multi-AZ DB cluster"
