"""The part of docs/tools.md that `make tools` writes: a table for each tool, a row for each of its steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from tests.tools.playing import Verdict
from tests.tools.steps import PROJECT, Tool

PAGE = PROJECT / "docs" / "tools.md"
FIRST = "<!-- from here on written by: make tools -->\n"
LAST = "<!-- up to here written by: make tools -->\n"
_HEAD = "| step | command | what CloudFormation is asked then | as the tool says |\n|---|---|---|---|\n"


def section(verdicts: Sequence[Verdict]) -> str:
    """The tables of these verdicts, in their order."""
    return "".join(_table(tool, list(own)) for tool, own in groupby(verdicts, lambda verdict: verdict.tool))


def _table(tool: Tool, verdicts: Sequence[Verdict]) -> str:
    rows = "".join(f"| {' | '.join(map(_cell, _row(verdict)))} |\n" for verdict in verdicts)
    return f"\n### {tool.name} ({tool.package} {tool.version()})\n\n{_HEAD}{rows}"


def _row(verdict: Verdict) -> Iterator[str]:
    step = verdict.step
    yield step.name
    yield step.command
    yield step.asked or "-"
    yield verdict.said


def _cell(text: str) -> str:
    """One line, whatever a tool has said."""
    return text.splitlines()[0].replace("|", "/")


def parts(text: str) -> tuple[str, str, str]:
    """A page before its tables, its tables, and what follows them."""
    before, _, rest = text.partition(FIRST)
    tables, _, after = rest.partition(LAST)
    return before, tables, after


def write(verdicts: Sequence[Verdict], page: Path = PAGE) -> None:
    """Puts these verdicts in the place of those that the page has."""
    before, _, after = parts(page.read_text(encoding="utf-8"))
    page.write_text(before + FIRST + section(verdicts) + "\n" + LAST + after, encoding="utf-8")
