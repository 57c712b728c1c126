"""What a picture says of databases."""

from collections.abc import Callable, Iterator, Mapping

from templates.pictures.facts.resolved_tree import ResolvedTree, Resource
from templates.pictures.facts.values import named, part, text


def _instance(tree: ResolvedTree, instance: Resource) -> Iterator[str]:
    yield ", ".join(filter(None, [_engine(instance), text(instance.properties, "DBInstanceClass"), _storage(instance)]))
    if "DBClusterIdentifier" not in instance.properties:
        yield "a standby in another zone" if text(instance.properties, "MultiAZ") == "true" else "in one zone"
        yield from _data(tree, instance)


def _cluster(tree: ResolvedTree, cluster: Resource) -> Iterator[str]:
    capacity = part(cluster.properties, "ServerlessV2ScalingConfiguration")
    limits = f"{text(capacity, 'MinCapacity')} to {text(capacity, 'MaxCapacity')} capacity units" if capacity else ""
    yield ", ".join(filter(None, [_engine(cluster), limits]))
    yield from _data(tree, cluster)


def _engine(database: Resource) -> str:
    return " ".join(filter(None, [text(database.properties, name) for name in ("Engine", "EngineVersion")]))


def _storage(instance: Resource) -> str:
    begins, most = (text(instance.properties, name) for name in ("AllocatedStorage", "MaxAllocatedStorage"))
    return f"{begins} GB, up to {most}" if begins and most else f"{begins} GB" if begins else ""


def _data(tree: ResolvedTree, database: Resource) -> Iterator[str]:
    """How its data is protected, and who can reach it."""
    facts = database.properties
    encrypted = text(facts, "StorageEncrypted") == "true"
    key = f" with {named(tree, facts['KmsKeyId'])}" if encrypted and "KmsKeyId" in facts else ""
    protected = text(facts, "DeletionProtection") == "true"
    days = text(facts, "BackupRetentionPeriod")
    kept = [f"encrypted{key}" if encrypted else "not encrypted", f"backups of {days} days" if days else ""]
    yield ", ".join(filter(None, [*kept, f"deletion protection {'on' if protected else 'off'}"]))
    groups = tree.referred([facts.get("VpcSecurityGroupIds"), facts.get("VPCSecurityGroups")])
    yield f"in {', '.join(group.path for group in groups)}" if groups else ""


DATABASE_CAPTIONS: Mapping[str, Callable[[ResolvedTree, Resource], Iterator[str]]] = {
    "AWS::RDS::DBInstance": _instance,
    "AWS::RDS::DBCluster": _cluster,
    "AWS::RDS::DBSubnetGroup": lambda tree, group: iter(()),
}
