"""What rendered/policies/<env>-service-role.yaml gives CloudFormation's role, read as it will be sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cloudformation.text import read

POLICIES = Path(__file__).resolve().parents[2] / "rendered" / "policies"


def managed_policies(file: Path) -> dict[str, dict[str, Any]]:
    """The documents of a template's managed policies, by logical id."""
    return _documents(file.read_text(encoding="utf-8"))


def _documents(text: str) -> dict[str, dict[str, Any]]:
    resources = read(text)["Resources"]
    return {
        name: body["Properties"]["PolicyDocument"]
        for name, body in resources.items()
        if body["Type"] == "AWS::IAM::ManagedPolicy"
    }


def role_statements(file: Path) -> list[dict[str, Any]]:
    """The statements of all of them."""
    return [statement for policy in managed_policies(file).values() for statement in policy["Statement"]]


def by_sid(file: Path) -> dict[str, dict[str, Any]]:
    """The same where what was split to several policies is one statement again."""
    return by_sid_of(file.read_text(encoding="utf-8"))


def by_sid_of(text: str) -> dict[str, dict[str, Any]]:
    """The same of a template's text."""
    whole: dict[str, dict[str, Any]] = {}
    for statement in (statement for policy in _documents(text).values() for statement in policy["Statement"]):
        known = whole.setdefault(statement["Sid"], {**statement, "Action": []})
        assert {**known, "Action": []} == {**statement, "Action": []}
        known["Action"] += statement["Action"]
    return whole
