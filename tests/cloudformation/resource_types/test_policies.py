"""What becomes of what goes."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.resource_types.policies import deletion_policy, removal_action, replace_policy


@pytest.mark.parametrize(
    ("kind", "body", "policy"),
    [
        ("AWS::RDS::DBCluster", {}, "Snapshot"),
        ("AWS::RDS::DBInstance", {}, "Snapshot"),
        ("AWS::RDS::DBInstance", {"Properties": {"DBClusterIdentifier": {"Ref": "C"}}}, "Delete"),
        ("AWS::RDS::DBInstance", {"Properties": {"Fn::Transform": []}}, "Snapshot"),
        ("AWS::RDS::DBInstance", {"Properties": None}, "Snapshot"),
        ("AWS::RDS::DBCluster", {"DeletionPolicy": "Delete"}, "Delete"),
        ("AWS::SNS::Topic", {}, "Delete"),
        ("AWS::SNS::Topic", {"DeletionPolicy": "RetainExceptOnCreate"}, "RetainExceptOnCreate"),
    ],
)
def test_a_database_that_stands_alone_leaves_a_snapshot_unless_its_template_says_otherwise(
    kind: str, body: dict[str, Any], policy: str
) -> None:
    assert deletion_policy(kind, body) == policy


def test_a_change_set_tells_both_ways_to_keep_as_one() -> None:
    assert [removal_action(policy) for policy in ("Retain", "RetainExceptOnCreate", "Snapshot", "Delete")] == [
        *("Retain", "Retain", "Snapshot", "Delete")
    ]


@pytest.mark.parametrize(
    ("kind", "policy", "counts"),
    [
        ("AWS::EC2::Volume", "Snapshot", "Snapshot"),
        ("AWS::EC2::Instance", "Snapshot", "Delete"),
        ("AWS::EC2::Instance", "Retain", "Retain"),
        ("AWS::EC2::Instance", None, None),
    ],
)
def test_a_replace_policy_of_snapshot_counts_where_there_are_snapshots(
    kind: str, policy: str | None, counts: str | None
) -> None:
    assert replace_policy(kind, policy) == counts
