"""Two values side by side: the lines of each, and which stretches of them are not in the other."""

import json
import re
from difflib import SequenceMatcher
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias

from deployment.report.marks import lines_of

Stretch: TypeAlias = tuple[str, bool]
"""A piece of text, and whether it differs from the other side."""

_MOST_COMPARED = 2_000  # lines or words; comparing takes the square of that


def side_by_side(before: str, after: str) -> tuple[list[list[Stretch]], list[list[Stretch]]]:
    """The lines of both sides, each line as stretches. JSON is set on many lines first."""
    old, new = (lines_of(_readable(value)) for value in (before, after))
    if len(old) == len(new) == 1:
        return _within_a_line(old[0], new[0])
    sides = _compared(old, new)
    return [[line] for line in sides[0]], [[line] for line in sides[1]]


def alone(value: str) -> list[list[Stretch]]:
    """The lines of a value that has no other side."""
    return [[(line, False)] for line in lines_of(_readable(value))]


def _readable(value: str) -> str:
    if not value.startswith(("{", "[")):
        return value
    try:
        return json.dumps(json.loads(value), indent=2, ensure_ascii=False)
    except ValueError:
        return value


def _within_a_line(old: str, new: str) -> tuple[list[list[Stretch]], list[list[Stretch]]]:
    left, right = _compared(*(re.findall(r"\w+|\W", text) for text in (old, new)))
    return [_joined(left)], [_joined(right)]


def _compared(old: list[str], new: list[str]) -> tuple[list[Stretch], list[Stretch]]:
    if max(len(old), len(new)) > _MOST_COMPARED:
        return [(piece, True) for piece in old], [(piece, True) for piece in new]
    left: list[Stretch] = []
    right: list[Stretch] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left += [(piece, tag != "equal") for piece in old[i1:i2]]
        right += [(piece, tag != "equal") for piece in new[j1:j2]]
    return left, right


def _joined(pieces: list[Stretch]) -> list[Stretch]:
    """Neighbours of one kind as one stretch."""
    runs = groupby(pieces, key=itemgetter(1))
    return [("".join(text for text, _ in run), differs) for differs, run in runs]
