"""The names that templates give to resources, as far as values of parameters decide them.

Two stacks cannot have a resource of one name: CloudFormation's early validation refuses the second (`... already
exists`), or worse, the service hands out the first one's: CreateCluster with a name that is taken returns that cluster
(hashicorp/terraform-provider-aws#38875). A record set of a taken name and type: `Tried to create resource record set
[name='...', type='A'] but it already exists`; one of the same value is adopted
(aws-cloudformation/cloudformation-coverage-roadmap#560).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cloudformation.scalars import text_of
from cloudformation.template.decided import decided
from cloudformation.template.schemas import naming_properties, schema_of
from cloudformation.template.tree import Tree, section

_NAMING = ("Name", "Identifier")
_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")
# What one account, or all of AWS, has once; anything else is had once a Region.
_ONCE_AN_ACCOUNT = ("AWS::IAM::", "AWS::CloudFront::", "AWS::Route53::HostedZone")
_ONCE_AT_ALL = ("AWS::S3::Bucket", "AWS::Route53::RecordSet")


@dataclass(frozen=True)
class Binding:
    """The value of a parameter, and the parameter of root that it comes from, where it does."""

    text: str
    parameter: str | None = None


@dataclass(frozen=True)
class GivenName:
    """A resource (logical ids from the root on) whose name the template decides.

    `parameters` are root's, that the name comes from; `conditional` where it is not known whether it is created.
    """

    resource: tuple[str, ...]
    type: str
    name: tuple[str, ...]
    parameters: tuple[str, ...]
    conditional: bool

    def within(self, account: str, region: str) -> tuple[str, ...]:
        """What no two resources can have: the type and the name, and where they are counted."""
        name = tuple(map(_without_case, self.name)) if self.type.startswith("AWS::Route53::") else self.name
        if self.type in _ONCE_AT_ALL:
            return self.type, *name
        counted = (account,) if self.type.startswith(_ONCE_AN_ACCOUNT) else (account, region)
        return *counted, self.type, *name


def given_names(tree: Tree, bindings: Mapping[str, Binding], conditional: bool = False) -> Iterator[GivenName]:
    """Every resource and export that may be created and whose name is known, given the values of root's parameters."""
    yield from _exports(tree, bindings, conditional)
    for logical_id, body in section(tree, "Resources").items():
        properties = body.get("Properties") if isinstance(body, Mapping) else None
        if not isinstance(properties, Mapping):
            continue
        holds = _holds(tree, body, bindings)
        if holds is False:
            continue
        maybe = conditional or holds is None
        child = tree.nested.get(logical_id)
        if child is not None:
            for given in given_names(child, _passed(tree, child, properties.get("Parameters") or {}, bindings), maybe):
                yield GivenName(
                    (logical_id, *given.resource), given.type, given.name, given.parameters, given.conditional
                )
        elif any(key.endswith(_NAMING) for key in properties):
            yield from _given(tree, logical_id, body, bindings, maybe)


def _exports(tree: Tree, bindings: Mapping[str, Binding], conditional: bool) -> Iterator[GivenName]:
    """Names that other stacks import by: once in an account and Region, too ("Outputs", Export)."""
    for logical_id, body in section(tree, "Outputs").items():
        export = body.get("Export") if isinstance(body, Mapping) else None
        name = _resolved(tree, export.get("Name"), bindings) if isinstance(export, Mapping) else None
        holds = _holds(tree, body, bindings)
        if name is not None and holds is not False:
            parameters = (name.parameter,) if name.parameter else ()
            yield GivenName((logical_id,), "Export", (name.text,), parameters, conditional or holds is None)


def _holds(tree: Tree, body: Mapping[str, Any], bindings: Mapping[str, Binding]) -> bool | None:
    return decided(tree, body["Condition"], _text(tree, bindings)) if "Condition" in body else True


def _text(tree: Tree, bindings: Mapping[str, Binding]) -> Callable[[Any], str | None]:
    def text(value: Any) -> str | None:
        resolved = _resolved(tree, value, bindings)
        return None if resolved is None else resolved.text

    return text


def _given(
    tree: Tree, logical_id: str, body: Mapping[str, Any], bindings: Mapping[str, Binding], conditional: bool
) -> Iterator[GivenName]:
    type_name, properties = str(body.get("Type")), body["Properties"]
    schema = schema_of(type_name)
    naming = [name for name in naming_properties(schema or {}) if name in properties]
    parts = [_resolved(tree, properties[name], bindings) for name in naming]
    known = [part for part in parts if part is not None]
    if parts and len(known) == len(parts):
        name = tuple(part.text for part in known)
        parameters = tuple(part.parameter for part in known if part.parameter)
        yield GivenName((logical_id,), type_name, name, parameters, conditional)


def _passed(tree: Tree, child: Tree, passed: Mapping[str, Any], bindings: Mapping[str, Binding]) -> dict[str, Binding]:
    bound: dict[str, Binding] = {}
    for name, declared in section(child, "Parameters").items():
        default = declared.get("Default") if isinstance(declared, Mapping) else None
        value = _resolved(tree, passed.get(name, default), bindings)
        if value is not None:
            bound[name] = value
    return bound


def _resolved(tree: Tree, value: Any, bindings: Mapping[str, Binding]) -> Binding | None:
    """A value where text, a parameter, text with parameters in it, or a choice that is known says all of it."""
    match value:
        case str() | int() | float():
            return Binding(text_of(value))
        case {"Ref": str(name)} if len(value) == 1:
            return bindings.get(name)
        case {"Fn::If": [str(condition), then, otherwise]} if len(value) == 1:
            holds = decided(tree, condition, _text(tree, bindings))
            return None if holds is None else _resolved(tree, then if holds else otherwise, bindings)
        case {"Fn::Sub": str(text)} if len(value) == 1:
            names = _VARIABLE.findall(text)
            if not all(name in bindings for name in names):
                return None
            sources = [bindings[name].parameter for name in names]
            filled = _VARIABLE.sub(lambda variable: bindings[variable[1]].text, text)
            return Binding(filled.replace("${!", "${"), next((source for source in sources if source), None))
    return None


def _without_case(text: str) -> str:
    """A name of DNS as it is compared: it has no case, and may end in a dot."""
    return text.lower().rstrip(".")
