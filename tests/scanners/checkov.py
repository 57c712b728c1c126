"""checkov's checks of CloudFormation templates, in an environment of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.scanners.command import PROJECT, output_of
from tests.scanners.finding import Finding, Scanner, Work

NAME = "checkov"
PYTHON = PROJECT / ".tools/checkov/bin/python"
_RUN = Path(__file__).with_name("checkov_run.py")


def scan(work: Work) -> list[Finding]:
    return findings(work, output_of([str(PYTHON), "-P", str(_RUN), str(work.templates)], {0}))


def findings(work: Work, output: str) -> list[Finding]:
    """What `checkov_run` writes."""
    report: dict[str, Any] = json.loads(output)
    work.check_read(NAME, report["read"])
    return [
        work.finding(NAME, row["file"], row["resource"].rpartition(".")[2], row["rule"], row["text"])
        for row in report["failed"]
    ]


SCANNER = Scanner(NAME, scan, "CKV_AWS_53", PYTHON)
