"""Which mutations a module has, how they are named, and what they make of it."""

from __future__ import annotations

import ast

import pytest

from tests.mutants.mutations import mutations

SOURCE = '''
from dataclasses import dataclass

Value = str | int
LIMIT = 3


class Tally:
    """A docstring."""

    @property
    def worst(self) -> "int | None":
        """Of all."""
        if not self.count:
            return None
        return max(self.count)
'''


def _made(source: str) -> list[str]:
    return [mutation.name.partition(": ")[2] for mutation in mutations(source)]


def _after(source: str) -> list[str]:
    return [ast.unparse(mutation.applied(source)) for mutation in mutations(source)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a < b", ["a <= b"]),
        ("a is None", ["a is not None"]),
        ("not a", ["a"]),
        ("a and b", ["a or b", "b", "a"]),
        ("a - b", ["a + b"]),
        ("a if b else c", ["c if b else a"]),
        ("rows[0]", ["rows[-1]", "rows[1]"]),
        ("rows[-1]", ["rows[0]", "rows[-2]"]),
        ("sorted(rows)", ["list(rows)"]),
        ("sorted(rows, key=at)", ["sorted(rows)"]),
        ("min(rows, default=None)", ["max(rows, default=None)", "min(rows)"]),
        ("text.partition(':')", ["text.rpartition(':')"]),
        ("[row for row in rows if row]", ["[row for row in rows]"]),
        ("isinstance(a, str | int)", []),
        ("f(a=True)", ["f(a=False)"]),
        ("'text'", []),
    ],
)
def test_an_expression_becomes_each_of_the_slips_that_are_made_of_it(before: str, after: list[str]) -> None:
    assert _after(f"x = {before}") == [f"x = {made}" for made in after]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("rows.clear()", "pass"),
        ("total += 1", "pass"),
        ("row.at = at", "pass"),
        ("raise error", "pass"),
    ],
)
def test_a_statement_with_an_effect_is_left_out(before: str, after: str) -> None:
    assert after in _after(before)


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring."""',
        "Value = str | int",
        "def f(row: str | int) -> str | None: ...",
        "if TYPE_CHECKING:\n    limit = 3",
        "@cache(3)\ndef f(): ...",
        "def f():\n    return ''",
    ],
)
def test_what_is_for_reading_or_for_types_alone_is_not_mutated(source: str) -> None:
    assert _made(source) == []


def test_a_mutation_is_named_by_its_function_and_keeps_its_name_where_lines_move() -> None:
    names = [mutation.name for mutation in mutations(SOURCE)]
    assert names == [
        "module: 3 -> 4",
        "Tally.worst: not self.count -> self.count",
        "Tally.worst: return max(self.count) -> return None",
        "Tally.worst: max(self.count) -> min(self.count)",
    ]
    moved = mutations(SOURCE.replace("LIMIT", "FIRST = ()\n\n\nLIMIT"))
    assert [mutation.name for mutation in moved] == names
    assert [mutation.line for mutation in moved] != [mutation.line for mutation in mutations(SOURCE)]


def test_two_like_ones_within_a_function_are_told_apart() -> None:
    assert [mutation.name for mutation in mutations("x = a < b\ny = a < b")] == [
        "module: a < b -> a <= b",
        "module: a < b -> a <= b #2",
    ]


def test_only_one_place_is_changed() -> None:
    [first, second] = _after("x = a < b\ny = a < b")
    assert (first, second) == ("x = a <= b\ny = a < b", "x = a < b\ny = a <= b")


def test_a_mutation_has_a_line_also_where_a_filter_is_left_out() -> None:
    assert [mutation.line for mutation in mutations("x = 'a'\ny = [row for row in rows if row]")] == [2]
