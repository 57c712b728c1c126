"""Values that are not there yet.

A value that does not exist yet (an attribute of a resource that is still to be created, a sibling
stack's output during review) is an `Unknown`; whatever is computed from one is unknown too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from cloudformation.refusals import ValidationError
from cloudformation.scalars import text_of as text_of

KNOWN_AFTER_APPLY = "{{changeSet:KNOWN_AFTER_APPLY}}"
PLACEHOLDER = "{{IntrinsicFunction:"
_PLACEHOLDER = re.compile(re.escape(PLACEHOLDER) + r"[^{}]*}}")


class Unknown:
    """A value that only the execution will know; `text` is what a child stack sees in its place."""

    def __init__(self, text: str = KNOWN_AFTER_APPLY) -> None:
        self.text = text

    @property
    def is_placeholder(self) -> bool:
        """Whether a nested change set shows it as text, which conditions and functions then read."""
        return self.text.startswith(PLACEHOLDER)

    def __repr__(self) -> str:
        return f"Unknown({self.text!r})"


class NoValue:
    """`AWS::NoValue`: the property that holds it is left out."""


NO_VALUE = NoValue()


def is_unknown(value: Any) -> bool:
    """Whether a resolved value is unknown, as a whole or somewhere inside."""
    return next(_unknowns(value), None) is not None


def computed(function: str, *values: Any) -> Unknown | None:
    """What a function of these values is where one of them is unknown; None where all are known.

    In a nested change set a computed value is a placeholder that names the function in place of the source:
    `{{IntrinsicFunction:<stack>//Fn::Join}}` (aws-cloudformation/cfn-language-discussion#152).
    """
    found = next(_unknowns(values), None)
    if found is None or not found.is_placeholder:
        return None if found is None else Unknown()
    stack = found.text.removeprefix(PLACEHOLDER).partition("/")[0]
    return Unknown(f"{PLACEHOLDER}{stack}//{function}}}}}")


def refuse_placeholders(values: Any) -> None:
    """Refuse what a nested change set shows for a value to come where it stands in a template as text.

    It may be a parameter's value. It gets into the text where a transform, or somebody before CloudFormation, took it
    for a literal one (aws/serverless-application-model#3824, aws-cloudformation/cfn-language-discussion#152).
    """
    found = _PLACEHOLDER.search(json.dumps(values, ensure_ascii=False))
    if found:
        raise ValidationError(f"Usage of {found[0]} is not allowed.")


def _unknowns(value: Any) -> Iterator[Unknown]:
    if isinstance(value, Unknown):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ():
        yield from _unknowns(item)
