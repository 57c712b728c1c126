"""The functions of a template under AWS::LanguageExtensions: each becomes what it gives, or stays with what is left.

Errors of all of them: TemplateError in the words of the transform.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from cloudformation.references import SUB_NAME, functions, intrinsic
from cloudformation.refusals import TemplateError
from cloudformation.scalars import text_of
from cloudformation.unknown import ABSENT
from rehearsal.language.transforms.json_string import escaped, json_string
from rehearsal.language.transforms.transform_failure import FinalError, failed, layout
from rehearsal.language.transforms.transform_values import Values

LENGTH = "The Fn::Length value could not be resolved for properties"
CONDITION_FUNCTIONS = frozenset(("Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Condition"))
_INDEX = re.compile(r"-?[0-9]{1,9}")
_SUB_PART = re.compile(rf"{SUB_NAME.pattern}|\$\{{!")
_NESTED_NAME = re.compile(r"\$\{[^}]*\$\{")
_MALFORMED = "Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, "


def _ref(values: Values, name: str, argument: Any) -> Any:
    target = values.argument(argument)
    if not isinstance(target, str):
        return {"Ref": target}
    if target in values.bound.items:
        return values.bound.items[target]
    if target == "AWS::NoValue":
        return ABSENT
    known = values.scope.parameters.get(target)
    if known is None:
        return {"Ref": target}
    return list(known) if isinstance(known, (list, tuple)) else known


def _get_att(values: Values, name: str, argument: Any) -> Any:
    parts = values.argument(argument)
    if not isinstance(parts, (str, list)):
        raise layout(name)
    return {name: parts}


def _if(values: Values, name: str, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) != 3 or not isinstance(argument[0], str):
        raise layout(name)
    holds = values.scope.holds(argument[0])
    if holds is None:
        return _kept(values, name, argument)
    return values.reduced(argument[1] if holds else argument[2])


def _kept(values: Values, name: str, argument: Any) -> Any:
    return {name: values.argument(argument)}


def _known(values: Values, name: str, argument: Any) -> Any:
    """A function that is evaluated as soon as all of its arguments are literal."""
    reduced = values.argument(argument)
    return {name: reduced} if _open(reduced) else values.evaluated(name, reduced)


def _open(value: Any) -> bool:
    return next(functions(value), None) is not None


def _select(values: Values, name: str, argument: Any) -> Any:
    reduced = values.argument(argument)
    if _open(reduced):
        return {name: reduced}
    if not isinstance(reduced, list) or len(reduced) != 2 or not isinstance(reduced[1], list):
        raise layout(name)
    index, items = text_of(reduced[0]), reduced[1]
    if not _INDEX.fullmatch(index):
        raise layout(name)
    if not 0 <= int(index) < len(items):
        raise failed(f"Fn::Select cannot select nonexistent value at index {index}")
    return items[int(index)]


def _find_in_map(values: Values, name: str, argument: Any) -> Any:
    if not isinstance(argument, list) or not 3 <= len(argument) <= 4:
        raise layout(name)
    keys = [values.reduced(key) for key in argument[:3]]
    if any(isinstance(key, (dict, list)) or key is ABSENT for key in keys):
        raise layout(name)
    mapped: Any = values.scope.mappings
    for key in keys:
        mapped = mapped.get(text_of(key)) if isinstance(mapped, Mapping) else None
    if mapped is not None:
        return list(mapped) if isinstance(mapped, list) else mapped
    if len(argument) == 4 and isinstance(argument[3], dict) and "DefaultValue" in argument[3]:
        return values.reduced(argument[3]["DefaultValue"])
    place = f" on resourceType {values.resource_type}" if values.resource_type else ""
    written = all(isinstance(key, str) for key in argument[:3])
    text = f"Mappings not found in template for key /{text_of(keys[1])}/{text_of(keys[2])}{place}"
    raise failed(text, FinalError if written else TemplateError)


def _length(values: Values, name: str, argument: Any) -> Any:
    items = values.reduced(argument)
    if isinstance(items, list):
        return len(items)
    raise failed(LENGTH) if intrinsic(items) else layout(name)


def _to_json_string(values: Values, name: str, argument: Any) -> Any:
    if not isinstance(argument, (dict, list)):
        raise layout(name)
    reduced = values.reduced(argument)
    if not isinstance(reduced, (dict, list)) or intrinsic(reduced):
        raise layout(name)
    left = {function for function, _ in functions(reduced)}
    if "Fn::Split" in left:
        raise failed("Unable to resolve Fn::Split intrinsic function")
    for function in CONDITION_FUNCTIONS & left:
        raise failed(f"Fn::ToJsonString does not support {function} intrinsic function")
    return json_string(reduced)


def _sub(values: Values, name: str, argument: Any) -> Any:
    text, own = (argument, {}) if isinstance(argument, str) else _sub_parts(values, argument)
    if _NESTED_NAME.search(text):
        raise TemplateError(f"{_MALFORMED}underscores, periods, and colons")
    values.budget.spend(len(text))
    known = {variable: _sub_value(values, variable.strip(), own) for variable in set(SUB_NAME.findall(text))}
    literal = {variable: text_of(value) for variable, value in known.items() if not isinstance(value, dict)}
    values.budget.spend(sum(len(literal.get(variable, "")) for variable in SUB_NAME.findall(text)))
    if len(literal) == len(known):
        return _SUB_PART.sub(lambda hit: "${" if hit[1] is None else literal[hit[1]], text)
    used = {variable.strip() for variable in known}
    left = {variable: value for variable, value in own.items() if variable in used and _open(value)}
    text = SUB_NAME.sub(lambda hit: escaped(literal[hit[1]]) if hit[1] in literal else hit[0], text)
    return {name: [text, left] if left else text}


def _sub_parts(values: Values, argument: Any) -> tuple[str, dict[str, Any]]:
    if isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], dict):
        text = values.reduced(argument[0])
        if isinstance(text, str):
            return text, values.members(argument[1])
    raise layout("Fn::Sub")


def _sub_value(values: Values, name: str, own: Mapping[str, Any]) -> Any:
    """The replacement of a variable: its value, or a function if only the stack knows it."""
    value = own[name] if name in own else {"Ref": name} if "." in name else _ref(values, "Ref", name)
    if isinstance(value, list) or (isinstance(value, dict) and not intrinsic(value)):
        raise layout("Fn::Sub")
    return {"Ref": name} if value is ABSENT else value


FUNCTIONS: dict[str, Callable[[Values, str, Any], Any]] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::Length": _length,
    "Fn::ToJsonString": _to_json_string,
    "Fn::Sub": _sub,
    "Fn::Select": _select,
    **dict.fromkeys(("Fn::Join", "Fn::Split", "Fn::Base64"), _known),
    **dict.fromkeys(("Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Fn::GetAZs", "Fn::Cidr", "Fn::ImportValue"), _kept),
}
