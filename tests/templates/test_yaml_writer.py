"""The writer: what it writes reads well, and reads back as the same object."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from templates.yaml_reader import read
from templates.yaml_writer import SECTIONS, TAGS, write

TRICKY = st.sampled_from(
    "yes no on off Y n true False null ~ Null 0o17 017 0x1F 1:30 190:20:30 1e3 1_000 .inf -.INF .nan 2010-09-09 "
    "2001-12-14t21:59:43.10-05:00 << = - -- --- ... ? : a:b a: # a#b !Ref * & % @ ` | > {} [] , ' \" \\ 12e03 +1 -1".split()
    + [
        "",
        " a",
        "a ",
        "a: b",
        "a #b",
        "a\nb",
        "a\n",
        "\na",
        "a\n\nb\n\n",
        " \n",
        "\t",
        "a\tb",
        "\u2028",
        "\x85",
        "\ufeff",
    ]
    + [
        "${A}, ${B}",
        "^$|^arn:aws[a-z-]*:.+$",
        "it's",
        '"q"',
        "word " * 40 + "end",
        "x" * 200,
        "a  b " * 40,
        "é → 日本 😀",
    ]
)
TEXT = TRICKY | st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
KEY = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | TRICKY.filter(lambda text: len(text) < 100)
SCALAR = TEXT | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False, allow_infinity=False)


def _containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    call = st.tuples(st.sampled_from([*TAGS, "Fn::Contains"]), inner | TEXT | st.lists(inner, max_size=3))
    attribute = st.lists(TEXT, min_size=2, max_size=2).map(lambda parts: {"Fn::GetAtt": parts})
    return (
        st.lists(inner, max_size=4)
        | st.dictionaries(KEY, inner, max_size=4)
        | call.map(lambda pair: {pair[0]: pair[1]})
        | attribute
    )


VALUE = st.recursive(SCALAR, _containers, max_leaves=12)
DOCUMENT = st.dictionaries(st.sampled_from(SECTIONS) | KEY, VALUE | st.dictionaries(KEY, VALUE, max_size=3), max_size=5)


@settings(max_examples=400, deadline=None)
@given(DOCUMENT)
def test_whatever_is_written_reads_back_as_the_same_object(document: dict[str, Any]) -> None:
    text = write(document, "templates/any.py")
    assert (read(text) or {}) == document
    assert text == write(document, "templates/any.py")
