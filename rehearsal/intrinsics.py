"""Intrinsic functions: a template's value becomes what CloudFormation would hand to a resource.

A value that does not exist yet (an attribute of a resource that is still to be created, a sibling
stack's output during review) is an `Unknown`; whatever is computed from one is unknown too.
"""

from __future__ import annotations

import base64
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rehearsal.errors import TemplateError, ValidationError
from rehearsal.references import SUB_NAME, intrinsic

KNOWN_AFTER_APPLY = "{{changeSet:KNOWN_AFTER_APPLY}}"


class Unknown:
    """A value that only the execution will know; `text` is what a child stack sees in its place."""

    def __init__(self, text: str = KNOWN_AFTER_APPLY) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"Unknown({self.text!r})"


class _NoValue:
    """`AWS::NoValue`: the property that holds it is left out."""


NO_VALUE = _NoValue()


@dataclass(frozen=True)
class Scope:
    """Where names lead while a value is resolved.

    `parameters` holds parameters and pseudo parameters; `resource` answers a Ref to a resource,
    `attribute` a Fn::GetAtt, `exported` a Fn::ImportValue, `secret` a dynamic reference; each may
    answer Unknown.
    """

    parameters: Mapping[str, Any]
    mappings: Mapping[str, Any] = field(default_factory=dict)
    conditions: Mapping[str, bool] = field(default_factory=dict)
    zones: tuple[str, ...] = ()
    resource: Callable[[str], Any] = lambda name: Unknown()
    attribute: Callable[[str, str], Any] = lambda name, attribute: Unknown()
    exported: Callable[[str], Any] = lambda name: Unknown()


def resolve(value: Any, scope: Scope) -> Any:
    """The value with every intrinsic evaluated; keys and items that become NoValue are left out.

    Errors: TemplateError with AWS's text for an argument of the wrong form.
    """
    found = intrinsic(value)
    if found:
        function = _FUNCTIONS.get(found[0])
        if function is None:
            raise TemplateError(f"Template format error: Unrecognized function {found[0]}")
        return function(found[1], scope)
    if isinstance(value, dict):
        resolved = {key: resolve(item, scope) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not NO_VALUE}
    if isinstance(value, list):
        return [item for item in (resolve(item, scope) for item in value) if item is not NO_VALUE]
    return value


