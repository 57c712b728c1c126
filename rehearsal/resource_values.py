"""Which property values are one and the same to CloudFormation.

Templates write 80 and "80", true and "true" freely; the schema's type says which is meant. Lists whose
`insertionOrder` is false are compared without their order.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rehearsal.resource_schema import Schema, at, forms, value_types

WORDS = {"true": True, "false": False}


def same(schema: Schema, path: Sequence[str], before: Any, after: Any) -> bool:
    """Whether a change from one value to the other is no change for the property at this path."""
    if before == after and type(before) is type(after):
        return True
    found = at(schema, path)
    return canonical(schema, found, before) == canonical(schema, found, after)


def canonical(schema: Schema, found: Sequence[Schema], value: Any) -> str:
    """One text for all ways to write a value of that schema."""
    return json.dumps(_plain(schema, found, value), sort_keys=True, default=str)


def _plain(schema: Schema, found: Sequence[Schema], value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(schema, _below(schema, found, name), item) for name, item in value.items()}
    if isinstance(value, list):
        return _plain_list(schema, found, value)
    return _scalar(value_types(found), value)


def _plain_list(schema: Schema, found: Sequence[Schema], value: list[Any]) -> list[Any]:
    below = _below(schema, found, "0")
    items = [_plain(schema, below, item) for item in value]
    if any(form.get("insertionOrder") is False for form in found):
        items.sort(key=lambda item: json.dumps(item, sort_keys=True, default=str))
    return items


def _below(schema: Schema, found: Sequence[Schema], step: str) -> tuple[Schema, ...]:
    children = [
        child for form in found for child in at({**form, "definitions": schema.get("definitions", {})}, (step,))
    ]
    return tuple(form for child in children for form in forms(schema, child))


def _scalar(kinds: frozenset[str], value: Any) -> Any:
    if isinstance(value, bool) or (isinstance(value, str) and value.lower() in WORDS):
        word = str(value).lower()
        return WORDS[word] if "boolean" in kinds else word
    if isinstance(value, (int, float, str)) and kinds & {"integer", "number"}:
        return _number(value)
    return str(value) if isinstance(value, (int, float)) else value


def _number(value: float | str) -> Any:
    try:
        return float(value)
    except ValueError:
        return value
