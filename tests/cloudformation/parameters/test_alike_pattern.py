"""Patterns that three engines read alike: what they are made of, and what is none of them."""

from __future__ import annotations

import pytest

from cloudformation.parameters.alike_pattern import alike_pattern


def written(pattern: str) -> list[list[str]]:
    alternatives = alike_pattern(pattern)
    assert alternatives is not None
    return [[item.written for item in items] for items in alternatives]


def test_a_pattern_is_its_alternatives_and_these_are_items_with_their_quantifiers() -> None:
    assert written(r"^$|^a(b|c)*[d-f]{2,3}\.$") == [["^", "$"], ["^", "a", "(b|c)*", "[d-f]{2,3}", r"\.", "$"]]


def test_a_group_has_alternatives_of_its_own_and_what_may_be_left_out_says_so() -> None:
    (items,) = alike_pattern("(?:a|bc)?x{0,2}y") or ()
    assert [len(inside) for inside in items[0].inside] == [1, 2]
    assert [item.optional for item in items] == [True, True, False]


def test_short_forms_are_those_of_ascii_as_java_has_them() -> None:
    assert written(r"\s\D[\d_]") == [[r"[\t-\r ]", "[^0-9]", "[0-9_]"]]


def test_what_must_not_follow_is_read_with_the_ends_of_its_alternatives_and_holds_nothing_itself() -> None:
    ((begins, refused, letters, ends),) = alike_pattern("^(?!(a|b)$|c.*)[a-z]+$") or ((),)
    assert (begins.written, refused.written, letters.written, ends.written) == ("^", "(?!(a|b)$|c.*)", "[a-z]+", "$")
    assert refused.optional


def test_a_class_knows_what_it_takes() -> None:
    ((first, second, third),) = alike_pattern("[a-cx-]q[^a]") or ((),)
    assert first.ranges == (("a", "c"), ("x", "x"), ("-", "-"))
    assert first.may_hold((("b", "d"),))
    assert not first.may_hold((("d", "w"),))
    assert not second.may_hold((("a", "c"),))
    assert third.may_hold((("a", "a"),))


@pytest.mark.parametrize(
    "pattern",
    [
        "a^b",
        "(a$)b",
        "a++",
        "a{2,1}",
        "[b-a]",
        "[a[b]]",
        "[a&&b]",
        r"\p{L}",
        r"\1",
        "(?=a)",
        "(?!a)+",
        "(?!^a)b",
        "(?!(a$))b",
        "(?i)a",
        "é",
        "a{",
        "(a",
        "a)",
        r"[\t-z]",
        r"[\d-z]",
    ],
)
def test_what_may_be_read_otherwise_is_none(pattern: str) -> None:
    assert alike_pattern(pattern) is None
