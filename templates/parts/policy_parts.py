"""A policy in as many customer managed policies as it takes: IAM counts the characters of each, white space aside.

What the parts allow and deny together is what the policy does: only the actions of a statement, and where one action's
resources are too many those, are dealt out. The actions of one AWS service stay together where they fit.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from awacs.aws import PolicyDocument, Statement
from troposphere import encode_to_dict

from cloudformation.limits import MANAGED_POLICIES_OF_ROLE, MANAGED_POLICY_CHARACTERS
from templates.parts.policies import document

# While a role is updated, it has the policies of before and those after it.
MOST_PARTS = MANAGED_POLICIES_OF_ROLE // 2


class PolicySizeError(ValueError):
    """A policy that IAM would not take; the text says what it is about, how large it is, and what to do."""


@dataclass
class _Part:
    """A policy that is being filled."""

    room: int
    statements: list[tuple[Statement, list[Any], list[Any]]] = field(default_factory=list)

    def takes(self, statement: Statement, actions: Sequence[Any], resources: list[Any], frame: int) -> bool:
        """Adds actions of a statement on resources, where there is room for them; `frame` is what it has besides."""
        last = self.statements[-1] if self.statements else None
        goes_on = last is not None and last[0] is statement and last[2] is resources
        added = _of_actions(actions) + (0 if goes_on else frame)
        if added > self.room:
            return False
        self.room -= added
        if goes_on and last is not None:
            last[1].extend(actions)
        else:
            self.statements.append((statement, list(actions), resources))
        return True

    def document(self) -> PolicyDocument:
        return document(
            *(
                Statement(**{**statement.properties, "Action": actions, "Resource": resources})
                for statement, actions, resources in self.statements
            )
        )


def parts(policy: PolicyDocument, what: str) -> tuple[PolicyDocument, ...]:
    """Give the policies that are `policy` together, at most MOST_PARTS.

    Raises PolicySizeError where they would be more, or where something of it fits into none; `what` it names then.
    """
    room = MANAGED_POLICY_CHARACTERS - _characters(encode_to_dict(document()))
    filled = [_Part(room)]
    for statement in policy.properties["Statement"]:
        for resources in _resources(statement, room):
            frame = _frame(statement, resources)
            for actions in _actions(statement, room - frame):
                if not filled[-1].takes(statement, actions, resources, frame):
                    filled.append(_Part(room))
                    if not filled[-1].takes(statement, actions, resources, frame):
                        raise PolicySizeError(_too_large(what, statement))
    if len(filled) > MOST_PARTS:
        raise PolicySizeError(
            f"{what} takes {len(filled)} managed policies of {MANAGED_POLICY_CHARACTERS:,} characters, and "
            f"{MOST_PARTS} is the most: a role takes {MANAGED_POLICIES_OF_ROLE}, and during an update it has "
            "the old ones beside the new. Move what is least connected (further services, a layer of your own) into a "
            "system of its own"
        )
    return tuple(part.document() for part in filled)


def size(policy: PolicyDocument) -> int:
    """Give the characters that IAM counts of a policy."""
    return _characters(encode_to_dict(policy))


def _characters(value: Any) -> int:
    return len("".join(json.dumps(encode_to_dict(value), separators=(",", ":")).split()))


def _of_actions(actions: Sequence[Any]) -> int:
    """Each with its quotation marks, and a comma behind it."""
    return sum(len(action.JSONrepr()) + 3 for action in actions)


def _frame(statement: Statement, resources: list[Any]) -> int:
    """A statement without its actions, and a comma behind it."""
    return _characters({**statement.properties, "Action": [], "Resource": resources}) + 1


def _actions(statement: Statement, most: int) -> Iterator[list[Any]]:
    """The actions of a statement service by service; of a service with more than there is room for, one by one."""
    for _, group in groupby(statement.properties["Action"], lambda action: action.prefix):
        actions = list(group)
        if _of_actions(actions) <= most:
            yield actions
        else:
            yield from ([action] for action in actions)


def _resources(statement: Statement, room: int) -> Iterator[list[Any]]:
    """The resources of a statement; more than fill half a policy in several lists."""
    chunk: list[Any] = []
    taken = 0
    for resource in statement.properties["Resource"]:
        characters = _characters(resource) + 1
        if chunk and taken + characters > room // 2:
            yield chunk
            chunk, taken = [], 0
        chunk.append(resource)
        taken += characters
    yield chunk


def _too_large(what: str, statement: Statement) -> str:
    sid = statement.properties.get("Sid", "without a Sid")
    return (
        f"{what}: its statement {sid} holds more than the {MANAGED_POLICY_CHARACTERS:,} characters of a managed "
        "policy: shorten what its condition names"
    )
