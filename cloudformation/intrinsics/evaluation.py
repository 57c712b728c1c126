"""Intrinsic functions: a template's value becomes what CloudFormation would hand to a resource."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cloudformation.intrinsics import list_functions
from cloudformation.intrinsics.forms import BASE64, FIND_IN_MAP, IMPORT_VALUE, check_form, get_att_parts, sub_parts
from cloudformation.references import SUB_NAME, intrinsic
from cloudformation.refusals import TemplateError
from cloudformation.unknown import KNOWN_AFTER_APPLY, NO_VALUE, PLACEHOLDER, Unknown, computed, is_unknown, text_of

__all__ = [
    "KNOWN_AFTER_APPLY",
    "NO_VALUE",
    "PLACEHOLDER",
    "Scope",
    "Unknown",
    "get_att_parts",
    "is_unknown",
    "resolve",
    "text_of",
]


@dataclass(frozen=True)
class Scope:
    """Where names lead while a value is resolved.

    `parameters` holds parameters and pseudo parameters; `resource` answers a Ref to a resource,
    `attribute` a Fn::GetAtt, `exported` a Fn::ImportValue, `zones` a Fn::GetAZs; each may answer Unknown.
    `stored` reads a Systems Manager parameter for a dynamic reference; None where there is none.
    """

    parameters: Mapping[str, Any]
    mappings: Mapping[str, Any] = field(default_factory=dict)
    conditions: Mapping[str, bool] = field(default_factory=dict)
    resource: Callable[[str], Any] = lambda name: Unknown()
    attribute: Callable[[str, str], Any] = lambda name, attribute: Unknown()
    exported: Callable[[str], Any] = lambda name: Unknown()
    zones: Callable[[str], Any] = lambda region: Unknown()
    stored: Callable[[str], str | None] = lambda name: None

    def blind(self) -> Scope:
        """The same scope where resources, their attributes and exports are still unknown."""
        return replace(
            self,
            resource=lambda name: Unknown(),
            attribute=lambda name, wanted: Unknown(),
            exported=lambda name: Unknown(),
        )


def resolve(value: Any, scope: Scope) -> Any:
    """The value with every intrinsic evaluated; keys and items that become NoValue are left out.

    Errors: TemplateError with AWS's text for an argument of the wrong form.
    """
    found = intrinsic(value)
    if found:
        check_form(*found)
        return _FUNCTIONS[found[0]](found[1], scope)
    if isinstance(value, dict):
        resolved = {key: resolve(item, scope) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not NO_VALUE}
    if isinstance(value, list):
        return [item for item in (resolve(item, scope) for item in value) if item is not NO_VALUE]
    return value


def _ref(name: str, scope: Scope) -> Any:
    if name == "AWS::NoValue":
        return NO_VALUE
    value = scope.parameters[name] if name in scope.parameters else scope.resource(name)
    return list(value) if isinstance(value, (list, tuple)) else value


def _condition(name: str, scope: Scope) -> Any:
    """Outside of Conditions a `Condition` is a property like any other, unless it names one."""
    return scope.conditions.get(name, {"Condition": name})


def _get_att(argument: Any, scope: Scope) -> Any:
    name, attribute = get_att_parts(argument)
    attribute = resolve(attribute, scope)
    return attribute if isinstance(attribute, Unknown) else scope.attribute(name, text_of(attribute))


def _sub(argument: Any, scope: Scope) -> Any:
    text, variables = sub_parts(argument)
    names = [name.strip() for name in SUB_NAME.findall(text)]
    values = {name: _sub_value(name, variables, scope) for name in set(names)}
    unknown = computed("Fn::Sub", *values.values())
    if unknown:
        return unknown
    list_functions.refuse_long("Fn::Sub", sum(len(text_of(values[name])) for name in names))
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


def _join(argument: Any, scope: Scope) -> Any:
    return list_functions.join(argument[0], resolve(argument[1], scope))


def _select(argument: Any, scope: Scope) -> Any:
    return list_functions.select(resolve(argument[0], scope), resolve(argument[1], scope))


def _split(argument: Any, scope: Scope) -> Any:
    return list_functions.split(argument[0], resolve(argument[1], scope))


def _cidr(argument: Any, scope: Scope) -> Any:
    return list_functions.cidr(resolve(argument, scope))


def _if(argument: Any, scope: Scope) -> Any:
    if argument[0] not in scope.conditions:
        raise TemplateError(f"Template error: unresolved condition dependency {argument[0]} in Fn::If")
    return resolve(argument[1] if scope.conditions[argument[0]] else argument[2], scope)


def _find_in_map(argument: Any, scope: Scope) -> Any:
    keys = [_key(resolve(item, scope)) for item in argument]
    unknown = computed("Fn::FindInMap", keys)
    if unknown:
        return unknown
    found: Any = scope.mappings
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    if found is not None:
        return list(found) if isinstance(found, list) else found
    if keys[0] not in scope.mappings:
        raise TemplateError(
            f"Template error: Mapping named '{keys[0]}' is not present in the 'Mappings' section of template."
        )
    raise TemplateError(f"Template error: Unable to get mapping for {'::'.join(keys)}")


def _key(value: Any) -> Any:
    if isinstance(value, Unknown):
        return value.text if value.is_placeholder else value
    if isinstance(value, (list, dict)):
        raise TemplateError(FIND_IN_MAP)
    return text_of(value)


def _get_azs(argument: Any, scope: Scope) -> Any:
    region = resolve(argument, scope)
    if isinstance(region, Unknown):
        return region
    return scope.zones(text_of(region) if region else text_of(scope.parameters.get("AWS::Region", "")))


def _base64(argument: Any, scope: Scope) -> Any:
    text = _text(resolve(argument, scope), BASE64)
    return computed("Fn::Base64", text) or base64.b64encode(text.encode()).decode()


def _import_value(argument: Any, scope: Scope) -> Any:
    name = _text(resolve(argument, scope), IMPORT_VALUE)
    return name if isinstance(name, Unknown) else scope.exported(name)


def _text(value: Any, refusal: str) -> Any:
    if isinstance(value, (list, dict)):
        raise TemplateError(refusal)
    return value if isinstance(value, Unknown) else text_of(value)


_FUNCTIONS: dict[str, Callable[[Any, Scope], Any]] = {
    "Ref": _ref,
    "Condition": _condition,
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
}
