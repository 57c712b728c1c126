"""cloudformation-validate, AWS's validator that runs on this machine; what it only remarks upon is left out."""

from __future__ import annotations

from tests.scanners.finding import Finding, Scanner, Work

NAME = "cloudformation-validate"


def scan(work: Work) -> list[Finding]:
    from cloudformation_validate import CompositeEngine  # type: ignore[import-untyped]  # it ships no types

    engine = CompositeEngine()
    return [
        work.finding(NAME, file.name, entity.logical_id if entity else "", said.rule_id, said.message)
        for file in work.files()
        for said in engine.validate_template(str(file)).diagnostics
        if said.severity.name != "INFO"
        for entity in [said.entity]
    ]


SCANNER = Scanner(NAME, scan, "F3002")
