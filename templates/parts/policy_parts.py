"""A policy split into as many customer managed policies as it needs: IAM counts the characters of each, except spaces.

What the parts allow and deny together is what the policy does: only the actions of a statement are split and, if one
action has too many resources, these. The actions of one AWS service stay together where they fit.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from awacs.aws import PolicyDocument

from cloudformation.limits import MANAGED_POLICIES_OF_ROLE, MANAGED_POLICY_CHARACTERS
from templates.parts.content import plain

# While a role is updated, it has the policies of before and those after it.
MOST_PARTS = MANAGED_POLICIES_OF_ROLE // 2


Document = Mapping[str, Any]
"""A policy, or a statement of one, as plain data."""


class PolicySizeError(ValueError):
    """A policy that IAM would not take; the text says what it is about, how large it is, and what to do."""


class _Piece(NamedTuple):
    """Actions of one AWS service that a statement allows, or denies, on some of its resources.

    `actions_size` and `frame` are the characters of these actions, and of the statement without any, commas included.
    """

    statement: Document
    actions: list[str]
    resources: list[Any]
    actions_size: int
    frame: int


class _Part:
    """A policy that is being filled."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.pieces: list[_Piece] = []

    def takes(self, piece: _Piece) -> bool:
        """Adds actions of a statement on resources, where there is room for them."""
        last = self.pieces[-1] if self.pieces else None
        goes_on = last is not None and last.statement is piece.statement and last.resources is piece.resources
        added = piece.actions_size + (0 if goes_on else piece.frame)
        if added > self.room:
            return False
        self.room -= added
        if goes_on and last is not None:
            last.actions.extend(piece.actions)
        else:
            self.pieces.append(piece._replace(actions=[*piece.actions]))
        return True

    def document(self, whole: Document) -> Document:
        statements = [
            {**piece.statement, "Action": piece.actions, "Resource": piece.resources} for piece in self.pieces
        ]
        return {**whole, "Statement": statements}


def parts(policy: PolicyDocument, what: str) -> tuple[Document, ...]:
    """Give the policies that are `policy` together, at most MOST_PARTS.

    Raises PolicySizeError where they would be more, or where something of it fits into none; `what` it names then.
    """
    whole: Document = plain(policy)
    if size(whole) <= MANAGED_POLICY_CHARACTERS:
        return (whole,)
    room = MANAGED_POLICY_CHARACTERS - size({**whole, "Statement": []})
    filled = [_Part(room)]
    for piece in (piece for statement in whole["Statement"] for piece in _pieces(statement, room)):
        if not filled[-1].takes(piece):
            filled.append(_Part(room))
            if not filled[-1].takes(piece):
                raise PolicySizeError(_too_large(what, piece.statement))
    if len(filled) > MOST_PARTS:
        raise PolicySizeError(
            f"{what} needs {len(filled)} managed policies of {MANAGED_POLICY_CHARACTERS:,} characters, and the "
            "maximum is "
            f"{MOST_PARTS}: a role can have {MANAGED_POLICIES_OF_ROLE}, and during an update it has both the old "
            "and the "
            "new ones. Move the least connected parts (additional services, your own layer) to a separate system"
        )
    return tuple(part.document(whole) for part in filled)


def size(value: Any) -> int:
    """Give the characters that IAM counts of a policy, or of a part of one."""
    return sum(map(len, json.dumps(value, separators=(",", ":")).split()))


def _pieces(statement: Document, room: int) -> Iterator[_Piece]:
    """A statement service by service; a service with more actions than fit into a policy, action by action."""
    bare = size({**statement, "Action": [], "Resource": []})
    services = [list(group) for _, group in groupby(statement["Action"], lambda action: action.partition(":")[0])]
    for resources, taken in _resources(statement, room):
        frame = bare + taken
        for actions in services:
            sizes = [len(action) + 3 for action in actions]  # in quotes, with a comma
            if sum(sizes) <= room - frame:
                yield _Piece(statement, actions, resources, sum(sizes), frame)
            else:
                for action, characters in zip(actions, sizes, strict=True):
                    yield _Piece(statement, [action], resources, characters, frame)


def _resources(statement: Document, room: int) -> Iterator[tuple[list[Any], int]]:
    """The resources of a statement with their characters; more than fill half a policy in several lists."""
    chunk: list[Any] = []
    taken = 0
    for resource in statement["Resource"]:
        characters = size(resource) + 1
        if chunk and taken + characters > room // 2:
            yield chunk, taken
            chunk, taken = [], 0
        chunk.append(resource)
        taken += characters
    yield chunk, taken


def _too_large(what: str, statement: Document) -> str:
    sid = statement.get("Sid", "without a Sid")
    return (
        f"{what}: its statement {sid} has more than the {MANAGED_POLICY_CHARACTERS:,} characters of a managed "
        "policy: shorten its condition"
    )
