"""The table of docs/scanners.md: what the skips say, and no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scanners.page import BEGIN, END, PAGE, is_stale, with_table, write
from tests.scanners.skips import EVERY, SKIPS, Skip

ONE = Skip("network/*Subnet?", EVERY, ("tool R1", "other Q1"), "because")


def test_the_page_says_what_the_skips_say() -> None:
    assert not is_stale(SKIPS)
    text = PAGE.read_text(encoding="utf-8")
    assert all(rule in text for skip in SKIPS for rule in skip.rules)


def test_a_skip_is_a_row_and_what_people_write_around_the_table_stays(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}old\n{END}after\n", encoding="utf-8")
    assert is_stale([ONE], page)
    write([ONE], page)
    assert not is_stale([ONE], page)
    lines = page.read_text(encoding="utf-8").splitlines()
    assert (lines[0], lines[-1]) == ("before", "after")
    assert r"| network/\*Subnet? | everywhere | tool R1, other Q1 | because |" in lines
    assert "old" not in lines


def test_a_page_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks one of its marks"):
        with_table("no table", [ONE])
