"""What a stack policy allows an update to do, and whether another one allows it more.

A policy protects everything that it does not allow, and a Deny overrides any Allow. An unknown part of a
statement counts as the worse of both.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html
"""

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from cloudformation.environment.keys.stack_policy import canonical, statements, texts

MODIFY, REPLACE, DELETE = "Update:Modify", "Update:Replace", "Update:Delete"
NO_POLICY = "{}"


def one_spelling(policy: str | None) -> str:
    """A policy in the spelling of environment files; `{}` where there is none. What is not JSON stays as it is."""
    try:
        document = json.loads(policy or NO_POLICY)
    except ValueError:
        return policy or NO_POLICY
    return canonical(document) if statements(document) else NO_POLICY


def loosens(before: str, after: str) -> bool:
    """Whether a policy may allow an update what the previous one denied: everything but further Denies."""
    if before == NO_POLICY:
        return False
    old, new = (_statements(policy) for policy in (before, after))
    if not old:  # one that cannot be read
        return True
    kept = all(statement in new for statement in old)
    return not kept or any(statement.get("Effect") != "Deny" for statement in new if statement not in old)


def denies(policy: str, action: str, logical_id: str, type_name: str) -> bool:
    """Whether a policy refuses one of the three actions for a resource of the stack that it is set on."""
    spoken = [
        statement["Effect"]
        for statement in _statements(policy)
        if _speaks_of(statement, action, f"LogicalResourceId/{logical_id}", type_name)
    ]
    return policy != NO_POLICY and (not spoken or "Deny" in spoken)


def _statements(policy: str) -> list[Mapping[str, Any]]:
    try:
        return [statement for statement in statements(json.loads(policy)) if isinstance(statement, Mapping)]
    except ValueError:
        return []


def _speaks_of(statement: Mapping[str, Any], action: str, resource: str, type_name: str) -> bool:
    return (
        _names(statement, "Action", action)
        and _names(statement, "Resource", resource)
        and _conditions_hold(statement, type_name)
    )


def _names(statement: Mapping[str, Any], member: str, value: str) -> bool:
    named = any(fnmatchcase(value, pattern) for pattern in texts(statement.get(member, statement.get(f"Not{member}"))))
    return named is (member in statement)


def _conditions_hold(statement: Mapping[str, Any], type_name: str) -> bool:
    conditions = statement.get("Condition") or {}
    for test, wanted in conditions.items():
        if test not in ("StringEquals", "StringLike") or set(wanted) != {"ResourceType"}:
            return bool(statement.get("Effect") == "Deny")
        types = texts(wanted["ResourceType"])
        if not (type_name in types or (test == "StringLike" and any(fnmatchcase(type_name, like) for like in types))):
            return False
    return True
