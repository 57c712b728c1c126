"""The table of docs/scanners.md: what is skipped, between two marks of a page that people write."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.scanners.command import PROJECT
from tests.scanners.skips import EVERY, Skip

PAGE = PROJECT / "docs" / "scanners.md"
BEGIN, END = "<!-- the table is written by: make scan -->\n", "<!-- end of the table -->\n"


def with_table(page: str, skips: Sequence[Skip]) -> str:
    """The page with its table anew."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PAGE.name} lacks one of its marks: {BEGIN.strip()} {END.strip()}")
    return f"{before}{BEGIN}{_table(skips)}{END}{after}"


def is_stale(skips: Sequence[Skip], page: Path = PAGE) -> bool:
    text = page.read_text(encoding="utf-8")
    return with_table(text, skips) != text


def write(skips: Sequence[Skip], page: Path = PAGE) -> None:
    page.write_text(with_table(page.read_text(encoding="utf-8"), skips), encoding="utf-8")


def _table(skips: Sequence[Skip]) -> str:
    rows = [
        f"| {skip.place.replace('*', chr(92) + '*')} | {shown_where(skip)} | {', '.join(skip.rules)} | {skip.reason} |"
        for skip in sorted(skips, key=lambda skip: (skip.place, shown_where(skip)))
    ]
    return "\n".join(["| Resource | Where | Rules | Why not |", "|---|---|---|---|", *rows]) + "\n"


def shown_where(skip: Skip) -> str:
    if skip.environments == EVERY:
        return "everywhere"
    return ", ".join(where if isinstance(where, str) else where.said for where in skip.environments)
