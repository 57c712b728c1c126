"""What a database instance is charged for by the hour, without storage, I/O and backups.

https://aws.amazon.com/rds/pricing/: by engine, class, and whether a second instance stands by in another zone.
"""

from collections.abc import Iterator
from decimal import Decimal

from cloudformation.environment.price_table import database_unit
from cloudformation.unknown import ABSENT
from deployment.template.costs.charges import Charge, NotKnownError, Resource

OF_INSTANCE = ("Engine", "DBInstanceClass", "MultiAZ", "StorageType")
OF_CLUSTER = ("DBClusterInstanceClass",)
# Of these the price is that of the instance; of the others it depends on the license.
_OPEN = ("mysql", "postgres", "mariadb", "aurora-mysql", "aurora-postgresql")


def instance(instance: Resource) -> Iterator[Charge]:
    """A DB instance, alone or in an Aurora cluster."""
    engine, kind = instance.text("Engine"), instance.text("DBInstanceClass")
    if engine not in _OPEN:
        raise NotKnownError(f"of engine {engine} the price depends on its license" if engine else "it names no engine")
    if kind in ("", "db.serverless"):
        raise NotKnownError("a serverless instance is paid for as it scales" if kind else "it names no class")
    if engine.startswith("aurora") and instance.text("StorageType", "aurora") != "aurora":
        raise NotKnownError("with I/O-Optimized storage an instance has another price")
    zones = "multi-az" if instance.text("MultiAZ", "false").lower() == "true" else "single-az"
    what = f"DBInstance ({engine}, {kind}{', Multi-AZ' if zones == 'multi-az' else ''})"
    yield Charge(what, ((database_unit(engine, zones, kind), Decimal(1)),))


def cluster(cluster: Resource) -> Iterator[Charge]:
    """A cluster costs nothing by the hour beside its instances, but for one that brings instances of its own."""
    if cluster.get("DBClusterInstanceClass") is not ABSENT:
        raise NotKnownError("params/prices.yaml has no price of a Multi-AZ DB cluster")
    return
    yield
