"""Statements of IAM policy documents, as far as templates say them."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from cloudformation.template.iam_actions import matches
from cloudformation.unknown import ABSENT, awaited, is_unknown
from templates.security.controls import Held, all_of, any_of, member, negated, one_of
from templates.security.resolved_system import Resource

_TWO_KEYS = ("arn:aws:kms:us-east-1:000000000000:key/1a", "arn:aws:kms:us-east-1:000000000000:key/mrk-2b")


@cache
def statements(resource: Resource) -> tuple[Any, ...]:
    """The statements of its policy document and of its inline policies; unknown ones are among them."""
    documents = (resource["PolicyDocument"], *_inline(resource))
    stated = [one for document in documents for one in listed(member(document, "Statement"))]
    # A document, or a statement, that is a text is not read here.
    return tuple(one if isinstance(one, dict) or is_unknown(one) else awaited((), "Statement") for one in stated)


def _inline(resource: Resource) -> Iterator[Any]:
    for policy in listed(resource["Policies"]):
        yield member(policy, "PolicyDocument")


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
    return None if is_unknown(resource) else _names_everything(str(resource))


@cache
def _names_everything(resource: str) -> bool:
    # A key of any partition, Region and account: what is left is the service, and which of its keys.
    parts = [part if place in (0, 2, 5) else "*" for place, part in enumerate(resource.split(":", 5))]
    return all(matches(":".join(parts), key) for key in _TWO_KEYS)


def listed(value: Any) -> list[Any]:
    """One item, or several, as a list; what is not known is an item of it."""
    return [] if value is ABSENT else value if isinstance(value, list) else [value]


def _matches(actions: list[Any], patterns: list[str]) -> bool:
    """IAM looks at no case in the names of actions."""
    names = {wanted.lower() for wanted in patterns}
    stated = {str(action).lower() for action in actions}
    # Most actions are no patterns.
    wild = [action for action in stated if "*" in action or "?" in action]
    return not names.isdisjoint(stated) or any(matches(action, name) for action in wild for name in names)
