"""docs/comparison.md: what it says of this project is there, and what it says of others has a source."""

from __future__ import annotations

import re
import shlex

import pytest
from troposphere import Parameter

from render import main as render
from templates.service import declaration, parameters, queue, scaling
from tests.documents.test_commands import readable
from tests.documents.transcripts import PROJECT

PAGE = (PROJECT / "docs/comparison.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| ")]
NAMED = [word for row in ROWS for word in re.findall(r"`([^`]+)`", row[-1])]
FIELDS = set(declaration.Declared._fields)
PARAMETERS = {
    value.title
    for module in (parameters, scaling, queue)
    for value in vars(module).values()
    if isinstance(value, Parameter)
}


def test_every_row_says_something_of_each() -> None:
    assert len(ROWS) > 20
    assert {len(row) for row in ROWS} == {5}
    assert all(cell for row in ROWS[1:] for cell in row)


def test_the_page_names_commands_options_fields_and_parameters_that_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    of_render = options_of_render(capsys)
    seen = {"deploy.py": 0, "render.py": 0, "field": 0, "parameter": 0}
    for text in NAMED:
        program, _, rest = text.partition(" ")
        if program == "deploy.py" and rest:
            seen[program] += 1
            assert readable(shlex.split(rest)), text
        elif program == "render.py":
            seen[program] += 1
            assert set(re.findall(r"--[a-z-]+", rest)) <= of_render, text
        elif re.fullmatch(r"[a-z_]+(=.*)?", text):
            seen["field"] += 1
            assert text.partition("=")[0] in FIELDS, text
        elif text[0].isupper():
            seen["parameter"] += 1
            assert text in PARAMETERS, text
        else:
            assert text.rstrip("/") in ("deploy.py", "rendered"), text
    assert all(seen.values()), seen


def options_of_render(capsys: pytest.CaptureFixture[str]) -> set[str]:
    with pytest.raises(SystemExit):
        render(["--help"])
    return set(re.findall(r"--[a-z-]+", capsys.readouterr().out))


def test_each_of_the_others_has_its_sources() -> None:
    sources = PAGE.split("\n## Sources\n")[1]
    for name in ("AWS Copilot: [", "AWS CDK: [", "Terraform: ["):
        assert name in sources
    assert len(re.findall(r"\]\(https://", sources)) > 10
