"""Stack policies: what an update may do to which resource.

A policy protects everything that it does not allow, and a Deny is stronger than any Allow ("Prevent updates
to stack resources" in the user guide). It is asked while an update runs, never in a rollback or a delete.
"""

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

_EFFECTS = ("Allow", "Deny")
_TESTS = ("StringEquals", "StringLike")


def statements_of(body: str | None) -> list[Mapping[str, Any]] | None:
    """The statements of a policy document; None where it is no stack policy."""
    try:
        written = json.loads(body or "")["Statement"]
    except (ValueError, KeyError, TypeError):
        return None
    statements = written if isinstance(written, list) else [written]
    return statements if all(_valid(statement) for statement in statements) else None


def _valid(statement: Any) -> bool:
    """A statement speaks of Update:* actions, of everyone, and of resources by logical id."""
    if not isinstance(statement, dict):
        return False
    actions = _listed(statement.get("Action", statement.get("NotAction")))
    resources = _listed(statement.get("Resource", statement.get("NotResource")))
    return (
        statement.get("Effect") in _EFFECTS
        and statement.get("Principal") in ("*", {"AWS": "*"})
        and bool(actions)
        and all(isinstance(action, str) and action.startswith("Update:") for action in actions)
        and bool(resources)
        and all(isinstance(name, str) and (name == "*" or name.startswith("LogicalResourceId/")) for name in resources)
        and _valid_condition(statement.get("Condition", {}))
    )


def _valid_condition(condition: Any) -> bool:
    return isinstance(condition, dict) and all(
        test in _TESTS and isinstance(wanted, dict) and set(wanted) == {"ResourceType"}
        for test, wanted in condition.items()
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def denial(policy: str | None, action: str, logical_id: str, type_name: str) -> str | None:
    """The reason with which a policy refuses `Update:Modify`, `Update:Replace` or `Update:Delete`, or None."""
    statements = statements_of(policy) if policy else None
    if not statements:
        return None
    allowed = False
    for number, statement in enumerate(statements, 1):
        if not _speaks_of(statement, action, f"LogicalResourceId/{logical_id}", type_name):
            continue
        if statement["Effect"] == "Deny":
            return (
                f"Action denied by stack policy: Statement [#{number}] does not allow [{action}] "
                f"for resource [LogicalResourceId/{logical_id}];"
            )
        allowed = True
    return None if allowed else "Action not allowed by stack policy"


def _speaks_of(statement: Mapping[str, Any], action: str, resource: str, type_name: str) -> bool:
    conditions = statement.get("Condition", {}).items()
    return (
        _names(statement, "Action", action)
        and _names(statement, "Resource", resource)
        and all(_holds(test, wanted, type_name) for test, wanted in conditions)
    )


def _names(statement: Mapping[str, Any], member: str, value: str) -> bool:
    if member in statement:
        return _like(statement[member], value)
    return not _like(statement[f"Not{member}"], value)


def _like(patterns: Any, value: str) -> bool:
    return any(fnmatchcase(value, pattern) for pattern in _listed(patterns))


def _holds(test: str, wanted: Mapping[str, Any], type_name: str) -> bool:
    types = wanted.get("ResourceType")
    return type_name in _listed(types) if test == "StringEquals" else _like(types, type_name)
