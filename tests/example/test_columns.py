"""Pages are read in an editor and in a diff too: no line is longer than a line of code if it can be shorter.

A transcript is what the screen shows, and the target of a link and a table that a program writes are as long as they
are. A row of a table with many columns may be longer, but not its cells: longer text belongs below the table. In a
project that is made from this one, lines are longer where its names are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.documents.transcripts import PAGES, PROJECT

COLUMNS = 120
MANY_CELLS = 4
# CHANGELOG.md is history, which nobody wraps again.
WRAPPED = [page for page in PAGES if page != "CHANGELOG.md"]
_WRITTEN = re.compile(
    r"^ *<!--[^\n]*\bwritten by\b.*?^ *<!-- (?:end of|up to here)[^\n]*-->$", re.MULTILINE | re.DOTALL
)
_BLOCK = re.compile(r"^ *```(?P<language>\w*)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TARGET = re.compile(r"(?<=\])\([^)\s]*\)|^\[[\w-]+\]: \S+$")


def too_long(text: str) -> Iterator[str]:
    """The lines of a page, and the cells of its tables, that people can make shorter."""
    text = _BLOCK.sub(lambda block: block["text"] if block["language"] else "", _WRITTEN.sub("", text))
    text = _COMMENT.sub("", text)
    for line in text.splitlines():
        shown = _TARGET.sub("", line)
        cells = shown.strip().strip("|").split("|") if shown.lstrip().startswith("|") else []
        yield from (cell for cell in (cells if len(cells) >= MANY_CELLS else [shown]) if len(cell) > COLUMNS)


@pytest.mark.parametrize("page", WRAPPED)
def test_no_line_is_longer_than_a_line_of_code(page: str) -> None:
    assert [*too_long((PROJECT / page).read_text(encoding="utf-8"))] == []


def test_a_line_that_is_too_long_is_seen() -> None:
    word, row = "x" * 119, "x" * 50
    assert [*too_long(f"{word} y\n")] == [f"{word} y"]
    assert [*too_long(f"| {row} | {row} | {row} |\n")] == [f"| {row} | {row} | {row} |"]
    assert [*too_long(f"```sh\n{word} y\n```\n{word} z\n```\n{word} s\n```\n")] == [f"{word} y", f"{word} z"]


def test_what_cannot_be_shorter_may_be_longer() -> None:
    word, row = "x" * 119, "x" * 50
    assert [*too_long(f"[a](https://{word})\n[b]: https://{word}\n")] == []
    assert [*too_long(f"```\n$ {word}\n```\n<!-- after: {word} -->\n")] == []
    assert [*too_long(f"<!-- the table is written by x -->\n| {word} |\n<!-- end of the table -->\n")] == []
    assert [*too_long(f"| {row} | {row} | {row} | {row} |\n")] == []
