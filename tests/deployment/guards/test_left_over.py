"""What a review says of resources that a cleanup could not delete."""

from __future__ import annotations

import pytest

from deployment.diagnosis.undeletable import Undeletable
from deployment.guards.guards import with_guards
from deployment.guards.left_over import left_over_notes
from deployment.review.review import Kind, LayerReview, ResourceChange, Review
from deployment.template.resource_path import ROOT, ResourcePath

_FRONT, _LOGS = ROOT / "Alb" / "Front", ROOT / "Alb" / "Logs"
_TYPE, _STACK = "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::CloudFormation::Stack"


def review(kind: Kind, at: ResourcePath = _FRONT, type_: str = _TYPE, policy: str | None = None) -> Review:
    """One change in a system in which the load balancer is protected, and the bucket filled, before and after."""
    change, held = (
        ResourceChange(at, type_, kind, "id", policy, ()),
        Undeletable(frozenset({_FRONT}), frozenset({_LOGS})),
    )
    root = LayerReview(ROOT, None, (change,), (), ())
    return Review(root, (), undeletable_before=held, undeletable_after=held)


@pytest.mark.parametrize("kind", [Kind.ADDED, Kind.REPLACED, Kind.MAY_BE_REPLACED])
def test_what_is_new_and_protected_could_not_be_rolled_back(kind: Kind) -> None:
    [note] = left_over_notes(review(kind))
    assert note.startswith("an update that fails could not delete the new protected resource Alb/Front;")


def test_a_bucket_that_gets_logs_at_once_could_not_either() -> None:
    [note] = left_over_notes(review(Kind.ADDED, _LOGS, "AWS::S3::Bucket"))
    assert note.startswith("an update that fails could not delete Alb/Logs:")


def test_a_layer_that_is_new_or_goes_counts_with_all_that_is_in_it() -> None:
    new, filled = left_over_notes(review(Kind.ADDED, ROOT / "Alb", _STACK))
    assert "Alb/Front" in new
    assert "Alb/Logs" in filled
    [gone] = left_over_notes(review(Kind.REMOVED, ROOT / "Alb", _STACK))
    assert gone.startswith("Alb/Front: its deletion protection is on")


@pytest.mark.parametrize("kind", [Kind.CHANGED, Kind.IMPORTED, Kind.REMOVED])
def test_what_is_not_new_has_no_note(kind: Kind) -> None:
    assert left_over_notes(review(kind)) == ()


@pytest.mark.parametrize(
    ("kind", "policy", "stays"),
    [
        (Kind.REMOVED, "Delete", True),
        (Kind.REPLACED, "ReplaceAndDelete", True),
        (Kind.MAY_BE_REPLACED, None, True),
        (Kind.REMOVED, "Retain", False),
        (Kind.REPLACED, "ReplaceAndRetain", False),
    ],
)
def test_the_guard_of_what_goes_says_that_it_will_not(kind: Kind, policy: str | None, stays: bool) -> None:
    guard = with_guards(review(kind, policy=policy), (), {}).resources[0].guard
    assert ("; but its deletion protection is on" in (guard or "")) is stays
