"""The blocks of the page are found and applied as they stand, and a block that does not fit is an error."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.own_system import PROJECT
from tests.yours.checklists import CHECKLISTS, PAGE, Step, changed, follow, steps

TEXT = (PROJECT / PAGE).read_text(encoding="utf-8")


def test_a_layer_is_one_module_and_two_lines_and_a_parameter_one_module_and_one_line_of_grouping() -> None:
    layer, parameter = ([step for step in steps(TEXT, name) if step.language != "sh"] for name in CHECKLISTS[:2])
    assert layer[0].path == "templates/layers/orders.py"
    added = [[line for line in step.text.splitlines()[1:] if line.startswith("+")] for step in layer[1:]]
    assert [len(lines) for lines in added] == [2, 1]
    assert [step.text.splitlines()[0] for step in parameter] == [
        "+++ templates/layers/cert.py",
        "+++ templates/layers/root_form.py",
    ]
    assert sum(line.startswith("+") for line in parameter[1].text.splitlines()[1:]) == 1


def test_an_environment_is_one_file() -> None:
    files = [step.text.splitlines()[0] for step in steps(TEXT, CHECKLISTS[2]) if step.language == "diff"]
    copied = re.findall(r"cp params/\S+ (params/\S+)", TEXT)
    assert files == [f"+++ {copied[0]}"]


def test_a_part_of_a_diff_changes_its_one_place() -> None:
    assert changed("a\nb\nc\n", " a\n-b\n+x\n+y\n", "f") == "a\nx\ny\nc\n"


@pytest.mark.parametrize("text", ["a\n", "a\nb\na\nb\n"])
def test_a_part_that_fits_nowhere_or_twice_is_an_error(text: str) -> None:
    with pytest.raises(AssertionError, match="f: stands there"):
        changed(text, " a\n-b\n+x\n", "f")


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("mine")
    with pytest.raises(AssertionError, match=r"a\.py is there already"):
        follow(Step("python", "x\n", "a.py"), tmp_path)
    assert (tmp_path / "a.py").read_text() == "mine"
