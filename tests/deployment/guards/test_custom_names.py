"""A replacement under a name that stays is reported before CloudFormation refuses it."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.statuses import RequiresRecreation
from deployment.guards.custom_names import name_notes
from deployment.review.review import Kind, LayerReview, PropertyChange, ResourceChange, Review
from deployment.template.resource_path import ROOT

_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"


def _notes(kind: Kind, properties: dict[str, Any] | None, *changed: str, type_: str = _GROUP) -> tuple[str, ...]:
    changes = tuple(PropertyChange(name, "1", "2", True, True, RequiresRecreation.ALWAYS, None) for name in changed)
    change = ResourceChange(ROOT / "App" / "Group", type_, kind, "id", None, changes)
    review = Review(LayerReview(ROOT, None, (change,), (), ()), ())
    body = {"Type": type_} | ({} if properties is None else {"Properties": properties})
    return name_notes(review, {ROOT / "App": {"Resources": {"Group": body}}})


def test_what_is_replaced_under_the_name_that_it_keeps_is_told() -> None:
    [note] = _notes(Kind.REPLACED, {"Name": {"Ref": "N"}}, "Port")
    assert note == (
        "App/Group keeps its custom name (Name): CloudFormation refuses to replace it, and rolls back; "
        "change the name with it, or take it out of the template"
    )


def test_what_may_be_replaced_is_told_with_an_if() -> None:
    [note] = _notes(Kind.MAY_BE_REPLACED, {"Name": "web"}, "Port")
    assert "if it has to, CloudFormation refuses to replace it" in note


@pytest.mark.parametrize(
    ("kind", "properties", "changed"),
    [
        (Kind.REPLACED, {"Name": "web"}, ("Name", "Port")),
        (Kind.REPLACED, {"Port": 81}, ("Port",)),
        (Kind.REPLACED, None, ("Port",)),
        (Kind.CHANGED, {"Name": "web"}, ("Matcher/HttpCode",)),
        (Kind.REMOVED, {"Name": "web"}, ()),
    ],
)
def test_another_name_none_and_another_fate_need_no_word(
    kind: Kind, properties: dict[str, Any] | None, changed: tuple[str, ...]
) -> None:
    assert _notes(kind, properties, *changed) == ()


def test_a_type_without_a_schema_and_a_template_that_is_not_at_hand_tell_nothing() -> None:
    assert _notes(Kind.REPLACED, {"Name": "web"}, "Port", type_="Custom::Group") == ()
    change = ResourceChange(ROOT / "Group", _GROUP, Kind.REPLACED, "id", None, ())
    assert name_notes(Review(LayerReview(ROOT, None, (change,), (), ()), ()), {}) == ()
