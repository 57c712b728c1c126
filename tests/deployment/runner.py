"""A GitHub runner, as far as a workflow's shell sees it: the steps of a job in bash, with GitHub's variables set.

Steps that use an action are left out, and so is the one that installs what is installed. A step's expressions are
looked up among what the test knows; one that it does not know is an error.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[2]
WORKFLOW = PROJECT / ".github/workflows/deploy-environment.yml"
# deploy.py over the folder that it lies in, with the code of this project.
_DEPLOY = f"""\
import sys
from pathlib import Path
sys.path.insert(0, {str(PROJECT)!r})
from deploy import main
sys.exit(main(sys.argv[1:], Path(__file__).resolve().parent))
"""
_COMMIT = "0123456789abcdef0123456789abcdef01234567"
_EXPRESSION = re.compile(r"\$\{\{ (.+?) \}\}")
_HEREDOC = re.compile(r"^(\w+)<<(\S+)\n(.*?)^\2\n", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Job:
    """How a job ended: the exit code of the step that failed, its outputs, its log and its summary."""

    code: int
    outputs: Mapping[str, str]
    log: str
    summary: str


@dataclass(frozen=True)
class Run:
    """The jobs of one run of the workflow; None for one that was skipped."""

    plan: Job
    deploy: Job | None
    discard: Job | None


@dataclass(frozen=True)
class Runner:
    """Plays the workflow of one environment in a checkout, against one endpoint."""

    checkout: Path
    url: str
    region: str = "eu-west-1"
    secrets: Mapping[str, str] = field(default_factory=dict)
    newest: str = _COMMIT
    """What the branch is at; a run is of another commit where a push came after it."""

    def run(self, *, part: str = "platform", allow: str = "", approved: bool = True) -> Run:
        """The whole workflow, as its conditions have it; `approved` is the answer after the plan."""
        plan = self.job("plan", part=part, allow=allow)
        asked = plan.code == 0 and plan.outputs["plans"] != ""
        deploy = self.job("deploy", plan, part=part, allow=allow) if asked and approved else None
        left = plan.outputs["plans"] != "" and (deploy is None or deploy.code != 0)
        return Run(plan, deploy, self.job("discard", plan, part=part) if left else None)

    def job(self, name: str, plan: Job | None = None, *, part: str = "platform", allow: str = "") -> Job:
        """One job; `plan` is the one that it needs."""
        workflow = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
        job = workflow["jobs"][name]
        known = {"inputs.environment": "dev", "inputs.part": part, "inputs.allow": allow, "github.token": "token"}
        if plan:
            known["needs.plan.outputs.plans"] = plan.outputs["plans"]
        steps: dict[str, str] = {}
        log, code = "", 0
        files = {name: self._file(name) for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_ENV")}
        for step in job["steps"]:
            if "run" not in step or step["name"] == "Install":
                continue
            given = {**workflow["env"], **step.get("env", {})}
            code, said = self.script(step["run"], {key: _filled(text, known) for key, text in given.items()} | files)
            log += said
            written = _outputs(Path(files["GITHUB_OUTPUT"]).read_text(encoding="utf-8"))
            steps |= {f"steps.{step.get('id')}.outputs.{key}": text for key, text in written.items()}
            if code:
                break
        outputs = {key: _filled(text, steps) for key, text in job.get("outputs", {}).items()}
        return Job(code, outputs, log, Path(files["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8"))

    def _file(self, name: str) -> str:
        """An empty file for a job, as the runner gives one."""
        path = self.checkout.parent / name
        path.write_text("", encoding="utf-8")
        return str(path)

    def script(self, script: str, given: Mapping[str, str]) -> tuple[int, str]:
        """Exit code and log of a script, which the runner starts with -e where no shell is named."""
        own = {name: text for name, text in os.environ.items() if not name.startswith(("AWS_", "GITHUB_", "PYTHON"))}
        configured = {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": self.region,
            "AWS_ACCESS_KEY_ID": "ci",
            "AWS_SECRET_ACCESS_KEY": "ci",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
        # GitHub's CLI stands among the programs of a runner; it says what the newest commit is.
        program(self.checkout.parent / "bin/gh", f"#!/bin/bash\necho {self.newest}\n")
        runner = {"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_REF_NAME": "main", "GITHUB_RUN_ID": "1"}
        runner |= {"GITHUB_SHA": _COMMIT, "GITHUB_REPOSITORY": "shop/web"}
        runner["PATH"] = f"{self.checkout.parent / 'bin'}{os.pathsep}{own['PATH']}"
        return in_bash("-ec", script, {**own, **configured, **runner, **self.secrets, **given}, self.checkout)


def in_bash(options: str, script: str, environment: Mapping[str, str], folder: Path) -> tuple[int, str]:
    """Exit code of a script without anybody to type, and all that it wrote, in its order."""
    done = subprocess.run(
        ["bash", options, script],
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout


def check_out(project: Path, python: str | Path = sys.executable) -> Path:
    """The project as a job finds it once everything is installed."""
    program(project / ".venv/bin/python", f'#!/bin/bash\nexec "{python}" "$@"\n')
    (project / "deploy.py").write_text(_DEPLOY, encoding="utf-8")
    for name in (".ci", "cloudformation"):
        (project / name).symlink_to(PROJECT / name)
    return project


def program(path: Path, text: str) -> None:
    """A program of a test's own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def _filled(text: Any, known: Mapping[str, str]) -> str:
    """A text with its expressions worked out; what a step did not set is empty."""
    return _EXPRESSION.sub(lambda match: known.get(match[1], "") if _of_step(match[1]) else known[match[1]], str(text))


def _of_step(expression: str) -> bool:
    return expression.startswith("steps.")


def _outputs(text: str) -> dict[str, str]:
    """What GITHUB_OUTPUT says: lines `name=value`, and values of several lines up to a delimiter."""
    long = {match[1]: match[3].removesuffix("\n") for match in _HEREDOC.finditer(text)}
    short = dict(line.split("=", 1) for line in _HEREDOC.sub("", text).splitlines())
    return long | short
