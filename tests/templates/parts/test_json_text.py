"""JSON that people read is what json itself writes with an indent."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from templates.parts.json_text import indented

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=30)


@given(VALUES)
def test_it_is_the_text_of_json(value: Any) -> None:
    assert indented(value) == json.dumps(value, indent=2) + "\n"
    assert indented(value, ascii_only=False) == json.dumps(value, indent=2, ensure_ascii=False) + "\n"
