"""Text of unknown origin stays text, in HTML and in Markdown."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployment.report.escaping import clean, code, escaped, fenced, prose
from tests.deployment.report.examples import HOSTILE


@given(st.text())
def test_escaped_text_reads_back_and_opens_nothing(text: str) -> None:
    assert html.unescape(escaped(text)) == clean(text)
    assert not set("<>\"'") & set(escaped(text))


@pytest.mark.parametrize(
    ("text", "set_as_code"),
    [
        ("Ecs/Service", "`Ecs/Service`"),
        ("Tags/0/Value", "`Tags/0/Value`"),
        ("a <b> & *c*", "`a <b> & *c*`"),
        ("", ""),
        ("a|b", "<code>a&#124;b</code>"),
        ("`x`", "<code>&#96;x&#96;</code>"),
        (" x", "<code> x</code>"),
        ("two\nlines", "`two\\x0alines`"),
        ("@x|", "<code>&#64;&#8203;x&#124;</code>"),
    ],
)
def test_code_stays_on_its_line_and_in_its_cell(text: str, set_as_code: str) -> None:
    assert code(text) == set_as_code


@given(st.text())
def test_code_in_a_table_never_ends_its_cell_or_its_span(text: str) -> None:
    shown = code(text)
    assert "|" not in shown
    assert "\n" not in shown
    assert shown.count("`") in (0, 2)


def test_prose_mentions_nobody_and_formats_nothing() -> None:
    shown = prose(f"{HOSTILE} _x_ **y** [z](u) ~w~")
    assert not re.search(r"[<>`|*_~\[\]@]|#(?!\d+;)", shown)
    assert "&#64;&#8203;team" in shown
    assert "&#35;&#8203;1" in shown


@given(st.text(alphabet="`a\n"))
def test_a_fence_is_longer_than_any_inside(text: str) -> None:
    first, *inside, last = fenced(text).split("\n")
    assert first == f"{last}text"
    assert "\n".join(inside) == text
    assert last not in "\n".join(inside)
