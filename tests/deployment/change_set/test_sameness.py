"""A plain change set stands in for the reviewed one only where both say the same, in every fact that is reported."""

from __future__ import annotations

from typing import Any

import pytest

from deployment.aws.clock import Waiting
from deployment.change_set.change_set import ChangeSet
from deployment.change_set.lifecycle import await_change_set
from deployment.change_set.sameness import Sameness, compare
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime
from tests.deployment.shapes import STACK_TYPE, change_set, detail, row

_UNKNOWN = "{{changeSet:KNOWN_AFTER_APPLY}}"
_SAME = Sameness((), ())


def _compared(
    reviewed: list[dict[str, Any]],
    plain: list[dict[str, Any]],
    stored: frozenset[str] = frozenset(),
    *parameters: dict[str, str],
    folded: frozenset[str] = frozenset(),
) -> Sameness:
    """`parameters` are those of the reviewed set, then of the plain one."""

    def described(rows: list[dict[str, Any]], body: dict[str, str] | None) -> ChangeSet:
        given: dict[str, Any] = {"Parameters": [body]} if body else {}
        client = FakeClient("cloudformation", describe_change_set=change_set("root", *rows, **given))
        return await_change_set(client, "root", Waiting(FakeTime().clock, POLLING))

    own, other = parameters or (None, None)
    return compare(described(reviewed, own), described(plain, other), stored, folded)


def _stored(resolved: str | None) -> dict[str, str]:
    return {"ParameterKey": "Table", "ParameterValue": "/name"} | ({"ResolvedValue": resolved} if resolved else {})


def test_the_order_of_rows_and_reasons_does_not_matter() -> None:
    one, two = detail("Name", before="a", after="b"), detail("Size", before="1", after="2")
    rows = [row("A", one, two), row("B", action="Add")]
    assert _compared(rows, [row("B", action="Add"), row("A", two, one)]) == _SAME


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (row("A", detail("Name", before="a", after="c")), "A: /Properties/Name changes otherwise"),
        (row("A", detail("Name", before="x", after="b")), "A: /Properties/Name changes otherwise"),
        (
            row("A", detail("Name", before="a", after="b"), detail("Size", before="1", after="2")),
            "A: /Properties/Size changes otherwise",
        ),
        (row("A", action="Remove"), "A: Remove of AWS::SNS::Topic, not Modify of AWS::SNS::Topic a-1"),
        (
            row("A", detail("Name", before="a", after="b"), PhysicalResourceId="a-2"),
            "A: Modify of AWS::SNS::Topic a-2, not Modify of AWS::SNS::Topic a-1",
        ),
        (row("B", detail("Name", before="a", after="b")), "A: Modify is no longer in it"),
        (row("A", detail("Name", before="a", after="b"), Replacement="True"), "A: is replaced in one alone"),
        (row("A", detail("Name", before="a", after="b"), PolicyAction="Retain"), "A: is replaced in one alone"),
    ],
)
def test_any_other_fact_is_a_contradiction(other: dict[str, Any], said: str) -> None:
    assert _compared([row("A", detail("Name", before="a", after="b"))], [other]).contradictions[0] == said


def test_what_is_new_is_a_contradiction() -> None:
    assert _compared([], [row("A", action="Remove")]).contradictions == ("A: Remove was not in the review",)
    added = _compared([], [row("Layer", kind=STACK_TYPE, action="Add")])
    assert added.contradictions == ("Layer: Add was not in the review",)


def test_a_row_that_only_the_execution_tells_of_may_be_missing_and_not_come() -> None:
    open_ = row("A", detail("Value", before="a", after=_UNKNOWN))
    assert _compared([open_], []) == _SAME
    assert _compared([], [open_]).doubts == ("A: may change, and was not in the review",)


def test_a_replacement_that_hangs_on_what_is_not_known_is_a_doubt() -> None:
    known, open_ = detail("Name", before="a", after="b"), detail("Id", before="x", after=_UNKNOWN)
    compared = _compared([row("A", known, open_, Replacement="True")], [row("A", known)])
    assert compared == Sameness((), ("A: may be replaced in one alone",))


