"""What is wrong with a resource's properties, in the words of CloudFormation's own validator.

CloudFormation checks properties against the type's registry schema and reports each breach as
`#/path: text`. The texts are those of AWS's open validator (aws-cloudformation/cloudformation-resource-schema),
which never shows a value: patterns, enums and bounds read `failed validation constraint for keyword [..]`.
Best effort: alternatives (anyOf, oneOf) and patterns that Python's `re` cannot read are not judged.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cloudformation.scalars import text_of
from rehearsal.resources.resource_schema import COMBINERS, Schema, matches, resolve, value_types

Kind = Literal["missing", "unknown", "type", "length", "constraint"]
IsUnknown = Callable[[object], bool]
NAMES = {"object": "JSONObject", "array": "JSONArray", "string": "String", "boolean": "Boolean", "number": "Number"}
# What CloudFormation finds before it touches any resource; the rest is the resource handler's to find.
BEFORE_CREATION: frozenset[Kind] = frozenset({"unknown", "type", "length"})


@dataclass(frozen=True)
class Finding:
    """One breach of the schema: where, which kind, and the validator's text without the path."""

    path: tuple[str, ...]
    kind: Kind
    message: str

    @property
    def key(self) -> str:
        """The key that is missing or one too many."""
        return self.message.partition("[")[2].partition("]")[0]

    @property
    def text(self) -> str:
        """`#/Port: expected type: Integer, found: String`, `#: required key [VpcId] not found`."""
        return f"{'/'.join(('#', *self.path))}: {self.message}"

    def validation_path(self, logical_id: str) -> str:
        """The ValidationPath of DescribeEvents' VALIDATION_ERROR.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
        """
        return "/".join(("/Resources", logical_id, "Properties", *self.path))


def findings(schema: Schema, properties: Mapping[str, Any], is_unknown: IsUnknown) -> tuple[Finding, ...]:
    """Every breach, required keys first; a value that is not known yet is taken as right, what is beside it is not."""
    return tuple(_Check(schema, is_unknown).value(schema, properties, ()))


def refused_before_creation(logical_id: str, breaches: Sequence[Finding]) -> str:
    """The reason of a CREATE_FAILED whose DetailedStatus is VALIDATION_FAILED: a list in brackets.

    The stack then rolls back with `Validation failed for following resources: [<ids>]. Rollback requested by user.`
    """
    listed = ", ".join(finding.text for finding in breaches)
    return f"{_heading(logical_id)}[{listed}]"


def refused_by_handler(logical_id: str, breaches: Sequence[Finding]) -> str:
    """The reason of a *_FAILED event once the properties' values are known: one breach a line."""
    return _heading(logical_id) + "\n".join(finding.text for finding in breaches)


def _heading(logical_id: str) -> str:
    return f"Properties validation failed for resource {logical_id} with message:\n"


@dataclass(frozen=True)
class _Check:
    root: Schema
    is_unknown: IsUnknown

    def value(self, node: Schema, value: Any, path: tuple[str, ...]) -> Iterator[Finding]:
        form = resolve(self.root, node)
        inner = isinstance(value, (Mapping, list))  # nested findings are checked one by one
        if value is None or (not inner and self.is_unknown(value)):
            return
        wrong = _wrong_type(form, value)
        if wrong:
            yield Finding(path, "type", wrong)
        elif isinstance(value, Mapping):
            yield from self.object(form, value, path)
        elif isinstance(value, list):
            yield from self.array(form, value, path)
        else:
            yield from _scalar(form, text_of(value), path)

    def object(self, form: Schema, value: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[Finding]:
        for name in form.get("required", ()):
            if name not in value:
                yield Finding(path, "missing", f"required key [{name}] not found")
        declared = form.get("properties", {})
        for name in value:
            if name not in declared and _closed(form, name):
                yield Finding(path, "unknown", f"extraneous key [{name}] is not permitted")
        for name, item in value.items():
            if name in declared:
                yield from self.value(declared[name], item, (*path, name))

    def array(self, form: Schema, value: list[Any], path: tuple[str, ...]) -> Iterator[Finding]:
        yield from _size(form, ("minItems", "maxItems"), ("minimum item count", "maximum item count"), value, path)
        items = form.get("items")
        if isinstance(items, Mapping):
            for number, item in enumerate(value):
                yield from self.value(items, item, (*path, str(number)))


def _closed(form: Schema, name: str) -> bool:
    if form.get("additionalProperties") is not False:
        return False
    if not form.get("properties") and any(combiner in form for combiner in COMBINERS):
        return False
    return not any(matches(pattern, name) for pattern in form.get("patternProperties", ()))


def _size(
    form: Schema, keys: tuple[str, str], words: tuple[str, str], value: Sequence[Any], path: tuple[str, ...]
) -> Iterator[Finding]:
    size, word = len(value), "found" if "Items" in keys[0] else "actual"
    if size < form.get(keys[0], 0):
        yield Finding(path, "length", f"expected {words[0]}: {form[keys[0]]}, {word}: {size}")
    if size > form.get(keys[1], size):
        yield Finding(path, "length", f"expected {words[1]}: {form[keys[1]]}, {word}: {size}")


def _scalar(form: Schema, text: str, path: tuple[str, ...]) -> Iterator[Finding]:
    kinds = value_types((form,))
    if "string" in kinds:
        yield from _size(form, ("minLength", "maxLength"), ("minLength", "maxLength"), text, path)
    for keyword in ("pattern", "minimum", "maximum", "enum"):
        if keyword in form and not _keeps(keyword, form[keyword], text, kinds):
            yield Finding(path, "constraint", f"failed validation constraint for keyword [{keyword}]")


def _keeps(keyword: str, limit: Any, text: str, kinds: frozenset[str]) -> bool:
    if keyword == "enum":
        return text in {text_of(choice) for choice in limit}
    if keyword == "pattern":
        return "string" not in kinds or matches(limit, text)
    if not kinds & {"integer", "number"}:
        return True
    number, bound = float(text), float(limit)
    return number >= bound if keyword == "minimum" else number <= bound


def _wrong_type(form: Schema, value: Any) -> str | None:
    """CloudFormation reads scalars as the schema's type where it can, so 80 and "80" are both right."""
    kinds = value_types((form,))
    if not kinds or any(_fits(kind, value) for kind in kinds):
        return None
    if len(kinds) > 1:
        return f"#: no subschema matched out of the total {len(kinds)} subschemas"
    return f"expected type: {NAMES.get(next(iter(kinds)), 'Integer')}, found: {_json_type(value)}"


def _fits(kind: str, value: Any) -> bool:
    if isinstance(value, Mapping):
        return kind == "object"
    if isinstance(value, list):
        return kind == "array"
    text = text_of(value)
    if kind in ("integer", "number"):
        number = re.fullmatch(r"-?\d+(\.\d+)?([eE][-+]?\d+)?", text) is not None
        return number and (kind == "number" or float(text) % 1 == 0)
    # Public templates that are deployed write "True"; nobody was seen to be refused for it.
    return kind == "string" or (kind == "boolean" and text.lower() in ("true", "false"))


def _json_type(value: Any) -> str:
    if isinstance(value, Mapping):
        return "JSONObject"
    return "JSONArray" if isinstance(value, list) else "String"
