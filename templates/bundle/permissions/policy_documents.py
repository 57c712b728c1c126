"""Policies that are longer than IAM takes in one: the same statements, divided over several documents.

A managed policy has at most 6,144 characters, blanks not counted, and a role ten of them; all inline policies of a role
have 10,240 together, which the policy of CloudFormation's role exceeds once there are a few services.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from templates.bundle.errors import BundleError

LONGEST = 6_144
MOST = 10


def divided(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Documents that allow together what this one allows, and deny together what it denies.

    A statement is divided by its actions, which it is about one by one. Raises BundleError where that is not enough.
    """
    documents: list[dict[str, Any]] = []
    for statement in document["Statement"]:
        for action in _actions(statement):
            if not (documents and _added(documents[-1], statement, action)):
                documents.append({"Version": document["Version"], "Statement": [{**statement, "Action": [action]}]})
    if len(documents) > MOST or any(_length(own) > LONGEST for own in documents):
        raise BundleError("a policy is longer than a role can have", "look at the longest of rendered/policies/")
    return documents


def _actions(statement: Mapping[str, Any]) -> Iterator[str]:
    actions = statement["Action"]
    yield from (actions if isinstance(actions, list) else [actions])


def _added(document: dict[str, Any], statement: Mapping[str, Any], action: str) -> bool:
    """Whether there was room for one more action of the statement; then it is in the document."""
    statements = document["Statement"]
    last = statements[-1]
    if _without_actions(last) == _without_actions(statement):
        grown = [*statements[:-1], {**last, "Action": [*last["Action"], action]}]
    else:
        grown = [*statements, {**statement, "Action": [action]}]
    if _length(document | {"Statement": grown}) > LONGEST:
        return False
    document["Statement"] = grown
    return True


def _without_actions(statement: Mapping[str, Any]) -> dict[str, Any]:
    return {member: value for member, value in statement.items() if member != "Action"}


def _length(document: Mapping[str, Any]) -> int:
    return len(json.dumps(document, separators=(",", ":"), ensure_ascii=False))
