"""Intrinsic functions: a template's value becomes what CloudFormation would hand to a resource.

The rehearsal and the deployer evaluate alike; what differs is their `Scope`: where names lead, and what becomes of a
function that CloudFormation refuses.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from cloudformation.intrinsics import list_functions
from cloudformation.intrinsics.forms import (
    BASE64,
    FIND_IN_MAP,
    IMPORT_VALUE,
    STACK_OUTPUT,
    STACK_OUTPUT_MEMBERS,
    SUB_VALUE,
    check_form,
    get_att_parts,
    sub_parts,
)
from cloudformation.references import SUB_NAME, intrinsic
from cloudformation.refusals import TemplateError, ValidationError
from cloudformation.scalars import text_of
from cloudformation.unknown import ABSENT, Truth, Unknown, awaited, canonical, is_unknown, unevaluated


def refuse(scope: Scope, name: str, argument: Any, error: ValidationError) -> Any:
    """A function that CloudFormation refuses, refused."""
    raise error


def leave(scope: Scope, name: str, argument: Any, error: ValidationError) -> Any:
    """A function that CloudFormation refuses, or that is not evaluated here, left unknown: it will judge it itself."""
    return unevaluated(name, resolve(argument, scope))


class Scope(NamedTuple):
    """Where names lead while a value is resolved.

    `parameters` holds parameters and pseudo parameters, `conditions` whether they hold; both may find what they are
    asked for only then. `resource` answers a Ref to a resource, `attribute` a Fn::GetAtt, `exported` a
    Fn::ImportValue, `stack_output` (stack, output, Region, role) a Fn::GetStackOutput, `zones` a Fn::GetAZs; all may
    answer Unknown. `stored` reads a Systems Manager parameter for a
    dynamic reference; None where there is none. `refused` is asked what a function that is refused comes to;
    `extended` says that AWS::LanguageExtensions will read the template first.
    """

    parameters: Mapping[str, Any]
    mappings: Mapping[str, Any] = {}
    conditions: Mapping[str, Truth] = {}
    resource: Callable[[str], Any] = lambda name: awaited((), name)
    attribute: Callable[[str, str], Any] = lambda name, wanted: awaited((), name, wanted)
    exported: Callable[[str], Any] = lambda name: unevaluated("Fn::ImportValue", name)
    stack_output: Callable[..., Any] = lambda *parts: unevaluated("Fn::GetStackOutput", list(parts))
    zones: Callable[[str], Any] = lambda region: unevaluated("Fn::GetAZs", region)
    stored: Callable[[str], str | None] = lambda name: None
    refused: Callable[[Scope, str, Any, ValidationError], Any] = refuse
    extended: bool = False

    def holds(self, condition: str) -> bool | None:
        """Whether a condition holds; None where there is none of that name, or it is not decided."""
        truth = self.conditions.get(condition)
        return None if isinstance(truth, Unknown) else truth

    def blind(self) -> Scope:
        """The same scope where resources, their attributes, exports and other stacks' outputs are still unknown."""
        nothing = Scope({})
        return self._replace(
            resource=nothing.resource,
            attribute=nothing.attribute,
            exported=nothing.exported,
            stack_output=nothing.stack_output,
        )


_HOLDING = (dict, list)


def resolve(value: Any, scope: Scope) -> Any:
    """The value with every intrinsic evaluated; keys and items that become ABSENT are left out.

    Errors, unless `scope.refused` leaves it: TemplateError with AWS's text for an argument of the wrong form.
    """
    if isinstance(value, list):
        # Most items of a policy are texts.
        resolved_items = [resolve(item, scope) if isinstance(item, _HOLDING) else item for item in value]
        return [item for item in resolved_items if item is not ABSENT]
    if not isinstance(value, dict):
        return value
    function = intrinsic(value)
    if function:
        try:
            check_form(*function, extended=scope.extended)
            return _FUNCTIONS[function[0]](function[1], scope)
        except ValidationError as error:
            return scope.refused(scope, *function, error)
    resolved = {key: resolve(item, scope) for key, item in value.items()}
    return {key: item for key, item in resolved.items() if item is not ABSENT}


def with_attributes(value: Any, scope: Scope) -> Any:
    """The value where each Fn::GetAtt whose attribute a Ref gives has the attribute itself, as far as it is known.

    Errors: as `resolve`.
    """
    function = intrinsic(value)
    if function and function[0] == "Fn::GetAtt":
        name, attribute = get_att_parts(function[1])
        known = resolve(attribute, scope)
        return {"Fn::GetAtt": [name, attribute if is_unknown(known) else text_of(known)]}
    if isinstance(value, dict):
        return {key: with_attributes(item, scope) for key, item in value.items()}
    return [with_attributes(item, scope) for item in value] if isinstance(value, list) else value


