"""docs/tools.md shows the tools, versions and steps that the driver knows, and what `make tools` found of each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.tools import page
from tests.tools.known import TOOLS
from tests.tools.playing import NO_COMMAND, YES, Verdict
from tests.tools.steps import LIFE, PROJECTS, Tool

FOUND = [Verdict(tool, step, YES if step.play else NO_COMMAND) for tool in TOOLS for step in tool.steps]


def test_the_tables_are_those_of_the_driver_and_every_step_came_to_what_it_should() -> None:
    before, tables, after = page.parts(page.PAGE.read_text(encoding="utf-8"))
    assert before
    assert not after.strip()
    assert tables == page.section(FOUND) + "\n"


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: str(tool.project))
def test_every_tool_goes_through_the_whole_life(tool: Tool) -> None:
    names = [step.name for step in tool.steps]
    assert [name for name in names if name in LIFE] == list(LIFE)
    assert len(set(names)) == len(names)
    assert (PROJECTS / tool.project).is_dir()


def test_every_tool_has_its_section_that_says_how_to_point_it_here() -> None:
    before, _, _ = page.parts(page.PAGE.read_text(encoding="utf-8"))
    assert re.findall(r"^## (.*)$", before, re.M) == ["CDK", "SAM", "sceptre", "AWS CLI", "SDKs", "What was tried"]
    assert "export AWS_ENDPOINT_URL=http://127.0.0.1:4566" in before


def test_what_was_found_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    copy = tmp_path / "tools.md"
    copy.write_text(f"# Before\n{page.FIRST}old\n{page.LAST}after\n", encoding="utf-8")
    said = "no: exit code 1 | and\nmore"
    page.write([Verdict(FOUND[0].tool, FOUND[0].step, said)], copy)
    before, tables, after = page.parts(copy.read_text(encoding="utf-8"))
    assert (before, after) == ("# Before\n", "after\n")
    assert tables.splitlines()[-2].endswith("| no: exit code 1 / and |")
    assert "old" not in tables
