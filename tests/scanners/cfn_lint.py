"""cfn-lint, in this process: its rules are loaded once for all templates of all environments."""

from __future__ import annotations

from tests.scanners.finding import Finding, Scanner, Work

NAME = "cfn-lint"


def scan(work: Work) -> list[Finding]:
    # Half a second of imports, which those who scan with another tool do not pay.
    from cfnlint.api import lint
    from cfnlint.config import ManualArgs
    from cfnlint.core import get_rules

    rules = get_rules([], [], [])
    return [
        work.finding(NAME, file.name, _logical_id(match.path), match.rule.id, match.message)
        for file in work.files()
        for match in lint(
            file.read_text(encoding="utf-8"), rules=rules, config=ManualArgs(regions=[work.regions[file.name]])
        )
    ]


def _logical_id(path: object) -> str:
    return str(path[1]) if isinstance(path, (list, tuple)) and len(path) > 1 and path[0] == "Resources" else ""


SCANNER = Scanner(NAME, scan, "E3002")
