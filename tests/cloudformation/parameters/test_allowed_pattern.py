"""AllowedPattern is a regular expression of Java's; both engines answer as Java does."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudformation.parameters.allowed_pattern import InvalidPatternError, UnsayableError, java_pattern

regex: Any = import_module("regex")
# Pattern, value, and what java.util.regex.Pattern of Java 17 says of them with matches().
FACTS = json.loads((Path(__file__).parent / "java_patterns.json").read_text())
ENGINES = pytest.mark.parametrize("engine", [re, regex], ids=["re", "regex"])
# What no engine is asked to say.
UNSAYABLE = {
    *("[a&&]", r"\X", r"\N{DIGIT ONE}", r"\ud83d\ude00", "(?iu)é", "(?d).", r"(?U)\d"),
    *(r"(a|b)*\1", r"(?:(a)\1)+", r"(a\1)", r"(?i)(a)\1", "ab(?<=a*b)", r"(?i)[\p{Lu}]", "[a&&[b]&c]", "[a&&[a]b&&b]"),
}
ATOMS = [
    *("a", "b", "A", "-", "1", r"\d", r"\W", r"\s", r"\h", r"\p{Alpha}", r"\P{Punct}", ".", "^", "$", r"\Z", r"\b"),
    *("[a-c]", "[^a]", "[a-z&&[^b]]", "[^a-z&&[aeiou]]", "[a-b[1-9]]", "(?i)", "(?-i)", "(?m)", "(?s)", "(?i:", ")"),
    *("(", "(?:", "(?>", "(?=", "(?!", "(?<!", "|", "?", "*", "++", "{2}", "{1,2}+", r"\1", r"\Qa.\E", "[", "&&", "]"),
]


def verdict(pattern: str, value: str, engine: Any) -> str:
    try:
        return "matches" if java_pattern(pattern, engine).fullmatch(value) else "differs"
    except InvalidPatternError:
        return "refused"
    except UnsayableError:
        return "unsayable"


@ENGINES
def test_an_engine_says_what_java_says(engine: Any) -> None:
    wrong = [
        (pattern, value, answer, said)
        for pattern, value, said in FACTS
        if (answer := verdict(pattern, value, engine)) != ("unsayable" if left_out(pattern, engine) else said)
    ]
    assert wrong == []


def left_out(pattern: str, engine: Any) -> bool:
    return pattern in UNSAYABLE or (engine is re and beyond_re(pattern))


def beyond_re(pattern: str) -> bool:
    """Whether the pattern has properties of Unicode, a look-behind of many lengths, or a group that names itself."""
    return (
        pattern in ("a(?<=a|xa)b", r"(a\1)")
        or re.search(r"\\[pP](L|\{(L|Z|Is|In|java|gc|script))(?!ower)", pattern) is not None
    )


def test_the_facts_hold_every_construct() -> None:
    assert len(FACTS) > 300
    assert {said for _, _, said in FACTS} == {"matches", "differs", "refused"}


@ENGINES
@pytest.mark.parametrize("pattern", sorted(UNSAYABLE))
def test_what_cannot_be_said_is_not_guessed_at(pattern: str, engine: Any) -> None:
    with pytest.raises(UnsayableError):
        java_pattern(pattern, engine)


@ENGINES
@pytest.mark.parametrize("pattern", ["(" * 5000 + ")" * 5000, "[" * 5000 + "a" + "]" * 5000])
def test_a_pattern_that_is_too_much_for_an_engine_is_not_guessed_at(pattern: str, engine: Any) -> None:
    assert verdict(pattern, "a", engine) == "unsayable"


@given(st.lists(st.sampled_from(ATOMS), max_size=7).map("".join), st.text("abA1-.\r\n é", max_size=4))
def test_both_engines_agree(pattern: str, value: str) -> None:
    answers = {verdict(pattern, value, re), verdict(pattern, value, regex)}
    assert len(answers - {"unsayable"}) <= 1


@given(st.text(r"ab(?<>[]{},&^$|\dpLQEkx01i-:)*+", max_size=12))
def test_any_text_is_said_refused_or_left_alone(pattern: str) -> None:
    assert verdict(pattern, "ab", re) in ("matches", "differs", "refused", "unsayable")


@ENGINES
@pytest.mark.parametrize(
    ("groups", "value"), [("abcdefghijkl", "abcdefghijkll"), ("abcdefghijk", "abcdefghijka2"), ("a", "aa2")]
)
def test_a_number_of_two_digits_refers_to_a_group_where_there_are_so_many(groups: str, value: str, engine: Any) -> None:
    pattern = "".join(f"({letter})" for letter in groups) + r"\12"
    others = {f"{groups}{last}" for last in ("l", "a2", "b", "12")} - {value}
    assert verdict(pattern, value, engine) == "matches"
    assert {verdict(pattern, other, engine) for other in others} == {"differs"}


@ENGINES
def test_a_flag_says_nothing_of_signs_that_it_is_not_about(engine: Any) -> None:
    assert java_pattern("(?s)a.c", engine).fullmatch("a\nc")
    assert not java_pattern("(?s)abc", engine).fullmatch("axc")
    assert not java_pattern("a.c", engine).fullmatch("a\nc")
    assert not java_pattern("(?m)abc", engine).fullmatch("axc")
