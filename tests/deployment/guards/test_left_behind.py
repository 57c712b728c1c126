"""Which update makes tasks leave what goes with it."""

from __future__ import annotations

import pytest

from deployment.guards.guards import with_guards
from deployment.guards.left_behind import left_behind
from deployment.review.review import Kind, LayerReview, ResourceChange, Review
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.ways_out import Leaving

_SERVICE = ROOT / "Ecs" / "Service"
_SUBNET, _NAT, _ENDPOINT = (ROOT / "Network" / name for name in ("Subnet", "Nat", "Endpoint"))
_STACK = "AWS::CloudFormation::Stack"
_LEAVING = Leaving(_SERVICE, (_SUBNET,), frozenset({_SUBNET, _NAT, _ENDPOINT}), frozenset({_SUBNET}))
_MOVED = ResourceChange(_SERVICE, "AWS::ECS::Service", Kind.CHANGED, "id", None, ())


def change(at: ResourcePath, kind: Kind, type_: str = "AWS::EC2::NatGateway") -> ResourceChange:
    return ResourceChange(at, type_, kind, "id", None, ())


def review(*changes: ResourceChange, service: Leaving = _LEAVING) -> Review:
    return Review(LayerReview(ROOT, None, (_MOVED, *changes), (), ()), (), leaving=(service,))


@pytest.mark.parametrize("kind", [Kind.REMOVED, Kind.REPLACED, Kind.MAY_BE_REPLACED, Kind.CHANGED])
def test_what_tasks_stand_on_may_neither_go_nor_change_with_them(kind: Kind) -> None:
    told = left_behind(review(change(_NAT, kind)))[_SERVICE]
    assert told.startswith(
        "leaves Network/Subnet while what its tasks stand on there goes or changes in the same update"
    )
    assert "(Network/Nat)" in told


@pytest.mark.parametrize(
    "beside",
    [
        change(_NAT, Kind.ADDED),
        change(_SUBNET, Kind.CHANGED),  # it only gets more
        change(ROOT / "Network" / "Other", Kind.REMOVED),
        change(ROOT / "Alb", Kind.REMOVED, _STACK),
    ],
)
def test_what_stays_is_no_reason(beside: ResourceChange) -> None:
    assert left_behind(review(beside)) == {}


def test_a_layer_that_goes_takes_all_that_is_in_it() -> None:
    assert _SERVICE in left_behind(review(change(ROOT / "Network", Kind.REMOVED, _STACK)))


def test_where_it_is_not_known_what_tasks_stand_on_it_may_be_any_way_out() -> None:
    doubt = Leaving(_SERVICE)
    told = left_behind(review(change(_NAT, Kind.REMOVED), service=doubt))[_SERVICE]
    assert told.startswith("may leave the subnets of its tasks while")
    assert left_behind(review(change(_NAT, Kind.REMOVED, "AWS::SQS::Queue"), service=doubt)) == {}
    assert _SERVICE in left_behind(review(change(ROOT / "Network", Kind.REMOVED, _STACK), service=doubt))


def test_many_are_counted() -> None:
    way = tuple(ROOT / "Network" / f"Route{number}" for number in range(5))
    service = Leaving(_SERVICE, (_SUBNET,), frozenset(way))
    told = left_behind(review(*(change(at, Kind.REMOVED) for at in way), service=service))[_SERVICE]
    assert "(Network/Route0, Network/Route1, Network/Route2, 2 more)" in told


def test_the_change_of_the_service_is_guarded_with_whatever_else_guards_it() -> None:
    marked = with_guards(review(change(_NAT, Kind.REMOVED)), (), {}).resources[0]
    assert (marked.guard or "").startswith("leaves Network/Subnet")
    replaced = ResourceChange(_SERVICE, "AWS::ECS::Service", Kind.REPLACED, "id", None, ())
    given = Review(LayerReview(ROOT, None, (replaced, change(_NAT, Kind.REMOVED)), (), ()), (), leaving=(_LEAVING,))
    assert "; it leaves Network/Subnet" in (with_guards(given, (), {}).resources[0].guard or "")


def test_a_service_that_goes_leaves_nothing_behind() -> None:
    gone = ResourceChange(_SERVICE, "AWS::ECS::Service", Kind.REMOVED, "id", None, ())
    given = Review(LayerReview(ROOT, None, (gone, change(_NAT, Kind.REMOVED)), (), ()), (), leaving=(_LEAVING,))
    assert "leaves" not in (with_guards(given, (), {}).resources[0].guard or "")
