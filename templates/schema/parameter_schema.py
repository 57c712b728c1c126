"""What a template declares of a parameter as a JSON Schema of the value that an environment file gives it.

It refuses nothing that deploy.py accepts (cloudformation/environment/parameter_values.py). What it cannot see it lets
through: the text of a number without quotes, the range of one with quotes, and where a value must fit
another value.
"""

from collections.abc import Mapping
from math import isfinite
from typing import Any

from cloudformation.limits import PARAMETER_VALUE_BYTES
from cloudformation.parameters.declarations import is_list, is_no_echo, shape_of
from cloudformation.parameters.ecma_pattern import ecma_pattern, whole
from cloudformation.scalars import is_number, text_of
from templates.schema.scalars import A_NUMBER, ANY_TEXT, AROUND, Schema, one_of, plain, text

ELSEWHERE, ELSEWHERE_OR_KEPT = "from_environment", "from_environment_or_keep"
"""The definitions of a value that is written nowhere: not a secret's, and a secret's."""
_NUMBERS = ("Number", "List<Number>")
_ALTERNATIVES = ("anyOf", "enum")


def parameter_schema(name: str, body: Mapping[str, Any], title: str) -> Schema:
    """The schema of one parameter's value, with its description for people."""
    kind = text_of(body.get("Type", "String"))
    elsewhere = {"$ref": f"#/definitions/{ELSEWHERE_OR_KEPT if is_no_echo(body) else ELSEWHERE}"}
    value = _list(kind, body) if is_list(kind) else _single(kind, body)
    return {"title": title, **_said(name, body), **_or(value, elsewhere)}


def _said(name: str, body: Mapping[str, Any]) -> Schema:
    means = text_of(body.get("Description", name))
    constraint = body.get("ConstraintDescription")
    said: Schema = {"description": f"{means} It is {text_of(constraint)}." if constraint else means}
    if constraint:
        said["patternErrorMessage"] = f"{name} is {text_of(constraint)}"
    if "Default" in body and not is_no_echo(body):
        said["default"] = plain(text_of(body["Default"]))
    return said


def _or(value: Schema, elsewhere: Schema) -> Schema:
    """The value, or where it comes from: keywords of texts and numbers say nothing of an object."""
    if any(word in value for word in _ALTERNATIVES):
        return {"anyOf": [*value.get("anyOf", [value]), {"type": "object", **_also(elsewhere)}]}
    kinds = value["type"] if isinstance(value["type"], list) else [value["type"]]
    return {**value, "type": [*kinds, "object"], "allOf": [*value.get("allOf", []), elsewhere]}


def _also(schema: Schema) -> Schema:
    return {"allOf": [schema]}  # beside a $ref nothing counts


def _single(kind: str, body: Mapping[str, Any]) -> Schema:
    """One value of a type, or one member of a list."""
    if kind in _NUMBERS:
        return _number(body)
    if "AllowedValues" in body:
        return one_of(map(text_of, body["AllowedValues"]))
    patterns = [*_shape(kind), *_pattern(body)]
    schema = {**ANY_TEXT, **(patterns[0] if patterns else {})}
    schema |= {"maxLength": PARAMETER_VALUE_BYTES} | _lengths(kind, body)
    return {**schema, **({"allOf": patterns[1:]} if patterns[1:] else {})}


def _lengths(kind: str, body: Mapping[str, Any]) -> Schema:
    """Of characters, as CloudFormation counts them; a list has none (cloudformation/parameters/values.py)."""
    given = {"minLength": body.get("MinLength"), "maxLength": body.get("MaxLength")}
    bounds = {name: _whole(value) for name, value in given.items() if value is not None and not is_list(kind)}
    least = {"minLength": 1} if kind.startswith("AWS::") else {}
    return least | {name: bound for name, bound in bounds.items() if bound is not None}


def _pattern(body: Mapping[str, Any]) -> list[Schema]:
    pattern = text_of(body.get("AllowedPattern", ""))
    written = ecma_pattern(pattern) if "AllowedPattern" in body else None
    if written is None:
        return []
    return [text(written, pattern)]


def _shape(kind: str) -> list[Schema]:
    shape = shape_of(kind)
    if shape is None:
        return []
    if shape.pattern == ".+":  # of any characters but line feeds
        return [text(r"^[^\n]+$", shape.pattern)]
    return [text(whole(shape.pattern), shape.pattern)]


def _number(body: Mapping[str, Any]) -> Schema:
    """A number, or the text of one; JSON Schema compares numbers alone."""
    if "AllowedValues" in body:
        allowed = [text_of(value) for value in body["AllowedValues"]]
        return {"anyOf": [one_of(allowed), {"type": "string", "pattern": _spellings(allowed)}]}
    given = {"minimum": body.get("MinValue"), "maximum": body.get("MaxValue")}
    bounds = {name: _bound(value) for name, value in given.items() if value is not None}
    return {
        "type": ["number", "string"],
        "pattern": A_NUMBER,
        **{name: bound for name, bound in bounds.items() if bound is not None},
    }


def _spellings(allowed: list[str]) -> str:
    """Each text of a number that is one of these; with an exponent it may be any."""
    whole_ones = [int(one) for one in allowed if one.isascii() and one.isdigit()]
    if len(whole_ones) < len(allowed):
        return A_NUMBER
    others = "|".join(str(one) for one in whole_ones if one)
    spelled = [rf"\+?0*(?:{others})(?:\.0*)?"] if others else []
    spelled += [r"[+-]?(?:0+(?:\.0*)?|\.0+)"] if 0 in whole_ones else []
    return f"^(?:{'|'.join(spelled)})$|^[+-]?[0-9.]+[eE][+-]?[0-9]+$"


def _list(kind: str, body: Mapping[str, Any]) -> Schema:
    """Members joined by commas, or a list of them, each of which is trimmed."""
    member = _member(_single(kind, body))
    items, length = ({"minItems": 1}, {"minLength": 1}) if _refuses_nothing(kind) else ({}, {})
    return {"anyOf": [{**ANY_TEXT, **length}, {"type": "array", "items": member, **items}]}


def _member(value: Schema) -> Schema:
    """A member as it is written, without a comma."""
    alternatives = [value, {"type": "string", "pattern": AROUND}]
    return {"anyOf": alternatives, "not": {"type": "string", "pattern": ","}}


def _refuses_nothing(kind: str) -> bool:
    """Whether a list without members, which is one empty text, is none of the type."""
    return kind.startswith(("AWS::", "List<")) and kind != "List<String>"


def _whole(value: Any) -> int | None:
    bound = _bound(value)
    return int(bound) if bound is not None and bound == int(bound) and bound >= 0 else None


def _bound(value: Any) -> int | float | None:
    written = text_of(value)
    if not is_number(written):
        return None
    number = float(written)
    return int(number) if number.is_integer() else number if isfinite(number) else None
