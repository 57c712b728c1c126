"""Where a value comes from, what is known of it when it was looked for, and the words for people."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cloudformation.environment.findings import Place
from cloudformation.environment.value_sources import INPUT, KEPT, Setting, Source, taken, variable


def _typed(text: str) -> Callable[[], str]:
    return lambda: text


def test_a_variable_is_taken_as_it_is_even_where_it_is_empty() -> None:
    for text in ("word", "", " a\n"):
        found, source = taken(variable("X"), {"X": text}, None)
        assert (found, source.lacking, source.told) == (text, None, "from environment variable X")


@pytest.mark.parametrize(
    ("source", "variables", "typed", "lacking"),
    [
        (variable("X"), {"x": "word"}, None, "environment variable X is not set"),
        (variable("X"), {"X": "w\udcff"}, None, "environment variable X is not UTF-8 text"),
        (INPUT, {}, None, "standard input was not read"),
        (INPUT, {}, "", "standard input is empty"),
        (INPUT, {}, "w\udcff", "standard input is not UTF-8 text"),
    ],
)
def test_what_is_lacking_is_said(source: Source, variables: dict[str, str], typed: str | None, lacking: str) -> None:
    found, known = taken(source, variables, None if typed is None else _typed(typed))
    assert (found, known.lacking) == ("", lacking)


def test_standard_input_is_read_for_a_value_that_comes_from_it_alone() -> None:
    def read() -> str:
        raise AssertionError("it was read")

    assert taken(INPUT, {}, _typed("word"))[0] == "word"
    assert taken(KEPT, {"X": "word"}, read) == ("", KEPT)
    assert taken(variable("X"), {"X": "word"}, read)[0] == "word"


def test_a_setting_is_read_under_the_name_of_its_parameter() -> None:
    place = Place("dev.yaml", 1)
    asked: list[str] = []

    def read(name: str) -> str:
        asked.append(name)
        return f"of {name}"

    written = Setting("text", place)
    assert written.read("A", {}, read) is written
    typed = Setting("", place, source=INPUT)
    assert typed.read("A", {}, read).text == "of A"
    assert typed.read("A", {}, None) == typed
    assert Setting("", place, source=variable("X")).read("A", {"X": "x"}, read).text == "x"
    assert asked == ["A"]
