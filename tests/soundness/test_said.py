"""What a review showed is read as shown: fates, unknown changes, whole layers, layers that rest, demanded approvals."""

from __future__ import annotations

from dataclasses import replace

from deployment.review.review import Kind, LayerReview, ResourceChange, Review
from deployment.run.telling import Question, Reviewed
from deployment.template.resource_path import ROOT, ResourcePath
from tests.deployment.facts import an_update, changed, resource
from tests.soundness.said import Fate, Row, said
from tests.soundness.vocabulary import STACK


def of(*resources: ResourceChange, kind: Kind | None = None) -> Reviewed:
    layer = LayerReview(ROOT / "App", kind, resources, (), ())
    resting = LayerReview(ROOT / "Network", None, (), (), ())
    return Reviewed("s", False, Review(LayerReview(ROOT, None, (), (), (layer, resting)), ()), ())


def test_each_kind_is_a_fate_and_a_doubt_is_one() -> None:
    rows = said(
        of(
            resource("App", "A", kind=Kind.ADDED),
            resource("App", "B", properties=(changed(),)),
            resource("App", "C", properties=(changed(certain=False),)),
            resource("App", "D", kind=Kind.MAY_BE_REPLACED, properties=(changed(),)),
            resource("App", "E", kind=Kind.REPLACED),
            resource("App", "F", kind=Kind.REMOVED),
            replace(resource("App", "G", kind=Kind.REMOVED), certain=False),
        ),
        [],
    ).rows
    assert {path[-1]: row for path, row in rows.items()} == {
        "A": Row(Fate.CREATED),
        "B": Row(Fate.UPDATED),
        "C": Row(Fate.UPDATED, certain=False),
        "D": Row(Fate.REPLACED, certain=False),
        "E": Row(Fate.REPLACED),
        "F": Row(Fate.REMOVED),
        "G": Row(Fate.REMOVED, certain=False),
    }


def test_no_kind_of_change_is_left_out() -> None:
    fates = {kind: said(of(resource("App", "A", kind=kind)), []).rows["App", "A"].fate for kind in Kind}
    assert {kind for kind, fate in fates.items() if fate is Fate.UPDATED} == {
        kind for kind in Kind if "replaced" not in kind.value and "removed" not in kind.value and kind.value != "added"
    } - {Kind.IMPORTED}


def test_a_row_of_policies_alone_or_of_a_nested_stack_is_beside_the_resources() -> None:
    policy, both = changed("DeletionPolicy"), (changed("DeletionPolicy"), changed())
    rows = said(of(resource("App", "A", properties=(policy,)), resource("App", "B", properties=both)), []).rows
    assert [rows["App", name].beside for name in "AB"] == [True, False]
    nested = replace(resource("App", "C", properties=(changed(),)), type=STACK)
    assert said(of(nested), []).rows["App", "C"].beside
    assert not said(of(replace(nested, kind=Kind.REMOVED)), []).rows["App", "C"].beside


def test_a_layer_that_comes_is_a_row_and_tells_for_nothing_in_it() -> None:
    told = said(of(resource("App", "A", kind=Kind.ADDED), kind=Kind.ADDED), [])
    assert told.of(("App",)) == Row(Fate.CREATED)
    assert told.of(("App", "B")) is None


def test_a_layer_that_goes_tells_for_all_in_it() -> None:
    told = said(of(replace(resource("App", "Below", kind=Kind.REMOVED), type=STACK)), [])
    assert told.of(("App", "Below", "Deeper", "Table")) == Row(Fate.REMOVED)
    assert told.of(("App", "Other")) is None


def test_a_layer_without_any_change_is_said_to_be_unchanged() -> None:
    assert said(of(resource("App", "A")), []).unchanged == {("Network",)}


def test_what_is_folded_is_said_to_be_unchanged() -> None:
    told = said(an_update(), [])
    assert told.folded == {("Network", "Route")}
    assert told.of(("Network", "Route")) is None


def test_an_approval_is_demanded_by_a_path_that_is_to_be_typed() -> None:
    asked = [Question("Update stack s?"), Question("Remove App/Table?", typed="App/Table", insists=True)]
    told = said(of(), asked)
    assert told.demanded == {("App", "Table")}
    assert told.guards(tuple(ResourcePath(("App", "Table"))))
    assert not told.guards(("App", "Queue"))
