"""What the front end checks before CloudFormation itself sees a request, worded as AWS words it.

The constraints are the service model's. Where an answer recorded from AWS shows more than the model
says, `_SHOWN_BY_AWS` has it: the pattern of every StackName, and the limit of TemplateBody.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

from cloudformation.limits import TEMPLATE_BYTES_IN_REQUEST
from cloudformation.refusals import ValidationError
from rehearsal.loopback.wire.model import Shape, shape

_NAME = "[a-zA-Z][-a-zA-Z0-9]*"
_NAME_OR_ARN = f"{_NAME}|arn:[-a-zA-Z0-9:/._+]*"

# (input structure, or "" for every one; member) -> constraints in place of the model's.
_SHOWN_BY_AWS: Mapping[tuple[str, str], Shape] = MappingProxyType(
    {
        ("CreateStackInput", "StackName"): {"type": "string", "min": 1, "pattern": _NAME},
        ("", "StackName"): {"type": "string", "min": 1, "pattern": _NAME_OR_ARN},
        # The page counts bytes; the refusal calls it a length.
        ("", "TemplateBody"): {"type": "string", "min": 1, "max": TEMPLATE_BYTES_IN_REQUEST, "unit": "byte"},
    }
)


def check(structure: str, parameters: Mapping[str, Any]) -> None:
    """Raise the `ValidationError` that AWS answers when parameters break the constraints of their structure."""
    broken = list(_in_structure(structure, parameters, ""))
    if broken:
        errors = "error" if len(broken) == 1 else "errors"
        raise ValidationError(f"{len(broken)} validation {errors} detected: {'; '.join(broken)}")


def _in_structure(name: str, value: Mapping[str, Any], path: str) -> Iterator[str]:
    structure = shape(name)
    required = structure.get("required", ())
    for member, target in structure["members"].items():
        # AWS names a member as its Java getter does: stackName, templateURL.
        here = f"{path}{member[0].lower()}{member[1:]}"
        if member in value:
            rules = _SHOWN_BY_AWS.get((name, member)) or _SHOWN_BY_AWS.get(("", member)) or shape(target["shape"])
            yield from _in_value(target["shape"], rules, value[member], here)
        elif member in required:
            yield f"Value null at '{here}' failed to satisfy constraint: Member must not be null"


def _in_value(name: str, rules: Shape, value: Any, path: str) -> Iterator[str]:
    if rules["type"] == "structure":
        yield from _in_structure(name, value, f"{path}.")
        return
    for constraint in _broken(rules, value):
        yield f"Value '{_shown(value)}' at '{path}' failed to satisfy constraint: {constraint}"
    if rules["type"] == "list":
        yield from _in_list(rules["member"]["shape"], value, path)


def _in_list(name: str, values: Sequence[Any], path: str) -> Iterator[str]:
    rules = shape(name)
    if rules["type"] in ("structure", "list", "map"):
        for index, value in enumerate(values, 1):
            yield from _in_value(name, rules, value, f"{path}.{index}.member")
        return
    # A list of scalars is refused as a whole, whichever of its members is at fault.
    broken = dict.fromkeys(constraint for value in values for constraint in _broken(rules, value))
    if broken:
        constraint = f"Member must satisfy constraint: [{', '.join(broken)}]"
        yield f"Value '{_shown(values)}' at '{path}' failed to satisfy constraint: {constraint}"


def _broken(rules: Shape, value: Any) -> Iterator[str]:
    """The constraints of a shape that a value itself breaks; what it contains is not looked at."""
    match rules["type"]:
        case "string" if "enum" in rules:
            if value not in rules["enum"]:
                yield f"Member must satisfy enum value set: [{', '.join(_as_listed(tuple(rules['enum'])))}]"
        case "string":
            size = len(value.encode()) if rules.get("unit") == "byte" else len(value)
            yield from _outside(rules, size, "length")
            if "pattern" in rules and not re.fullmatch(rules["pattern"], value):
                yield f"Member must satisfy regular expression pattern: {rules['pattern']}"
        case "list" | "map":
            yield from _outside(rules, len(value), "length")
        case "integer" | "long":
            yield from _outside(rules, value, "value")


def _outside(rules: Shape, size: int, measure: str) -> Iterator[str]:
    if "max" in rules and size > rules["max"]:
        yield f"Member must have {measure} less than or equal to {rules['max']}"
    if "min" in rules and size < rules["min"]:
        yield f"Member must have {measure} greater than or equal to {rules['min']}"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    return str(value)


@cache
def _as_listed(names: tuple[str, ...]) -> tuple[str, ...]:
    """Enum values in the order in which AWS lists them: that of a Java HashSet.

    Seen for capabilities, `[CAPABILITY_AUTO_EXPAND, CAPABILITY_NAMED_IAM, CAPABILITY_IAM]`; equal
    places keep the alphabet's order.
    """
    places = 16
    while len(names) > places * 3 // 4:
        places *= 2
    return tuple(sorted(sorted(names), key=lambda name: _hash(name) & (places - 1)))


def _hash(text: str) -> int:
    code = 0
    for unit in text:
        code = (31 * code + ord(unit)) & 0xFFFFFFFF
    return code ^ (code >> 16)
