"""What becomes of a resource that goes: its DeletionPolicy, and which one counts where none is written.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
"""

from collections.abc import Mapping
from typing import Any

DELETION_POLICIES = frozenset(("Delete", "Retain", "Snapshot", "RetainExceptOnCreate"))
# The types that support snapshots, as the page lists them.
SNAPSHOT_TYPES = frozenset(
    (
        "AWS::DocDB::DBCluster",
        "AWS::EC2::Volume",
        "AWS::ElastiCache::CacheCluster",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::Neptune::DBCluster",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::Redshift::Cluster",
    )
)


def default_deletion_policy(kind: str, properties: Any) -> str:
    """The policy of a resource without one: a database that stands alone leaves a snapshot, all else is deleted."""
    in_cluster = isinstance(properties, Mapping) and "DBClusterIdentifier" in properties
    alone = kind == "AWS::RDS::DBInstance" and not in_cluster
    return "Snapshot" if alone or kind == "AWS::RDS::DBCluster" else "Delete"


def deletion_policy(kind: str, body: Mapping[str, Any]) -> str:
    """The policy of a resource as its template declares it, or the default; a function is shown as its text."""
    return str(body.get("DeletionPolicy") or default_deletion_policy(kind, body.get("Properties")))


def removal_action(policy: str) -> str:
    """What a change set shows of a resource with this policy that it removes (API reference, PolicyAction)."""
    return "Retain" if policy.startswith("Retain") else policy


def replace_policy(kind: str, policy: str | None) -> str | None:
    """The UpdateReplacePolicy that counts: Snapshot is Delete for a type without snapshots.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html; tried
    on an EC2 instance: https://dev.classmethod.jp/articles/cloudformation-updatereplacepolicy. A DeletionPolicy of
    Snapshot, on the other hand, is refused with the template.
    """
    return "Delete" if policy == "Snapshot" and kind not in SNAPSHOT_TYPES else policy
