"""What cfn-guard writes, read: a finding for each resource that breaks a control."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.scanners.cfn_guard import findings
from tests.scanners.finding import ScannerError, Work

CONTROL = "\n        [CT.S3.PR.1]: Require public access to be blocked\n        [FIX]: Block it.\n        "


@pytest.fixture
def work(tmp_path: Path) -> Work:
    made = Work(tmp_path, {"dev.alb.json": "ap-northeast-1"})
    made.templates.mkdir()
    (made.templates / "dev.alb.json").write_text("{}", encoding="utf-8")
    return made


def clause(path: str) -> dict[str, Any]:
    return {"Clause": {"Unary": {"check": {"UnResolved": {"value": {"traversed_to": {"path": path}}}}}}}


def report(work: Work, message: str | None, *paths: str, name: str = "dev.alb.json") -> str:
    inner = {"name": "check", "messages": {"custom_message": message}, "checks": [clause(path) for path in paths]}
    outer = {"name": "blocked_check", "messages": {"custom_message": None}, "checks": [{"Rule": inner}]}
    one = {"name": str(work.templates / name), "status": "FAIL", "not_compliant": [{"Rule": outer}]}
    return json.dumps([one, {"name": str(work.templates / name), "status": "PASS", "not_compliant": []}])


def test_a_control_is_told_for_each_resource_that_breaks_it(work: Work) -> None:
    text = report(work, CONTROL, "/Resources/B/Properties", "/Resources/A/Properties/X/0", "/Resources/A")
    assert [str(finding) for finding in findings(work, text)] == [
        "cfn-guard dev alb/A CT.S3.PR.1: Require public access to be blocked",
        "cfn-guard dev alb/B CT.S3.PR.1: Require public access to be blocked",
    ]


def test_a_rule_that_names_neither_control_nor_resource_is_told_all_the_same(work: Work) -> None:
    [finding] = findings(work, report(work, None, ""))
    assert (finding.place, finding.rule) == ("alb", "blocked_check")


def test_a_template_that_it_does_not_tell_of_stops_the_scan(work: Work) -> None:
    with pytest.raises(ScannerError, match=r"cfn-guard has not read dev\.alb\.json"):
        findings(work, "[]")


def test_a_template_that_it_was_not_given_is_no_finding(work: Work) -> None:
    other = json.loads(report(work, CONTROL, "/Resources/A", name="gone.x.json"))
    given = json.loads(report(work, CONTROL, "/Resources/A"))
    with pytest.raises(ScannerError, match=r"reports .*gone\.x\.json"):
        findings(work, json.dumps([*given, *other]))
