"""The form of a stack policy: who may update which resources of a stack, as IAM's language says it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html
SetStackPolicy takes at most 16,384 bytes; `{}` lifts a policy that was set.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

LONGEST = 16_384
EFFECTS = ("Allow", "Deny")
ACTIONS = ("Update:Modify", "Update:Replace", "Update:Delete", "Update:*")
POLICY_MEMBERS = {"Statement", "Version", "Id"}
STATEMENT_MEMBERS = {"Sid", "Effect", "Action", "NotAction", "Principal", "Resource", "NotResource", "Condition"}
RESOURCE = "LogicalResourceId/"


def canonical(policy: Any) -> str:
    """A policy as text, the same for two that differ in spaces and order of members alone."""
    return json.dumps(policy, sort_keys=True, separators=(",", ":"))


def statements(policy: Any) -> list[Any]:
    """The statements of a policy; one may stand without a list."""
    written = policy.get("Statement", []) if isinstance(policy, Mapping) else []
    return written if isinstance(written, list) else [written]


def texts(value: Any) -> list[str]:
    """The texts of a member that takes one or a list."""
    return [str(text) for text in value] if isinstance(value, list) else [str(value)]


def refused_policy(policy: Any) -> Iterator[str]:
    """What CloudFormation would refuse of a policy, a sentence each; `{}` is none and fine."""
    if policy == {}:
        return
    if not isinstance(policy, Mapping) or not statements(policy):
        yield "a policy has a Statement with at least one entry; {} lifts one that was set"
        return
    if len(canonical(policy).encode()) > LONGEST:
        yield f"a policy has at most {LONGEST:,} bytes"
    if strange := sorted(policy.keys() - POLICY_MEMBERS):
        yield f"a policy has no {', '.join(strange)}"
    for number, statement in enumerate(statements(policy), 1):
        for text in _refused_statement(statement):
            yield f"statement {number}: {text}"


def _refused_statement(statement: Any) -> Iterator[str]:
    if not isinstance(statement, Mapping):
        yield "a mapping is needed"
        return
    if strange := sorted(statement.keys() - STATEMENT_MEMBERS):
        yield f"a statement has no {', '.join(strange)}"
    if statement.get("Effect") not in EFFECTS:
        yield "Effect is Allow or Deny"
    if statement.get("Principal", statement.get("NotPrincipal")) != "*":
        yield 'Principal is "*": a stack policy knows no other'
    for member in ("Action", "Resource"):
        if (member in statement) == (f"Not{member}" in statement):
            yield f"{member} or Not{member} is needed, and not both"
    for action in texts(statement.get("Action", statement.get("NotAction", []))):
        if action not in (*ACTIONS, "*"):
            yield f"{action!r} is not one of {', '.join(ACTIONS)}"
    for resource in texts(statement.get("Resource", statement.get("NotResource", []))):
        if resource != "*" and not resource.startswith(RESOURCE):
            yield f"{resource!r} is neither * nor {RESOURCE} and a logical id"
