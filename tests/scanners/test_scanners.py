"""The scan: of all environments within its time, and of faults put into what is deployed."""

from __future__ import annotations

import copy
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.own_system import PROD, values
from tests.scanners import cfn_lint, offline_validator
from tests.scanners.__main__ import SCANNERS, main, scan, templates
from tests.scanners.finding import Finding, Scanner, ScannerError, Work
from tests.scanners.planted import PLANTED
from tests.scanners.resolved import ResolvedLayer, own_environments, resolved

LINTERS = (cfn_lint.SCANNER, offline_validator.SCANNER)
SOME = own_environments()[0].name
INSTALLED = [scanner for scanner in SCANNERS if not scanner.installed or scanner.installed.exists()]
FAULTS = {
    "checkov": "checkov faulty alb/AccessLogsBucket CKV_AWS_53",
    "cfn-guard": "cfn-guard faulty alb/AccessLogsBucket CT.S3.PR.1",
    "cfn-lint": "cfn-lint faulty alb/HttpsListener E3012",
    "cloudformation-validate": "cloudformation-validate faulty alb/HttpsListener F3012",
}


def faulty() -> ResolvedLayer:
    """Production's load balancer, its bucket open and a port that is none."""
    [alb] = [layer for layer in resolved(PROD, values("prod")) if layer.layer == "alb"]
    template: dict[str, Any] = copy.deepcopy(dict(alb.template))
    del template["Resources"]["AccessLogsBucket"]["Properties"]["PublicAccessBlockConfiguration"]
    template["Resources"]["HttpsListener"]["Properties"]["Port"] = "https"
    return replace(alb, environment="faulty", template=template)


@pytest.mark.slow
def test_every_tool_finds_the_fault_that_is_put_into_what_is_deployed() -> None:
    found = {f"{one.tool} {one.environment} {one.place} {one.rule}" for one in scan(INSTALLED, [faulty()])}
    assert {FAULTS[scanner.name] for scanner in INSTALLED} <= found


@pytest.mark.slow
def test_all_environments_are_linted_within_eight_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    started = time.process_time()
    assert main([scanner.name for scanner in LINTERS]) == 0
    assert time.process_time() - started < 8
    assert f"{len(templates())} templates, by cfn-lint, cloudformation-validate: 0 problems" in capsys.readouterr().out


def played(name: str = "tool", rule: str = "P1", **more: Any) -> Scanner:
    """A tool that finds its rule in the planted template, and in the load balancer of an environment."""

    def find(work: Work) -> list[Finding]:
        assert len(work.files()) == len(templates()) + 1
        return [work.finding(name, file, "Open", rule, "open") for file in (PLANTED.file, f"{SOME}.alb.json")]

    return Scanner(name, find, "P1", **more)


def test_a_finding_without_a_skip_fails_the_scan(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], [played()]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"tool {SOME} alb/Open P1: open"
    assert "or add the reason to tests/scanners/skips.py" in lines[1]


@pytest.mark.slow
def test_a_tool_that_misses_the_planted_fault_fails_the_scan(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], [played(rule="P2")]) == 1
    assert "tool does not find the planted fault (P1): it is not believed" in capsys.readouterr().out


def test_a_tool_that_is_not_installed_is_named_and_nothing_is_scanned(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main([], [played(), played("absent", installed=tmp_path / "absent")]) == 2
    assert capsys.readouterr().out == "not installed: absent; run make scan, which installs them\n"


@pytest.mark.slow
def test_a_tool_that_comes_to_no_verdict_ends_the_scan(capsys: pytest.CaptureFixture[str]) -> None:
    def broken(work: Work) -> list[Finding]:
        raise ScannerError("tool: exit code 5")

    assert main([], [Scanner("tool", broken, "P1")]) == 2
    assert capsys.readouterr().out == "tool: exit code 5\n"


def test_an_unknown_tool_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["tflint"])
    assert "tflint: not one of checkov, cfn-guard, cfn-lint, cloudformation-validate" in capsys.readouterr().err


def test_an_environment_that_is_named_as_the_planted_template_is_not_overlooked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tests.scanners.__main__.templates", lambda: [replace(PLANTED, layer="alb")])
    assert main([], [played()]) == 2
    assert "an environment cannot be named planted" in capsys.readouterr().out
