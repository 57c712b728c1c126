"""deploy.py over a shop and the state of its rehearsal, which lies beside it: what exists, a copy of it, a report."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import deploy as command
from tests.deployment.this_process import RehearsalHere

_SCHEMA = json.loads((Path(__file__).parents[2] / "docs/report.schema.json").read_text(encoding="utf-8"))
# That the schema is one, tests/deployment/report/test_json_document.py checks.
_VALIDATOR = jsonschema.Draft202012Validator(_SCHEMA)
Report = tuple[int, dict[str, Any], str]
"""The exit code, the JSON report, and the rest of the output."""


def rehearsing(shop: Path) -> list[str]:
    """The options of every command."""
    return ["--env", "dev", "--rehearse", "--state", str(shop.parent / "state")]


def deployed(shop: Path, *options: str) -> None:
    """What is approved without a look, and succeeds."""
    assert command.main([*rehearsing(shop), "--yes", *options], shop, rehearsal=RehearsalHere) == 0


def copied(standing: Path, folder: Path) -> Path:
    """The shop of one folder with its state in another one, where it can be changed."""
    for name in ("state", "shop"):
        shutil.copytree(standing / name, folder / name)
    return folder / "shop"


def where_tasks(shop: Path, tasks: str) -> list[str]:
    """The options under which tasks go as a line of a scenario says; none where there is no line."""
    if not tasks:
        return []
    scenario = shop.parent / "scenario.yaml"
    scenario.write_text(f"tasks:\n  - {tasks}\n")
    return ["--scenario", str(scenario)]


def reported(shop: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> Report:
    """What a command comes to; its report is checked against the schema."""
    capsys.readouterr()
    code = command.main([*rehearsing(shop), "--output", "json", *arguments], shop, rehearsal=RehearsalHere)
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    _VALIDATOR.validate(document)
    return code, document, captured.err
