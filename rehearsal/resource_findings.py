"""What is wrong with a resource's properties, in the words of CloudFormation's resource handlers.

The handlers check properties against the registry schema and report each breach as `#/path: text`;
texts are those of the JSON schema validator that they use. Best effort: what a schema says by patterns
that Python's `re` cannot read, or by cfn-lint's own keywords, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from rehearsal.resource_schema import COMBINERS, Schema, resolve

Kind = Literal["missing", "unknown", "type", "enum", "pattern", "length", "range"]
IsUnknown = Callable[[object], bool]
NAMES = {"object": "JSONObject", "array": "JSONArray", "string": "String", "boolean": "Boolean"}


@dataclass(frozen=True)
class Finding:
    """One breach of the schema: where, which kind, and the validator's text without the path."""

    path: tuple[str, ...]
    kind: Kind
    message: str

    @property
    def text(self) -> str:
        """`#/Port: expected type: Integer, found: String`, `#: required key [VpcId] not found`."""
        return f"{'/'.join(('#', *self.path))}: {self.message}"


def findings(schema: Schema, properties: Mapping[str, Any], is_unknown: IsUnknown) -> tuple[Finding, ...]:
    """Every breach, in the template's order; values that are not known yet are taken as right."""
    return tuple(_Check(schema, is_unknown).value(schema, properties, ()))


def validation_failure(logical_id: str, found: Sequence[Finding]) -> str:
    """The reason of the CREATE_FAILED or UPDATE_FAILED event that such properties cause."""
    listed = ", ".join(finding.text for finding in found)
    return f"Properties validation failed for resource {logical_id} with message:\n[{listed}]"


@dataclass(frozen=True)
class _Check:
    root: Schema
    is_unknown: IsUnknown

    def value(self, node: Schema, value: Any, path: tuple[str, ...]) -> Iterator[Finding]:
        form = resolve(self.root, node)
        if self.is_unknown(value) or value is None:
            return
        wrong = _wrong_type(form, value)
        if wrong:
            yield Finding(path, "type", wrong)
            return
        if isinstance(value, Mapping):
            yield from self.object(form, value, path)
        elif isinstance(value, list):
            yield from self.array(form, value, path)
        else:
            yield from _scalar(form, value, path)
        for part in form.get("allOf", ()):
            yield from self.value(part, value, path)

    def object(self, form: Schema, value: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[Finding]:
        for name in form.get("required", ()):
            if name not in value:
                yield Finding(path, "missing", f"required key [{name}] not found")
        declared = form.get("properties", {})
        for name, item in value.items():
            if name in declared:
                yield from self.value(declared[name], item, (*path, name))
            elif _closed(form, name):
                yield Finding(path, "unknown", f"extraneous key [{name}] is not permitted")

    def array(self, form: Schema, value: list[Any], path: tuple[str, ...]) -> Iterator[Finding]:
        yield from _count(form, value, path)
        items = form.get("items")
        if isinstance(items, Mapping):
            for number, item in enumerate(value):
                yield from self.value(items, item, (*path, str(number)))


def _closed(form: Schema, name: str) -> bool:
    if any(combiner in form for combiner in COMBINERS) and not form.get("properties"):
        return False
    patterns = form.get("patternProperties", {})
    return form.get("additionalProperties") is False and not any(_matches(pattern, name) for pattern in patterns)


def _count(form: Schema, value: list[Any], path: tuple[str, ...]) -> Iterator[Finding]:
    if len(value) < form.get("minItems", 0):
        yield Finding(path, "length", f"expected minimum item count: {form['minItems']}, found: {len(value)}")
    if len(value) > form.get("maxItems", len(value)):
        yield Finding(path, "length", f"expected maximum item count: {form['maxItems']}, found: {len(value)}")


def _scalar(form: Schema, value: Any, path: tuple[str, ...]) -> Iterator[Finding]:
    text = _text(value)
    if "enum" in form and text not in {_text(choice) for choice in form["enum"]}:
        yield Finding(path, "enum", f"{text} is not a valid enum value")
    if "string" in _types(form):
        yield from _length(form, text, path)
        if "pattern" in form and not _matches(form["pattern"], text):
            yield Finding(path, "pattern", f"string [{text}] does not match pattern {form['pattern']}")
    elif _types(form) & {"integer", "number"} and _numeric(text):
        yield from _range(form, text, path)


def _length(form: Schema, text: str, path: tuple[str, ...]) -> Iterator[Finding]:
    if len(text) < form.get("minLength", 0):
        yield Finding(path, "length", f"expected minLength: {form['minLength']}, actual: {len(text)}")
    if len(text) > form.get("maxLength", len(text)):
        yield Finding(path, "length", f"expected maxLength: {form['maxLength']}, actual: {len(text)}")


def _range(form: Schema, text: str, path: tuple[str, ...]) -> Iterator[Finding]:
    number = float(text)
    if "minimum" in form and number < form["minimum"]:
        yield Finding(path, "range", f"{text} is not greater or equal to {form['minimum']}")
    if "maximum" in form and number > form["maximum"]:
        yield Finding(path, "range", f"{text} is not less or equal to {form['maximum']}")


def _types(form: Schema) -> frozenset[str]:
    declared = form.get("type", ())
    return frozenset((declared,) if isinstance(declared, str) else declared)


def _wrong_type(form: Schema, value: Any) -> str | None:
    """CloudFormation turns scalars into the schema's type where it can, so 80 and "80" are both right."""
    kinds = _types(form)
    if not kinds or any(_fits(kind, value) for kind in kinds):
        return None
    wanted = NAMES.get(next(iter(sorted(kinds))), "Number" if "number" in kinds else "Integer")
    return f"expected type: {wanted}, found: {_found(value)}"


def _fits(kind: str, value: Any) -> bool:
    if isinstance(value, Mapping):
        return kind == "object"
    if isinstance(value, list):
        return kind == "array"
    text = _text(value)
    if kind in ("integer", "number"):
        return _numeric(text)
    return kind == "string" or (kind == "boolean" and text in ("true", "false"))


def _found(value: Any) -> str:
    if isinstance(value, Mapping):
        return "JSONObject"
    return "JSONArray" if isinstance(value, list) else "String"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _numeric(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?([eE][-+]?\d+)?", text) is not None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        return None


def _matches(pattern: str, text: str) -> bool:
    compiled = _compiled(pattern)
    return compiled is None or compiled.search(text) is not None
