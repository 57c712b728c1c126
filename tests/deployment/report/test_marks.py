"""What happens to a resource is said in a word and a sign, and why by its properties."""

from __future__ import annotations

from decimal import Decimal

import pytest

from deployment.report.marks import (
    FAILED,
    MARKS,
    after_text,
    cost_lines,
    fate,
    force,
    layer_words,
    lines_of,
    local_lines,
    totals,
    why,
)
from deployment.review.review import Kind, LayerReview, PropertyChange, Review
from deployment.template.costs.cost_change import CostChange, CostItem, NotKnown
from deployment.template.resource_path import ROOT, ResourcePath
from tests.deployment.report.examples import APP, COMPARED, REVIEW, change, resource


def test_every_kind_has_a_sign_a_word_and_a_slug_of_its_own() -> None:
    marks = [*MARKS.values(), FAILED]
    assert set(MARKS) == set(Kind)
    for facts in ({mark.sign for mark in marks}, {mark.word for mark in marks}, {mark.slug for mark in marks}):
        assert len(facts) == len(marks)


@pytest.mark.parametrize(
    ("policy", "said"),
    [(None, "replaced"), ("ReplaceAndDelete", "replaced"), ("ReplaceAndRetain", "replaced (ReplaceAndRetain)")],
)
def test_what_is_kept_of_the_old_resource_is_said(policy: str | None, said: str) -> None:
    assert fate(resource("A", Kind.REPLACED, policy=policy)) == said


def test_what_cannot_be_told_is_perhaps_so() -> None:
    assert fate(resource("A", Kind.REMOVED, certain=False)) == "perhaps removed"
    assert fate(resource("A", Kind.REMOVED, certain=False, policy="Retain")) == "perhaps removed (Retain)"


def test_a_local_comparison_says_why_it_is_one_and_what_it_cannot_tell() -> None:
    said = local_lines(COMPARED.review)
    assert said[0].startswith("CloudFormation could not create the change set of App: ")
    assert "\x1b" not in said[0]
    assert "CloudFormation has checked the root alone" in said[1]
    assert "it counts as if it did" in said[2]
    assert said[3:] == ["the stack's tags change"]
    assert local_lines(REVIEW) == []


def test_a_replacement_is_explained_by_what_forces_it() -> None:
    assert why(APP.resources[1]) == [("Name", "forces replacement")]
    assert why(APP.resources[2]) == [("Arn", "may force replacement")]
    assert why(resource("A", Kind.REPLACED, change("Tags"))) == [("Tags", "")]
    assert why(resource("A", Kind.CHANGED, change("B"), change("C"))) == [("B", ""), ("C", "")]
    assert force(change("B")) == ""


@pytest.mark.parametrize(
    ("changed", "shown"),
    [
        (change("A"), ("3", True)),
        (change("A", after=None), (None, True)),
        (change("A", after=None, known=False), ("new value, known after execution", False)),
        (change("A", after=None, known=False, certain=False, cause="B.C"), ("perhaps a new B.C", False)),
    ],
)
def test_a_new_value_is_shown_or_described(changed: PropertyChange, shown: tuple[str | None, bool]) -> None:
    assert after_text(changed) == shown


def test_totals_count_what_there_is() -> None:
    said = "1 added, 2 changed in place, 1 may be replaced, 1 replaced, 1 removed, 1 imported"
    assert (totals(REVIEW), layer_words(APP)) == (said, said)
    assert totals(Review(LayerReview(ROOT, None, (), (), ()), ())) == "no resource changes"


def test_lines_hold_no_control_characters() -> None:
    assert lines_of("a\tb\n\x1b[0m") == ["a    b", "\\x1b[0m"]


def _cost(*items: tuple[str, int, str], unknown: tuple[NotKnown, ...] = ()) -> CostChange:
    at = (ResourcePath(("App", "It")),)
    listed = tuple(CostItem(what, count, Decimal(monthly), at) for what, count, monthly in items)
    return CostChange("eu-west-1", listed, unknown, "2026-09")


@pytest.mark.parametrize(
    ("items", "line"),
    [
        ([("NatGateway", 2, "90.52")], "about +91 $ a month: 2 x NatGateway"),
        ([("NatGateway", -1, "-32.5")], "about -33 $ a month: -1 x NatGateway"),
        ([("a", 1, "1234.4"), ("b", -1, "-0.2")], "about +1,234 $ a month: 1 x a +1,234, -1 x b -<1"),
        ([("a", 1, "0.097")], "less than 1 $ more a month: 1 x a"),
        ([("a", -1, "-0.097")], "less than 1 $ less a month: -1 x a"),
    ],
)
def test_a_cost_is_told_in_whole_dollars_with_what_it_is_the_sum_of(
    items: list[tuple[str, int, str]], line: str
) -> None:
    assert cost_lines(_cost(*items)) == [f"{line} (eu-west-1, prices of 2026-09; without traffic, logs and discounts)"]


def test_a_cost_that_is_not_known_is_no_number_and_each_reason_is_said_once() -> None:
    gaps = tuple(NotKnown(ResourcePath(("App", name)), "T", "the price moves") for name in ("A", "B"))
    assert cost_lines(_cost(unknown=gaps)) == ["unknown for App/A, App/B: the price moves"]
    assert cost_lines(None) == []
