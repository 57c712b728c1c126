"""Texts drawn from a pattern."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehearsal.resources.made_up.pattern_text import text_of
from tests.examples import examples

SOURCE = random.Random(11)


def token(length: int, alphabet: str) -> str:
    return "".join(SOURCE.choices(alphabet, k=length))


@pytest.mark.parametrize(
    ("pattern", "shape"),
    [
        ("^mw-[0-9a-f]{17}$", r"mw-[0-9a-f]{17}"),
        ("^[A-Z0-9]{4,20}$", r"[A-Z0-9]{12}"),
        (r"^\d{12}$", r"[0-9]{12}"),
        (r"[\w+]+", r"[a-z0-9]{12}"),
        ("^(live|test)$", r"live"),
        ("^$|^role/.+$", r"role/[a-z0-9]{12}"),
        ("^(ssoins-[a-f0-9]{16})?$", r"ssoins-[a-f0-9]{16}"),
        ("^(?:a-){2}[^-]$", r"a-a-[a-z0-9]"),
        (r"^[^\d\W]+$", r"[a-z]{12}"),
        ("^[-!~]{3}[$]$", r"[-!~]{3}\$"),
        (r"^.[^a]\s$", r"[a-z0-9][b-z0-9] "),
    ],
)
def test_a_text_looks_as_ids_do(pattern: str, shape: str) -> None:
    text = text_of(pattern, token)
    assert text is not None
    assert re.fullmatch(shape, text), text


def test_a_text_keeps_within_its_bounds() -> None:
    assert len(text_of("^[a-z]*$", token, 30, 40) or "") == 36
    assert len(text_of("^[a-z]+$", token, 0, 4) or "") == 1
    assert len(text_of("^[a-z]{2,}$", token, 50, 50) or "") == 50


def test_what_only_the_empty_text_fits_is_empty() -> None:
    assert text_of("^$", token) == ""


@pytest.mark.parametrize("pattern", [r"\p{L}+", "^a(?=b)c$", "^[z-a]$"])
def test_nothing_is_drawn_where_nothing_fits_or_python_cannot_read(pattern: str) -> None:
    assert text_of(pattern, token) is None


PARTS = ["[a-f]", "x", r"\d{3}", "(ab|c)", "[^0-9]{2,}", "(?:q-)?", r"\w*", ".", "[A-Z_]+?"]


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.sampled_from(PARTS), min_size=1))
def test_a_drawn_text_is_found_by_its_pattern(parts: list[str]) -> None:
    pattern = f"^{''.join(parts)}$"
    text = text_of(pattern, token)
    assert text is not None
    assert re.search(pattern, text)
