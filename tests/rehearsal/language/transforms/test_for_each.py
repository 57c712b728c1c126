"""Fn::ForEach: what a loop becomes."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.language.transforms.for_each import NO_COLLECTION, Bound, check_loops, expanded

FAILED = "Transform AWS::LanguageExtensions failed with: "
LAYOUT = f"{FAILED}Fn::ForEach layout is incorrect"


def loop(identifier: Any, items: Any, fragment: Any, name: str = "Loop") -> dict[str, Any]:
    return {f"Fn::ForEach::{name}": [identifier, items, fragment]}


def unrolled(entries: dict[str, Any]) -> list[tuple[str, Any]]:
    """Keys and what is bound there; a collection is a list as it is written, or what is bound to its name."""
    found = expanded(entries, Bound(), lambda items, bound: [bound.items[items["Ref"]]] if "Ref" in items else items)
    return [(key, dict(bound.items)) for key, _, bound in found]


def refusal(entries: dict[str, Any]) -> str:
    with pytest.raises(CloudFormationError) as caught:
        unrolled(entries)
    return caught.value.message


def test_a_fragment_stands_in_place_of_its_loop_once_for_every_item() -> None:
    entries = {"First": 1, **loop("X", ["a", 2, True], {"A${X}": 0, "${X}B": 0}), "Last": 1}
    assert [key for key, _ in unrolled(entries)] == ["First", "Aa", "aB", "A2", "2B", "Atrue", "trueB", "Last"]
    assert unrolled(entries)[1][1] == {"X": "a"}


def test_no_items_leave_nothing() -> None:
    assert unrolled(loop("X", [], {"A${X}": 0})) == []


def test_loops_within_loops_know_all_identifiers_around_them() -> None:
    inner = loop("Y", [1, 2], {"${X}${Y}": 0}, "Inner")
    assert unrolled(loop("X", ["a", "b"], {"${X}": 0} | inner)) == [
        ("a", {"X": "a"}),
        ("a1", {"X": "a", "Y": "1"}),
        ("a2", {"X": "a", "Y": "2"}),
        ("b", {"X": "b"}),
        ("b1", {"X": "b", "Y": "1"}),
        ("b2", {"X": "b", "Y": "2"}),
    ]
    assert unrolled(loop("X", ["a"], loop("Y", {"Ref": "X"}, {"${Y}": 0}, "Inner")))[0][0] == "a"


@pytest.mark.parametrize(
    ("key", "made"),
    [
        ("A${X}B", "Ax-1.yB"),
        ("A&{X}B", "Ax1yB"),
        ("&{X}${Y}", "x1y${Y}"),
        ("${!X}", "${!X}"),
        ("$X{X}", "$X{X}"),
        ("${Fn${X}}", "${Fnx-1.y}"),
    ],
)
def test_a_key_holds_the_item_or_its_letters_and_digits(key: str, made: str) -> None:
    assert Bound({"X": "x-1.y"}).key(key) == made


@pytest.mark.parametrize(
    "value",
    [
        "text",
        {},
        ["X", ["a"]],
        ["X", ["a"], {}, {}],
        ["", ["a"], {}],
        [1, ["a"], {}],
        [["X", "Y"], [["a", "b"]], {}],
        [{"Ref": "P"}, ["a"], {}],
        ["X", "a", {}],
        ["X", ["a"], []],
        ["X", ["a"], "text"],
    ],
)
def test_a_loop_is_an_identifier_a_collection_and_a_fragment(value: Any) -> None:
    assert refusal({"Fn::ForEach::L": value}) == LAYOUT


@pytest.mark.parametrize("items", [{"a": 1}, [["a"]], [{"Fn::GetAtt": ["A", "B"]}], 5, None])
def test_a_collection_is_a_list_of_texts(items: Any) -> None:
    with pytest.raises(CloudFormationError) as caught:
        list(expanded(loop("X", [], {"A": 0}), Bound(), lambda written, bound: items))
    assert caught.value.message == FAILED + NO_COLLECTION


@pytest.mark.parametrize(
    "entries",
    [
        loop("X", ["a", "b"], {"Cidr": 0}),
        loop("X", ["a", "a"], {"Cidr${X}": 0}) | {"Cidr": 0},
        {"Cidr": 0, **loop("X", ["r"], {"Cid${X}": 0})},
        {**loop("X", ["r"], {"Cid${X}": 0}), "Cidr": 0},
        loop("X", ["r"], {"Cid${X}": 0}) | loop("Y", ["C"], {"${Y}idr": 0}, "Other"),
    ],
)
def test_keys_that_meet_are_refused(entries: dict[str, Any]) -> None:
    made = "Cidra" if entries.get("Cidr") == 0 and "Cidr${X}" in str(entries) else "Cidr"
    assert refusal(entries) == f"{FAILED}Duplicate key '{made}' when merging keys to parent object in Fn::ForEach"


def test_an_identifier_is_needed_in_a_key_only_where_keys_would_meet() -> None:
    assert [key for key, _ in unrolled(loop("X", ["a"], {"Cidr": 0}))] == ["Cidr"]


def test_more_than_five_loops_or_one_identifier_twice_are_not_simulated() -> None:
    fragment: dict[str, Any] = {"A": 0}
    for depth in range(5):
        fragment = loop(f"X{depth}", ["a"], fragment, f"L{depth}")
    assert [key for key, _ in unrolled(fragment)] == ["A"]
    assert refusal(loop("X", ["a"], fragment)) == "Fn::ForEach over X0 is not simulated: more than 5 loops are nested"
    twice = loop("X", ["a"], loop("X", ["b"], {"A": 0}, "Inner"))
    assert refusal(twice) == "Fn::ForEach over X is not simulated: its identifier is already used"


@pytest.mark.parametrize(
    "document",
    [
        {"Resources": {"L": {}, "Fn::ForEach::L": []}},
        {"Resources": {"Fn::ForEach::L": []}, "Parameters": {"L": {}}},
        {"Resources": {"L": {}}, "Outputs": {"Fn::ForEach::L": []}},
        {"Resources": {"A": {"Properties": {"Tags": [{"Fn::ForEach::L": []}]}}, "Fn::ForEach::L": []}},
        {"Resources": loop("X", ["a"], loop("Y", ["b"], {}, "L"), "L")},
    ],
)
def test_the_name_of_a_loop_is_its_own(document: dict[str, Any]) -> None:
    with pytest.raises(CloudFormationError) as caught:
        check_loops(document)
    assert caught.value.message == "Fn::ForEach::L is not simulated: its name is already used"


@pytest.mark.parametrize("inner", [{}, {"Fn::ForEach::M": []}])
@pytest.mark.parametrize("sections", [("Resources", "Outputs"), ("Conditions", "Resources", "Outputs")])
def test_loops_of_one_name_may_stand_in_different_sections(sections: tuple[str, ...], inner: dict[str, Any]) -> None:
    check_loops({section: loop("X", ["a"], inner, "Env") for section in sections})


def test_the_identifier_of_a_loop_is_no_parameter() -> None:
    with pytest.raises(CloudFormationError) as caught:
        check_loops({"Parameters": {"X": {}}, "Resources": {"Fn::ForEach::L": ["X", ["a"], {}]}})
    assert caught.value.message == "Fn::ForEach over X is not simulated: its identifier is already used"


def test_different_names_are_fine() -> None:
    check_loops({"Resources": {"A": {}, "Fn::ForEach::L": []}, "Conditions": {"Fn::ForEach::M": []}})
