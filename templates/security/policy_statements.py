"""Statements of IAM policy documents, as far as templates say them."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from cloudformation.unknown import ABSENT, is_unknown
from templates.security.controls import Held, all_of, any_of, member, negated, one_of
from templates.security.resolved_system import Resource


def statements(resource: Resource) -> Iterator[Any]:
    """The statements of its policy document and of its inline policies; what is not known stands among them."""
    yield from listed(member(resource["PolicyDocument"], "Statement"))
    for policy in listed(resource["Policies"]):
        yield from listed(member(policy, "PolicyDocument", "Statement"))


def allows(statement: Any, patterns: Iterable[str]) -> Held:
    """Whether a statement allows one of some actions; what it allows with NotAction is not known."""
    actions = listed(member(statement, "Action"))
    known = None if is_unknown(actions) or not actions else _matches(actions, list(patterns))
    return all_of([negated(one_of(member(statement, "Effect"), ("Deny",))), known])


def on_everything(statement: Any) -> Held:
    """Whether a statement speaks of every resource, or of every key; with NotResource that is not known."""
    resources = listed(member(statement, "Resource"))
    return any_of(_is_everything(resource) for resource in resources) if resources else None


def _is_everything(resource: Any) -> Held:
    return None if is_unknown(resource) else str(resource) == "*" or str(resource).endswith((":key/*", ":kms:*"))


def listed(value: Any) -> list[Any]:
    """One item, or several, as a list; what is not known is an item of it."""
    return [] if value is ABSENT else value if isinstance(value, list) else [value]


def _matches(actions: list[Any], patterns: list[str]) -> bool:
    """IAM looks at no case in the names of actions."""
    return any(fnmatchcase(wanted.lower(), str(action).lower()) for action in actions for wanted in patterns)
