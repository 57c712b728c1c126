"""The workflow: that its check has what it plays, what the preview of a pull request may do, and that there is one."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parent.parent
MARK = "<!-- preview -->"
GH = """\
#!/bin/bash
echo "$*" >> "$CALLS"
if [[ "$*" == *--paginate* ]]; then printf '%s' "$EXISTING"; fi
"""
DEPLOY = """\
#!/bin/bash
echo "### $*"
[[ "$*" != *"--env $BROKEN "* ]]
"""


def preview() -> dict[str, Any]:
    workflow = yaml.safe_load((PROJECT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    job: dict[str, Any] = workflow["jobs"]["preview"]
    return job


def run(step: str, folder: Path, **environment: str) -> int:
    """Runs a step's script as the runner does, with what exists in `folder/bin` first on the path."""
    [script] = [each["run"] for each in preview()["steps"] if each.get("name") == step]
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(command, cwd=folder, env={**os.environ, **environment, "PATH": path}, check=False).returncode


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def told(folder: Path, existing: str = "") -> list[str]:
    """What gh was called with."""
    program(folder / "bin/gh", GH)
    calls = {"CALLS": str(folder / "calls"), "EXISTING": existing}
    given = {"COMMENTS": "repos/o/r/issues/7/comments", "RUN": "https://example.com/run"}
    assert run("Comment on the pull request", folder, **calls, **given) == 0
    return (folder / "calls").read_text(encoding="utf-8").splitlines()


def test_the_check_has_node_before_it_runs_so_that_the_second_sdk_is_played() -> None:
    workflow = yaml.safe_load((PROJECT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    steps = workflow["jobs"]["check"]["steps"]
    names = [step.get("run") or step["uses"].partition("@")[0] for step in steps]
    assert names.index("actions/setup-node") < names.index("make check")
    node = steps[names.index("actions/setup-node")]["with"]
    assert (PROJECT / node["cache-dependency-path"]).is_file()
    engines = json.loads((PROJECT / "tests/second_sdk/package.json").read_text(encoding="utf-8"))["engines"]
    assert int(node["node-version"]) >= int(engines["node"].removeprefix(">="))


def test_the_workflow_plays_every_target_that_the_whole_check_plays() -> None:
    """All but the tests of `make test`, which are among those of the check, and a browser, which the runner has."""
    whole = re.findall(r"^make (\S+)$", (PROJECT / ".ci/run").read_text(encoding="utf-8"), re.MULTILINE)
    workflow = yaml.safe_load((PROJECT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    commands = {step.get("run") for job in workflow["jobs"].values() for step in job["steps"]}
    assert {f"make {target}" for target in whole} - commands == {"make browser", "make test"}


def test_the_job_may_comment_and_nothing_else_and_has_no_credentials_for_aws() -> None:
    job = preview()
    assert job["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert job["if"] == "github.event_name == 'pull_request'"
    text = yaml.safe_dump(job)
    assert "secrets." not in text
    assert "id-token" not in text
    assert "aws-actions" not in text


def test_what_a_pull_request_says_of_itself_never_becomes_a_command() -> None:
    """Names of branches are anybody's text: scripts take them from variables."""
    assert not [step["run"] for step in preview()["steps"] if "${{" in step.get("run", "")]


@pytest.mark.parametrize(("broken", "code"), [("none", 0), ("dev", 1)])
def test_every_environment_is_played_even_after_one_that_fails(tmp_path: Path, broken: str, code: int) -> None:
    program(tmp_path / ".venv/bin/python", DEPLOY)
    for name in ("dev", "prod"):
        (tmp_path / "params").mkdir(exist_ok=True)
        (tmp_path / f"params/{name}.yaml").write_text("")
    (tmp_path / "params/prices.yaml").write_text("prices:\n")  # no environment
    summary = tmp_path / "summary"
    given = {"BASE": "origin/main", "GITHUB_STEP_SUMMARY": str(summary), "BROKEN": broken}
    assert run("Rehearse every environment", tmp_path, **given) == code
    played = "deploy.py --env {} --rehearse --from origin/main --yes plan --output markdown"
    assert summary.read_text().splitlines() == [MARK, *(f"### {played.format(name)}" for name in ("dev", "prod"))]


def test_the_first_preview_is_a_new_comment(tmp_path: Path) -> None:
    (tmp_path / "preview.md").write_text(f"{MARK}\nx\n")
    asked, posted = told(tmp_path)
    assert "--paginate repos/o/r/issues/7/comments" in asked
    assert posted == "api --method POST repos/o/r/issues/7/comments --field body=@preview.md --silent"


def test_a_later_preview_takes_the_place_of_the_first(tmp_path: Path) -> None:
    (tmp_path / "preview.md").write_text(f"{MARK}\nx\n")
    _, posted = told(tmp_path, "42\n43\n")
    assert posted == "api --method PATCH repos/o/r/issues/comments/42 --field body=@preview.md --silent"


def test_what_is_too_long_for_a_comment_says_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "preview.md").write_text(MARK + "x" * 70_000)
    told(tmp_path)
    text = (tmp_path / "preview.md").read_text()
    assert text.startswith(f"{MARK}\n")
    assert "https://example.com/run" in text
