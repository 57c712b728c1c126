"""Databases that go while others come, and those that get another major version."""

from __future__ import annotations

import pytest

from cloudformation.statuses import RequiresRecreation
from deployment.guards.databases import exchanged, upgraded
from deployment.guards.guards import needing_approval, with_guards
from deployment.review.review import Kind, LayerReview, PropertyChange, ResourceChange, Review
from deployment.template.resource_path import ROOT

_INSTANCE, _CLUSTER, _WRITER = (ROOT / "Data" / name for name in ("Instance", "Cluster", "Writer"))


def database(name: str, kind: Kind, type_: str = "RDS::DBInstance", layer: str = "Data") -> ResourceChange:
    policy = "Snapshot" if kind is Kind.REMOVED else None
    return ResourceChange(ROOT / layer / name, f"AWS::{type_}", kind, "id", policy, ())


def review(*changes: ResourceChange) -> Review:
    return Review(LayerReview(ROOT, None, changes, (), ()), ())


def test_an_instance_that_leaves_its_place_to_a_cluster_takes_the_data_with_it() -> None:
    told = with_guards(
        review(database("Instance", Kind.REMOVED), database("Cluster", Kind.ADDED, "RDS::DBCluster")), (), {}
    )
    guard = needing_approval(told)["Data/Instance"]
    assert guard.startswith("holds data: it is deleted after a snapshot; it is replaced by Data/Cluster, which")
    assert "begins empty: the data" in guard
    assert "Data/Cluster" not in needing_approval(told)


def test_a_cluster_that_leaves_its_place_to_an_instance_does_so_with_its_instances() -> None:
    told = exchanged(
        review(
            database("Cluster", Kind.REMOVED, "RDS::DBCluster"),
            database("Writer", Kind.REMOVED),
            database("Instance", Kind.ADDED),
        )
    )
    assert told.keys() == {_CLUSTER, _WRITER}
    assert all("is replaced by Data/Instance," in reason for reason in told.values())


@pytest.mark.parametrize(
    "beside",
    [
        database("Cluster", Kind.ADDED, "RDS::DBCluster", "Other"),
        database("Cluster", Kind.CHANGED, "RDS::DBCluster"),
        database("Queue", Kind.ADDED, "SQS::Queue"),
    ],
)
def test_what_does_not_take_its_place_is_no_reason(beside: ResourceChange) -> None:
    assert exchanged(review(database("Instance", Kind.REMOVED), beside)) == {}


def versioned(
    before: str | None, after: str | None, *, known: bool = True, type_: str = "RDS::DBCluster", certain: bool = True
) -> ResourceChange:
    changed = PropertyChange("EngineVersion", before, after, known, certain, RequiresRecreation.NEVER, None)
    return ResourceChange(_CLUSTER, f"AWS::{type_}", Kind.CHANGED, "id", None, (changed,))


def test_another_major_version_is_guarded_though_it_changes_in_place() -> None:
    told = needing_approval(with_guards(review(versioned("16", "17")), (), {}))
    assert told == {
        "Data/Cluster": "gets another major version of its engine: it is not available meanwhile, and the change "
        "cannot be undone, not even by a rollback; take a snapshot before"
    }


@pytest.mark.parametrize(("before", "after"), [("16", "16.9"), ("16.4", "16.9"), ("16.9", "16")])
def test_another_minor_version_is_not_guarded(before: str, after: str) -> None:
    assert upgraded(versioned(before, after)) is None


@pytest.mark.parametrize(
    "doubt",
    [versioned("16", None, known=False), versioned(None, "17"), versioned("16", "17", certain=False)],
)
def test_where_the_version_is_not_known_it_may_be_another_one(doubt: ResourceChange) -> None:
    assert str(upgraded(doubt)).startswith("may get another major version")


def test_the_version_of_what_is_no_database_is_its_own_business() -> None:
    assert upgraded(versioned("1", "2", type_="OpenSearchService::Domain")) is None


def test_what_else_changes_of_a_database_is_not_guarded() -> None:
    assert upgraded(ResourceChange(_INSTANCE, "AWS::RDS::DBInstance", Kind.CHANGED, "id", None, ())) is None
