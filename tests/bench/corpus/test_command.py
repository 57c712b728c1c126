"""The command over a folder: what counts as a template, the table, the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.__main__ import main

GOOD = "Resources: {T: {Type: AWS::SNS::Topic}}"
BAD = "Resources: {T: {Type: AWS::SNS::Topic, Properties: {DisplayNam: d}}}"


def test_the_share_of_faults_decides_the_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tmp_path.joinpath("good.yaml").write_text(GOOD)
    tmp_path.joinpath("notes.yaml").write_text("Resources: of the team")
    tmp_path.joinpath("broken.json").write_text("{")
    assert main(["corpus", str(tmp_path), "--jobs", "1"]) == 0
    assert "     1  templates; at fault 0.0% of those that can be judged" in capsys.readouterr().out
    tmp_path.joinpath("bad.template").write_text(BAD)
    outcomes = tmp_path / "outcomes.txt"
    assert main(["corpus", str(tmp_path), "--jobs", "1", "--json", str(outcomes)]) == 1
    out = capsys.readouterr().out
    assert "     2  templates; at fault 50.0% of those that can be judged" in out
    assert "bad.template (create): " in out
    assert [row["class"] for row in json.loads(outcomes.read_text())] == ["refused", "played to the end"]
    assert main(["corpus", str(tmp_path), "--jobs", "1", "--at-most", "50"]) == 0


def test_a_folder_that_is_none_or_holds_no_template_is_an_error(tmp_path: Path) -> None:
    assert main(["corpus", str(tmp_path / "none")]) == 2
    assert main(["corpus", str(tmp_path)]) == 2