def is_unknown(value: Any) -> bool:
    """Whether a resolved value is unknown, as a whole or somewhere inside."""
    if isinstance(value, dict):
        return any(is_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(is_unknown(item) for item in value)
    return isinstance(value, Unknown)


def text_of(value: Any) -> str:
    """A scalar as CloudFormation writes it: `true`, `80`, the text itself."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _ref(name: Any, scope: Scope) -> Any:
    if not isinstance(name, str):
        raise TemplateError("Template error: every Ref object must have a single String value.")
    if name == "AWS::NoValue":
        return NO_VALUE
    return scope.parameters[name] if name in scope.parameters else scope.resource(name)


def _get_att(argument: Any, scope: Scope) -> Any:
    name, attribute = get_att_parts(argument)
    attribute = resolve(attribute, scope)
    return attribute if isinstance(attribute, Unknown) else scope.attribute(name, str(attribute))


def get_att_parts(argument: Any) -> tuple[str, Any]:
    """Logical id and attribute of a Fn::GetAtt; the attribute may be a Ref."""
    if isinstance(argument, str):
        argument = argument.split(".", 1)
    whole = isinstance(argument, list) and len(argument) == 2 and all(argument) and isinstance(argument[0], str)
    if not whole or not isinstance(argument[1], (str, dict)):
        raise TemplateError(
            "Template error: every Fn::GetAtt object requires two non-empty parameters, "
            "the resource name and the resource attribute"
        )
    return argument[0], argument[1]


def _sub(argument: Any, scope: Scope) -> Any:
    text, variables = argument, {}
    if isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], dict):
        text, variables = argument
    if not isinstance(text, str):
        raise TemplateError(
            "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. "
            "Specify a string as first argument, and an optional second argument to specify a mapping of values "
            "to replace in the string"
        )
    values = {name: _sub_value(name, variables, scope) for name in {m.strip() for m in SUB_NAME.findall(text)}}
    if any(is_unknown(value) for value in values.values()):
        return _first_unknown(list(values.values()))
    replaced = SUB_NAME.sub(lambda hit: text_of(values[hit[1].strip()]), text)
    return replaced.replace("${!", "${")


def _sub_value(name: str, variables: Mapping[str, Any], scope: Scope) -> Any:
    if name in variables:
        value = resolve(variables[name], scope)
    elif "." in name:
        value = scope.attribute(*name.split(".", 1))
    else:
        value = _ref(name, scope)
    if isinstance(value, (list, dict)) and not is_unknown(value):
        raise TemplateError(f"Template error: variable {name} in Fn::Sub expression does not resolve to a string")
    return value


def _first_unknown(values: list[Any]) -> Unknown:
    return next((value for value in values if isinstance(value, Unknown)), Unknown())


def _join(argument: Any, scope: Scope) -> Any:
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str):
        raise TemplateError(
            "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and "
            "(2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) "
            "to be joined."
        )
    items = resolve(argument[1], scope)
    if isinstance(items, Unknown) or is_unknown(items):
        return items if isinstance(items, Unknown) else Unknown()
    if not isinstance(items, list) or any(isinstance(item, (dict, list)) for item in items):
        raise TemplateError(
            "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and "
            "(2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) "
            "to be joined."
        )
    return argument[0].join(text_of(item) for item in items)


_INDEX = re.compile(r"[0-9]{1,9}")
_SELECT = "Template error: Fn::Select requires a list argument with two elements: an integer index and a list"


def _select(argument: Any, scope: Scope) -> Any:
    if not isinstance(argument, list) or len(argument) != 2:
        raise TemplateError(_SELECT)
    index, items = resolve(argument[0], scope), resolve(argument[1], scope)
    if isinstance(items, Unknown) or isinstance(index, Unknown):
        return Unknown()
    place = _INDEX.fullmatch(text_of(index))
    if not isinstance(items, list) or place is None or int(place[0]) >= len(items):
        raise TemplateError(_SELECT)
    return items[int(place[0])]


def _split(argument: Any, scope: Scope) -> Any:
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str):
        raise TemplateError(_SPLIT)
    text = resolve(argument[1], scope)
    if isinstance(text, Unknown):
        return text
    if not isinstance(text, str):
        raise TemplateError(_SPLIT)
    return text.split(argument[0]) if argument[0] else [text]


_SPLIT = (
    "Template error: every Fn::Split object requires two parameters, (1) a string delimiter and "
    "(2) a string to be split or a function that returns a string to be split."
)


def _if(argument: Any, scope: Scope) -> Any:
    if not isinstance(argument, list) or len(argument) != 3 or not isinstance(argument[0], str):
        raise TemplateError("Template error: Fn::If requires a list argument with three elements")
    if argument[0] not in scope.conditions:
        raise TemplateError(f"Template error: unresolved condition dependency {argument[0]} in Fn::If")
    return resolve(argument[1] if scope.conditions[argument[0]] else argument[2], scope)


def _find_in_map(argument: Any, scope: Scope) -> Any:
    if not isinstance(argument, list) or len(argument) not in (3, 4):
        raise TemplateError("Template error: every Fn::FindInMap object requires three parameters")
    keys = [resolve(item, scope) for item in argument[:3]]
    if any(isinstance(key, Unknown) for key in keys):
        return Unknown()
    found: Any = scope.mappings
    for key in keys:
        found = found.get(text_of(key)) if isinstance(found, Mapping) else None
    if found is None and len(argument) == 4 and isinstance(argument[3], dict) and "DefaultValue" in argument[3]:
        return resolve(argument[3]["DefaultValue"], scope)
    if found is None:
        raise TemplateError(f"Template error: Unable to get mapping for {'::'.join(text_of(key) for key in keys)}")
    return found


def _get_azs(argument: Any, scope: Scope) -> Any:
    region = resolve(argument, scope)
    if isinstance(region, Unknown):
        return region
    region = region or scope.parameters.get("AWS::Region", "")
    own = region == scope.parameters.get("AWS::Region")
    if own and scope.zones:
        return list(scope.zones)
    raise ValidationError(f"Fn::GetAZs for the region {region} is not simulated")


def _cidr(argument: Any, scope: Scope) -> Any:
    parts = resolve(argument, scope)
    if is_unknown(parts):
        return Unknown()
    try:
        block, count, *bits = parts
        network = ipaddress.ip_network(text_of(block))
        prefix = network.max_prefixlen - int(text_of(bits[0] if bits else 8))
        subnets = network.subnets(new_prefix=prefix)
        return [str(next(subnets)) for _ in range(int(text_of(count)))]
    except (ValueError, TypeError, StopIteration):
        raise TemplateError(f"Template error: Fn::Cidr cannot be resolved for {parts}") from None


def _base64(argument: Any, scope: Scope) -> Any:
    text = resolve(argument, scope)
    return text if isinstance(text, Unknown) else base64.b64encode(text_of(text).encode()).decode()


def _import_value(argument: Any, scope: Scope) -> Any:
    name = resolve(argument, scope)
    return name if isinstance(name, Unknown) else scope.exported(text_of(name))


def _refuse(name: str) -> Callable[[Any, Scope], Any]:
    def refuse(argument: Any, scope: Scope) -> Any:
        raise ValidationError(f"{name} is not simulated: it needs a transform")

    return refuse


_FUNCTIONS: dict[str, Callable[[Any, Scope], Any]] = {
    "Ref": _ref,
    "Condition": lambda name, scope: scope.conditions[name],
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAZs": _get_azs,
    "Fn::Cidr": _cidr,
    "Fn::Base64": _base64,
    "Fn::ImportValue": _import_value,
    "Fn::Transform": _refuse("Fn::Transform"),
    "Fn::ToJsonString": _refuse("Fn::ToJsonString"),
    "Fn::Length": _refuse("Fn::Length"),
}
