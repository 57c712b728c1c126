"""The verdict can fail: each way of being untrue is shown to it, beside the truth that it lets pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path as File

import pytest

from tests.soundness.facts import Path, Snapshot, Stood
from tests.soundness.said import Fate, Row, Said
from tests.soundness.verdict import End, Facts, Fault, Violation, mistaken, precision, violations
from tests.soundness.vocabulary import STACK

ALARM, TABLE = "AWS::CloudWatch::Alarm", "AWS::DynamoDB::Table"
AT, LAYER = ("Data", "Orders"), ("Data",)
UPDATED, CREATED = Row(Fate.UPDATED), Row(Fate.CREATED)
REPLACED, REMOVED = Row(Fate.REPLACED), Row(Fate.REMOVED)


def standing(**ids: str) -> Snapshot:
    """A root with one layer; the resources in it by logical id, and what of them there is physically: `type=id`."""
    resources: dict[Path, Stood] = {LAYER: Stood(STACK, "arn:data")}
    for name, said in ids.items():
        kind, _, id = said.partition("=")
        resources["Data", name] = Stood(kind, id)
    return Snapshot("UPDATE_COMPLETE", resources, {"Url": "a"}, {(): "arn:root", LAYER: "arn:data"})


def played(
    before: Snapshot,
    after: Snapshot,
    rows: Mapping[Path, Row] | None = None,
    *touched: Path,
    end: End = End.DEPLOYED,
    said: Said | None = None,
) -> Facts:
    return Facts(end, said or Said(rows=rows or {}), before, after, frozenset(touched), {}, frozenset({"Url"}))


def faults(facts: Facts) -> list[tuple[Fault, Path]]:
    return [(each.fault, each.path) for each in violations(facts)]


ALARMS = standing(Orders=f"{ALARM}=1")
OTHERS = standing(Orders=f"{ALARM}=2")
TABLES = standing(Orders=f"{TABLE}=1")
NONE = standing()


def test_a_run_in_which_nothing_was_said_and_nothing_happened_is_true() -> None:
    assert faults(played(ALARMS, ALARMS)) == []


@pytest.mark.parametrize(
    ("before", "after", "row"),
    [
        (ALARMS, ALARMS, UPDATED),
        (NONE, ALARMS, CREATED),
        (ALARMS, OTHERS, REPLACED),
        (ALARMS, NONE, REMOVED),
    ],
)
def test_what_happens_must_be_shown(before: Snapshot, after: Snapshot, row: Row) -> None:
    assert faults(played(before, after, {}, AT)) == [(Fault.UNSHOWN, AT)]
    assert faults(played(before, after, {AT: row}, AT)) == []
    assert faults(played(before, after, {AT: replace(row, certain=False)}, AT)) == []


@pytest.mark.parametrize("after", [OTHERS, NONE])
def test_a_loss_that_is_shown_as_less_is_untrue(after: Snapshot) -> None:
    assert faults(played(ALARMS, after, {AT: UPDATED})) == [(Fault.UNDERSTATED, AT)]
    assert faults(played(ALARMS, after, {AT: CREATED})) == [(Fault.UNDERSTATED, AT)]


def test_more_than_happened_may_be_shown() -> None:
    assert faults(played(ALARMS, ALARMS, {AT: REPLACED}, AT)) == []


@pytest.mark.parametrize(
    ("after", "row"), [(standing(Orders=f"{TABLE}=2"), REPLACED), (NONE, REMOVED), (NONE, Row(Fate.REMOVED, False))]
)
def test_the_loss_of_a_guarded_resource_needs_an_approval_of_its_own(after: Snapshot, row: Row) -> None:
    facts = played(TABLES, after, {AT: row})
    assert faults(facts) == [(Fault.UNGUARDED, AT)]
    for demanded in (AT, LAYER):
        assert faults(replace(facts, said=Said(rows={AT: row}, demanded=frozenset({demanded})))) == []


def test_a_guarded_resource_that_stays_needs_none() -> None:
    assert faults(played(TABLES, TABLES, {AT: UPDATED}, AT)) == []


def test_what_is_folded_must_not_be_touched() -> None:
    said = Said(folded=frozenset({AT}))
    assert faults(played(ALARMS, ALARMS, said=said)) == []
    assert violations(played(ALARMS, OTHERS, {}, said=said)) == [
        Violation(Fault.FOLDED, AT, "collapsed, and replaced"),
    ]


def test_nothing_may_be_touched_in_an_unchanged_layer() -> None:
    said = Said(unchanged=frozenset({LAYER}))
    assert violations(played(ALARMS, ALARMS, {}, AT, said=said)) == [
        Violation(Fault.FOLDED, AT, "in an unchanged layer, and updated"),
    ]


def test_a_layer_that_goes_tells_for_all_that_is_in_it() -> None:
    gone = replace(NONE, resources={}, stacks={(): "arn:root"})
    said = Said(rows={LAYER: REMOVED}, whole={LAYER: REMOVED}, demanded=frozenset({LAYER}))
    assert faults(played(TABLES, gone, said=said)) == []
    assert (Fault.UNSHOWN, LAYER) in faults(played(TABLES, gone))
    assert (Fault.UNGUARDED, AT) in faults(played(TABLES, gone, said=replace(said, demanded=frozenset())))


def test_a_nested_stack_that_is_updated_counts_for_nothing() -> None:
    assert faults(played(ALARMS, ALARMS, {}, LAYER)) == []


def test_where_nothing_is_to_be_done_an_update_does_nothing() -> None:
    assert faults(played(ALARMS, ALARMS, end=End.UNCHANGED)) == []
    assert faults(played(ALARMS, OTHERS, end=End.UNCHANGED)) == [(Fault.NOTHING_TO_DO, AT)]
    assert faults(played(ALARMS, ALARMS, {}, AT, end=End.UNCHANGED)) == [(Fault.NOTHING_TO_DO, AT)]
    moved = replace(ALARMS, outputs={"Url": "b"})
    assert faults(played(ALARMS, moved, end=End.UNCHANGED)) == [(Fault.NOTHING_TO_DO, ("Url",))]


@pytest.mark.parametrize("outputs", [{"Url": "b"}, {"Url": "a", "More": "c"}])
def test_an_output_that_changes_is_named_or_comes_of_what_is_shown(outputs: dict[str, str]) -> None:
    name = "More" if "More" in outputs else "Url"
    facts = played(ALARMS, replace(ALARMS, outputs=outputs), {AT: UPDATED}, AT)
    assert faults(facts) == [(Fault.OUTPUT_UNTOLD, (name,))]
    assert faults(replace(facts, reads={name: frozenset({AT})})) == []
    assert faults(replace(facts, reads={name: frozenset({("Other",)})})) == [(Fault.OUTPUT_UNTOLD, (name,))]
    assert faults(replace(facts, said=Said(rows={AT: UPDATED}, outputs=frozenset({name})))) == []


def test_what_is_executed_is_what_was_reviewed() -> None:
    executed = replace(ALARMS, texts={(): "root", LAYER: "layer"})
    facts = replace(played(ALARMS, executed), reviewed={(): "root", LAYER: "layer", ("Off",): "no stack"})
    assert faults(facts) == []
    assert faults(replace(facts, reviewed={(): "root", LAYER: "another"})) == [(Fault.OTHER_BYTES, LAYER)]
    assert faults(replace(facts, reviewed={(): "root"})) == [(Fault.OTHER_BYTES, LAYER)]


def test_a_layer_that_was_doubted_as_a_whole_may_be_left_as_it_is() -> None:
    stays = replace(ALARMS, texts={LAYER: "layer"})
    doubted = Said(whole={LAYER: Row(Fate.REPLACED, certain=False)})
    facts = replace(played(stays, stays), reviewed={LAYER: "another"}, said=doubted)
    assert faults(facts) == []
    assert (Fault.OTHER_BYTES, LAYER) in faults(replace(facts, touched=frozenset({LAYER})))
    certain = Said(whole={LAYER: Row(Fate.REPLACED)})
    assert faults(replace(facts, said=certain)) == [(Fault.OTHER_BYTES, LAYER)]


def test_a_layer_that_nobody_could_read_may_get_any_template_where_that_needed_an_approval_of_its_own() -> None:
    stays = replace(ALARMS, texts={LAYER: "overwritten"})
    doubted = Said(whole={LAYER: Row(Fate.REPLACED, certain=False)}, demanded=frozenset({LAYER}))
    facts = replace(played(stays, stays), reviewed={LAYER: "as sent"}, said=doubted, touched=frozenset({LAYER}))
    assert faults(replace(facts, behind={LAYER: "as sent"})) == []
    assert (Fault.OTHER_BYTES, LAYER) in faults(facts)
    unasked = replace(doubted, demanded=frozenset())
    assert (Fault.OTHER_BYTES, LAYER) in faults(replace(facts, behind={LAYER: "as sent"}, said=unasked))


def test_a_layer_that_was_told_to_stay_may_keep_the_template_that_was_behind_its_url() -> None:
    stays = replace(ALARMS, texts={LAYER: "as it was"})
    facts = replace(played(stays, stays), reviewed={LAYER: "as it is now"}, behind={LAYER: "as it was"})
    assert faults(facts) == []
    assert faults(replace(facts, behind={})) == [(Fault.OTHER_BYTES, LAYER)]
    assert faults(replace(facts, behind={LAYER: "something else"})) == [(Fault.OTHER_BYTES, LAYER)]
    assert (Fault.OTHER_BYTES, LAYER) in faults(replace(facts, touched=frozenset({AT})))
    assert faults(replace(facts, said=Said(rows={AT: UPDATED}))) == [(Fault.OTHER_BYTES, LAYER)]
    assert faults(replace(facts, said=Said(rows={AT: replace(UPDATED, certain=False)}))) == []
    gone = replace(stays, resources={LAYER: stays.resources[LAYER]})
    assert (Fault.OTHER_BYTES, LAYER) in faults(replace(facts, after=gone))


def test_success_is_claimed_of_what_is_complete_alone() -> None:
    for status in ("UPDATE_ROLLBACK_COMPLETE", "UPDATE_FAILED", "UPDATE_IN_PROGRESS"):
        assert faults(played(ALARMS, replace(ALARMS, status=status))) == [(Fault.FALSE_SUCCESS, ())]
        inside = replace(ALARMS, resources={**ALARMS.resources, LAYER: Stood(STACK, "arn:data", status)})
        assert faults(played(ALARMS, inside)) == [(Fault.FALSE_SUCCESS, LAYER)]
    beside = frozenset({LAYER, ("Other",)})
    assert faults(replace(played(ALARMS, ALARMS), layers=beside)) == [(Fault.FALSE_SUCCESS, ("Other",))]
    without = replace(ALARMS, outputs={})
    assert (Fault.FALSE_SUCCESS, ("Url",)) in faults(played(without, without))


def test_what_is_touched_by_a_run_that_told_nothing_is_untrue() -> None:
    facts = replace(played(ALARMS, OTHERS, end=End.REFUSED), said=None)
    assert faults(facts) == [(Fault.UNSHOWN, AT)]


def test_a_run_is_overtaken_by_somebody_alone() -> None:
    facts = replace(played(ALARMS, ALARMS, end=End.REFUSED), detail="Overtaken: somebody else deployed")
    assert faults(facts) == [(Fault.REFUSED, ())]
    assert faults(replace(facts, alone=False)) == []
    assert faults(replace(facts, detail="ChangeSetFailed: the template is wrong")) == []


def test_a_deployer_that_breaks_is_a_fault() -> None:
    facts = replace(played(ALARMS, ALARMS, end=End.CRASHED), detail="KeyError: 'x'")
    assert violations(facts) == [Violation(Fault.CRASHED, (), "KeyError: 'x'")]


def _set(**settings: str) -> Snapshot:
    return replace(ALARMS, settings={name.replace("_", "-"): value for name, value in settings.items()})


@pytest.mark.parametrize("end", [End.DEPLOYED, End.UNCHANGED])
def test_a_setting_that_changes_is_told_and_one_that_is_told_changes(end: End) -> None:
    said = Said(settings=frozenset({"role"}))
    moves = played(_set(role="a"), _set(role="b"), end=end)
    assert faults(moves) == [(Fault.SETTING_UNTOLD, ("role",))]
    assert faults(replace(moves, said=said)) == []
    assert faults(replace(moves, after=moves.before, said=said)) == [(Fault.SETTING_UNDONE, ("role",))]


def test_a_protection_that_goes_needs_an_approval_of_its_own() -> None:
    name = "termination-protection"
    said = Said(settings=frozenset({name}))
    goes = played(_set(termination_protection="on"), _set(termination_protection="off"), said=said)
    assert faults(goes) == [(Fault.UNGUARDED, (name,))]
    assert faults(replace(goes, said=replace(said, demanded=frozenset({(name,)})))) == []
    comes = replace(goes, before=goes.after, after=goes.before)
    assert faults(comes) == []


def test_an_export_that_holds_an_update_up_was_told_to_be_in_use() -> None:
    detail = "Export s1-Name cannot be updated as it is in use by s1-Layer1-X"
    facts = replace(played(ALARMS, ALARMS, end=End.FAILED), detail=detail)
    assert faults(facts) == [(Fault.EXPORT_UNTOLD, ())]
    assert faults(replace(facts, said=Said(imported=frozenset({"s1-Name"})))) == []


def test_a_secret_that_is_told_is_one_no_more() -> None:
    assert faults(replace(played(ALARMS, ALARMS), leaked=("deep-hush-red",))) == [(Fault.SECRET_TOLD, ())]


def test_every_fault_is_shown_here() -> None:
    text = File(__file__).read_text(encoding="utf-8")
    assert [fault for fault in Fault if f"Fault.{fault.name}" not in text] == []


def test_precision_counts_what_was_so_and_what_was_feared_in_vain() -> None:
    before = standing(Orders=f"{ALARM}=1", Kept=f"{ALARM}=1", Idle=f"{ALARM}=1", Same=f"{ALARM}=1")
    after = standing(Orders=f"{ALARM}=2", Kept=f"{ALARM}=1", Idle=f"{ALARM}=1", Same=f"{ALARM}=1")
    rows: dict[Path, Row] = {
        AT: REPLACED,
        ("Data", "Kept"): Row(Fate.REPLACED, False),
        ("Data", "Idle"): Row(Fate.UPDATED, False),
        ("Data", "Same"): REPLACED,
        ("Data",): Row(Fate.UPDATED, beside=True),
    }
    facts = played(before, after, rows, ("Data", "Kept"), AT)
    assert precision(facts) == {
        "certain rows": 2,
        "certain rows that were right": 1,
        "unknown rows": 2,
        "unknown rows that did not change": 1,
        "unknown rows that changed less": 1,
    }
    assert mistaken(facts) == ["Data/Same replaced: not touched"]
