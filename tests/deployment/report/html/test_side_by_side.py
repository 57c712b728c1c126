"""Two values side by side show what differs and lose nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployment.report.html.side_by_side import Stretch, alone, side_by_side

_plain = st.text(alphabet='ab\u00e9"\\', max_size=4)
_json = st.recursive(st.integers() | _plain, lambda each: st.lists(each) | st.dictionaries(_plain, each))


def _text(lines: list[list[Stretch]]) -> str:
    return "\n".join("".join(text for text, _ in line) for line in lines)


def test_within_a_line_only_the_words_that_differ_are_marked() -> None:
    before, after = side_by_side("shop-dev-public", "shop-prod-public")
    assert before == [[("shop-", False), ("dev", True), ("-public", False)]]
    assert after == [[("shop-", False), ("prod", True), ("-public", False)]]


def test_json_is_compared_line_by_line() -> None:
    before, after = side_by_side('{"a": 1, "b": [2]}', '{"a": 1, "b": [3]}')
    assert [text for line in before for text, differs in line if differs] == ["    2"]
    assert [text for line in after for text, differs in line if differs] == ["    3"]
    assert len(before) == len(after) == 6


def test_a_value_alone_has_nothing_marked() -> None:
    assert alone("[1]") == [[("[", False)], [("  1", False)], [("]", False)]]
    assert alone("[not json") == [[("[not json", False)]]
    assert alone("") == [[("", False)]]


@given(st.text(alphabet="ab -\n"), st.text(alphabet="ab -\n"))
def test_both_sides_say_what_was_given(before: str, after: str) -> None:
    assert [_text(side) for side in side_by_side(before, after)] == [before, after]


@given(st.text(alphabet="ab -\n"), st.text(alphabet="ab -\n"))
def test_what_is_not_marked_is_the_same_on_both_sides(before: str, after: str) -> None:
    left, right = (
        "".join(text for line in side for text, differs in line if not differs) for side in side_by_side(before, after)
    )
    assert left == right


@pytest.mark.slow
@given(_json, _json)
def test_json_stays_the_same_value(before: Any, after: Any) -> None:
    texts = json.dumps([before]), json.dumps([after])
    assert [json.loads(_text(side)) for side in side_by_side(*texts)] == [[before], [after]]


def test_what_is_too_long_to_compare_is_marked_whole() -> None:
    before, after = side_by_side("a\n" * 3000, "a\n" * 2999 + "b\n")
    assert all(differs for line in before + after for _, differs in line)