_FED = detail("Name", before="a", after=_UNKNOWN)
_READ = detail("Name", before="a", after="b")


def test_what_a_layer_outputs_now_may_stand_where_the_reviewed_set_has_a_placeholder() -> None:
    assert _compared([row("A", _FED)], [row("A", _READ)]) == _SAME
    assert _compared([row("A", _FED, Replacement="True")], [row("A", _READ, Replacement="True")]) == _SAME
    other = _compared([row("A", _FED)], [row("A", _READ, detail("Size", before="1", after="2"))])
    assert other.contradictions == ("A: /Properties/Size changes otherwise",)


def test_a_list_of_which_one_item_is_open_may_be_told_as_a_whole_or_item_by_item() -> None:
    whole = detail("Tags", after=f'[{{"Key":"a","Value":"{_UNKNOWN}"}}]')
    assert _compared([row("A", whole)], [row("A", detail("Tags/0/Value", before="x", after="y"))]) == _SAME
    moved = row("A", detail("Tags/0/Value", before="x", after="y"), detail("Tags/1/Value", before="y", after=_UNKNOWN))
    assert _compared([moved], []) == _SAME


def test_what_the_review_said_does_not_change_must_not_change_in_the_plain_set() -> None:
    compared = _compared([row("A", _FED)], [row("A", _READ)], folded=frozenset({"A"}))
    assert compared.contradictions == ("A: changes, and the review said that it does not",)
    assert _compared([row("A", _FED)], [row("A", _FED)], folded=frozenset({"A"})) == _SAME


def test_a_nested_stack_is_held_by_its_values_and_the_properties_that_both_tell() -> None:
    hours = detail("Parameters/Hours", before="4", after="7")
    assert _compared([row("L", hours, kind=STACK_TYPE)], [row("L", kind=STACK_TYPE)]) == _SAME
    assert _compared([], [row("L", kind=STACK_TYPE)]) == _SAME
    other = detail("Parameters/Hours", before="4", after="9")
    said = _compared([row("L", hours, kind=STACK_TYPE)], [row("L", other, kind=STACK_TYPE)])
    assert said.contradictions == ("L: /Properties/Parameters/Hours changes otherwise",)


def test_a_stored_value_is_the_same_where_both_sets_came_to_it() -> None:
    table = frozenset({"Table"})
    assert _compared([], [], table, _stored("orders-1"), _stored("orders-1")) == _SAME
    moved = _compared([], [], table, _stored("orders-1"), _stored("orders-2"))
    assert moved.contradictions == ("parameter Table has another value in Systems Manager",)
    assert _compared([], [], table, _stored(None), _stored(None)).doubts == (
        "the value of parameter Table is not reported",
    )


def test_a_value_that_goes_is_known_however_the_property_is_evaluated() -> None:
    """A dynamic detail with a value before and none after takes the property away: that is not left open."""
    goes = row("A", detail("Name", before="a", dynamic=True))
    assert _compared([goes], []).contradictions == ("A: Modify is no longer in it",)
    assert _compared([row("A", detail("Name", dynamic=True))], []) == _SAME


def test_a_nested_stack_is_one_under_whatever_id_and_however_it_is_said_to_be_replaced() -> None:
    one = row("L", kind=STACK_TYPE, PhysicalResourceId="x")
    for other in (
        row("L", kind=STACK_TYPE, PhysicalResourceId="y"),
        row("L", kind=STACK_TYPE, PhysicalResourceId="x", Replacement="True"),
        row("L", kind=STACK_TYPE, PhysicalResourceId="x", PolicyAction="Retain"),
    ):
        assert _compared([one], [other]) == _SAME
    for other in (row("L", PhysicalResourceId="x"), row("L", kind=STACK_TYPE, PhysicalResourceId="x", action="Import")):
        assert len(_compared([one], [other]).contradictions) == 1
