"""AWS's cfn-guard with the proactive controls of Control Tower, both out of one package that the CDK validates with."""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Iterator
from typing import Any

from tests.scanners.command import PROJECT, output_of
from tests.scanners.finding import Finding, Scanner, Work

NAME = "cfn-guard"
PACKAGE = PROJECT / ".tools/cfn-guard/package"
_SYSTEMS = {"Linux": "ubuntu", "Darwin": "macos"}
_MACHINES = {"arm64": "aarch64", "amd64": "x86_64"}
_RULES = PACKAGE / "rules/control-tower/cfn-guard"
# 0: every template complies; 19: some do not.
_CODES = {0, 19}
_CONTROL = re.compile(r"\[(CT\.[\w.]+)\]: *([^\n]*)")
_RESOURCE = re.compile(r"/Resources/(\w+)")


def scan(work: Work) -> list[Finding]:
    machine = platform.machine().lower()
    engine = PACKAGE / "bin" / _SYSTEMS.get(platform.system(), "none") / _MACHINES.get(machine, machine) / "cfn-guard"
    command = [str(engine), "validate", "--rules", str(_RULES), "--data", str(work.templates)]
    return findings(work, output_of([*command, "--structured", "-o", "json", "--show-summary", "none"], _CODES))


def findings(work: Work, output: str) -> list[Finding]:
    """What cfn-guard writes: a tree of clauses for each rule that a template breaks."""
    reports = json.loads(output)
    work.check_read(NAME, [report["name"] for report in reports])
    return [
        work.finding(NAME, report["name"], logical_id, rule, text)
        for report in reports
        for clause in report["not_compliant"]
        for rule, text in [_control(clause)]
        for logical_id in sorted(_resources(clause)) or [""]
    ]


def _control(clause: Any) -> tuple[str, str]:
    """The control that the rule is of, and what it asks for; the rule's own name where it says neither."""
    said = (_CONTROL.search(text) for name, text in _texts(clause) if name == "custom_message")
    return next(((hit[1], hit[2]) for hit in said if hit), (str(clause["Rule"]["name"]), ""))


def _resources(clause: Any) -> set[str]:
    hits = (_RESOURCE.match(text) for name, text in _texts(clause) if name == "path")
    return {hit[1] for hit in hits if hit}


def _texts(node: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text below a clause, with the key that it stands under."""
    if isinstance(node, str):
        yield name, node
    for key, member in node.items() if isinstance(node, dict) else ():
        yield from _texts(member, key)
    for item in node if isinstance(node, list) else ():
        yield from _texts(item, name)


SCANNER = Scanner(NAME, scan, "CT.S3.PR.1", PACKAGE)
