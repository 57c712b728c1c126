"""What rendered/policies/<env>-service-role.yaml gives CloudFormation's role, read as it will be sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cloudformation.text import read

POLICIES = Path(__file__).resolve().parents[2] / "rendered" / "policies"


def managed_policies(file: Path) -> dict[str, dict[str, Any]]:
    """The documents of a template's managed policies, by logical id."""
    resources = read(file.read_text(encoding="utf-8"))["Resources"]
    return {
        name: body["Properties"]["PolicyDocument"]
        for name, body in resources.items()
        if body["Type"] == "AWS::IAM::ManagedPolicy"
    }


def role_statements(file: Path) -> list[dict[str, Any]]:
    """The statements of all of them."""
    return [statement for policy in managed_policies(file).values() for statement in policy["Statement"]]


def by_sid(file: Path) -> dict[str, dict[str, Any]]:
    """The same where what was dealt out to several policies is one statement again."""
    whole: dict[str, dict[str, Any]] = {}
    for statement in role_statements(file):
        known = whole.setdefault(statement["Sid"], {**statement, "Action": []})
        assert {**known, "Action": []} == {**statement, "Action": []}
        known["Action"] += statement["Action"]
    return whole
