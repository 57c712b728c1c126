"""What checkov's run writes, read; a template that it cannot read is no clean one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanners.checkov import findings
from tests.scanners.finding import ScannerError, Work


@pytest.fixture
def work(tmp_path: Path) -> Work:
    made = Work(tmp_path, {"prod.ecs.json": "ap-northeast-1"})
    made.templates.mkdir()
    (made.templates / "prod.ecs.json").write_text("{}", encoding="utf-8")
    return made


def test_a_failed_check_is_a_finding_at_its_resource(work: Work) -> None:
    row = {"rule": "CKV_1", "file": "/prod.ecs.json", "resource": "AWS::ECS::Cluster.Cluster", "text": "Insights\n on"}
    [finding] = findings(work, json.dumps({"failed": [row], "read": ["/prod.ecs.json"]}))
    assert str(finding) == "checkov prod ecs/Cluster CKV_1: Insights on"


def test_a_template_that_it_cannot_read_stops_the_scan(work: Work) -> None:
    with pytest.raises(ScannerError, match=r"checkov has not read prod\.ecs\.json"):
        findings(work, json.dumps({"failed": [], "read": []}))