def _ref(name: str, scope: Scope) -> Any:
    if name == "AWS::NoValue":
        return ABSENT
    value = scope.parameters[name] if name in scope.parameters else scope.resource(name)
    return list(value) if isinstance(value, (list, tuple)) else value


def _condition(name: str, scope: Scope) -> Any:
    """Outside of Conditions a `Condition` is a property like any other, unless it names one."""
    return scope.conditions.get(name, {"Condition": name})


def _get_att(argument: Any, scope: Scope) -> Any:
    name, attribute = get_att_parts(argument)
    attribute = resolve(attribute, scope)
    if isinstance(attribute, Unknown):
        return unevaluated("Fn::GetAtt", [name, attribute])
    return scope.attribute(name, text_of(attribute))


def _sub(argument: Any, scope: Scope) -> Any:
    text, variables = sub_parts(argument)
    literals, names = SUB_NAME.split(text)[::2], [name.strip() for name in SUB_NAME.findall(text)]
    values = {name: _sub_value(name, variables, scope) for name in set(names)}
    pieces = [literals[0].replace("${!", "${")]
    for name, literal in zip(names, literals[1:], strict=True):
        pieces += [values[name], literal.replace("${!", "${")]
    return list_functions.concatenated("Fn::Sub", "", pieces)


def _sub_value(name: str, variables: Mapping[str, Any], scope: Scope) -> Any:
    if name in variables:
        value = resolve(variables[name], scope)
    elif "." in name:
        value = scope.attribute(*name.split(".", 1))
    else:
        value = _ref(name, scope)
    if value is ABSENT:  # recorded on an account (localstack/localstack#13000)
        raise TemplateError(SUB_VALUE)
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
    name, *branches = argument
    if name not in scope.conditions:
        raise TemplateError(f"Template error: unresolved condition dependency {name} in Fn::If")
    truth = scope.conditions[name]
    if not isinstance(truth, Unknown):
        return resolve(branches[0 if truth else 1], scope)
    both = [resolve(branch, scope) for branch in branches]
    return unevaluated("Fn::If", [name, *both], key=f"if {truth.key} {canonical(both)}", waits=truth)


def _find_in_map(argument: Any, scope: Scope) -> Any:
    keys = [_key(resolve(item, scope)) for item in argument[:3]]
    if is_unknown(keys):
        read = scope.mappings.get(keys[0], scope.mappings) if isinstance(keys[0], str) else scope.mappings
        return unevaluated("Fn::FindInMap", keys, key=f"map {canonical(keys)} {canonical(read)}")
    mapped: Any = scope.mappings
    for key in keys:
        mapped = mapped.get(key) if isinstance(mapped, Mapping) else None
    if mapped is not None:
        return list(mapped) if isinstance(mapped, list) else mapped
    if len(argument) == 4:
        return resolve(argument[3]["DefaultValue"], scope)
    if keys[0] not in scope.mappings:
        raise TemplateError(
            f"Template error: Mapping named '{keys[0]}' is not present in the 'Mappings' section of template."
        )
    raise TemplateError(f"Template error: Unable to get mapping for {'::'.join(keys)}")


def _key(value: Any) -> Any:
    if isinstance(value, Unknown):
        return value.placeholder if value.is_text else value
    if isinstance(value, (list, dict)):
        raise TemplateError(FIND_IN_MAP)
    return text_of(value)


def _get_azs(argument: Any, scope: Scope) -> Any:
    region = resolve(argument, scope)
    if isinstance(region, Unknown):
        return unevaluated("Fn::GetAZs", region)
    return scope.zones(text_of(region) if region else text_of(scope.parameters.get("AWS::Region", "")))


def _base64(argument: Any, scope: Scope) -> Any:
    text = _text(resolve(argument, scope), BASE64)
    if isinstance(text, Unknown):
        return unevaluated("Fn::Base64", text)
    return base64.b64encode(text.encode()).decode()


def _import_value(argument: Any, scope: Scope) -> Any:
    name = _text(resolve(argument, scope), IMPORT_VALUE)
    return unevaluated("Fn::ImportValue", name) if isinstance(name, Unknown) else scope.exported(name)


def _get_stack_output(argument: Any, scope: Scope) -> Any:
    """Stack, output, Region and role; '' for what is left out."""
    parts = [_text(resolve(argument.get(member, ""), scope), STACK_OUTPUT) for member in STACK_OUTPUT_MEMBERS]
    return unevaluated("Fn::GetStackOutput", parts) if is_unknown(parts) else scope.stack_output(*parts)


def _text(value: Any, refusal: str) -> Any:
    if isinstance(value, (list, dict)) or value is ABSENT:
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
    "Fn::GetStackOutput": _get_stack_output,
}
