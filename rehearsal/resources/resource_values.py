"""Which property values are one and the same to CloudFormation.

A change set compares two templates: 80 and "80", true and "true" are one value, since CloudFormation stores
scalars as text, and the order of a list counts. Drift detection compares a template with a live resource:
there, lists whose `insertionOrder` is false have no order, and `propertyTransform` says how AWS writes a value.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-model-false-drift.html
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rehearsal.resources.resource_schema import Schema, at, children, forms, value_types

NUMBERS = frozenset({"integer", "number"})


def same(schema: Schema, path: Sequence[str], before: Any, after: Any, *, live: bool = False) -> bool:
    """Whether the values are one at this property path; `live` compares as drift detection does."""
    if before == after and type(before) is type(after):
        return True
    reading = _Reading(schema, live)
    schemas = at(schema, path)
    return bool(reading.plain(schemas, before) == reading.plain(schemas, after))


class _Reading:
    """One way to read values, so that all spellings of a value come out equal."""

    def __init__(self, root: Schema, live: bool) -> None:
        self.root, self.live = root, live

    def plain(self, schemas: Sequence[Schema], value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: self.plain(self.below(schemas, name), item) for name, item in value.items()}
        if not isinstance(value, list):
            return _scalar(value_types(schemas), value)
        below = self.below(schemas, "0")
        items = [self.plain(below, item) for item in value]
        unordered = self.live and any(form.get("insertionOrder") is False for form in schemas)
        return sorted(items, key=lambda item: json.dumps(item, sort_keys=True, default=repr)) if unordered else items

    def below(self, schemas: Sequence[Schema], step: str) -> tuple[Schema, ...]:
        nodes = [child for form in schemas for child in children(form, step)]
        return tuple(form for node in nodes for form in forms(self.root, node))


def _scalar(kinds: frozenset[str], value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if "boolean" in kinds and isinstance(value, str):
        return value.lower()
    if kinds & NUMBERS and isinstance(value, (int, float, str)):
        return _number(value)
    return str(value) if isinstance(value, (int, float)) else value


def _number(value: float | str) -> Any:
    try:
        return str(float(value))
    except ValueError:
        return value
