"""Values whose very form is made up: what a type's Ref or attribute looks like is published nowhere that was read.

All ids and ARNs here lead nowhere; most have at least the form that AWS documents. A part of the others may differ on
AWS, so a review that shows an output with such a part can say so.
"""

import re
from collections.abc import Iterator
from typing import Any

from cloudformation.intrinsics.evaluation import resolve
from cloudformation.references import Reference, arguments, references
from cloudformation.refusals import CloudFormationError
from cloudformation.scalars import text_of
from rehearsal.language.custom_answers import is_answered
from rehearsal.language.scopes import Situation, situation
from rehearsal.properties.filled_attributes import has_rule
from rehearsal.resources.identifiers import form_is_known
from rehearsal.resources.made_up.return_values import REF
from rehearsal.resources.resource_schema import value_types
from rehearsal.resources.resource_types import ResourceType
from rehearsal.state.stacks import STACK_TYPE, Stack, StackResource
from rehearsal.state.world import World

_SEPARATORS = re.compile("[|/:]")


def made_up_id(kind: ResourceType, resource: StackResource) -> bool:
    """Whether the form of a resource's Ref, which is its physical id, is made up: its template does not give it."""
    return not form_is_known(kind, REF) and not _is_given(resource.properties, resource.ref)


def made_up_outputs(world: World, stack: Stack) -> dict[str, tuple[str, ...]]:
    """Of a stack's outputs those that rest on a made-up form: on which, as `Layer/Resource.Attribute` from the root."""
    found = {name: _of_output(world, stack, name) for name in stack.outputs}
    return {name: sources for name, sources in found.items() if sources}


def _of_output(world: World, stack: Stack, name: str) -> tuple[str, ...]:
    if stack.target is None:
        return ()
    try:
        evaluated = situation(world, stack, stack.target)
        declared = evaluated.template.outputs.get(name, {})
        return tuple(dict.fromkeys(_sources(world, stack, evaluated, declared.get("Value"))))
    except CloudFormationError:  # an export that is gone meanwhile, say
        return ()


def _sources(world: World, stack: Stack, evaluated: Situation, value: Any) -> Iterator[str]:
    for reference in references(value, evaluated.scope.conditions.get):
        if reference.name in stack.resources:
            yield from _of_resource(world, stack, stack.resources[reference.name], reference)
        elif reference.name in evaluated.template.parameters:
            yield from _handed_down(world, stack, reference.name)
    for name in arguments(value, "Fn::ImportValue"):
        yield from _exported(world, stack, evaluated, name)


def _of_resource(world: World, stack: Stack, resource: StackResource, reference: Reference) -> Iterator[str]:
    wanted = REF if reference.attribute is None else reference.attribute
    if resource.type == STACK_TYPE:
        child = world.state.stacks.get(resource.physical_id)
        if child is not None:
            yield from _of_output(world, child, wanted.removeprefix("Outputs."))
    elif _is_made_up(world.kind(stack.region, resource.type), resource, wanted):
        path = world.path(stack, resource.logical_id)
        yield path if wanted == REF else f"{path}.{wanted}"


def _is_made_up(kind: ResourceType, resource: StackResource, wanted: str) -> bool:
    if wanted == REF:
        return made_up_id(kind, resource)
    if is_answered(resource.type):
        return wanted not in resource.attributes  # what a scenario says of one is there
    path = tuple(wanted.split("."))
    aws_writes = any(path[: len(pointer)] == pointer for pointer in kind.read_only)
    if not aws_writes or form_is_known(kind, wanted) or has_rule(kind, wanted):
        return False
    forms = kind.forms_at(path)
    told = not value_types(forms) <= {"string"} or any("enum" in form for form in forms)  # by the schema itself
    value = resource.attributes.get(wanted, "")
    return not told and not _is_given(resource.properties, value) and not _is_own_name(kind, resource, value)


def _is_own_name(kind: ResourceType, resource: StackResource, value: Any) -> bool:
    """Whether an attribute repeats a part of Ref, such as the name in an ARN."""
    return form_is_known(kind, REF) and value in _SEPARATORS.split(str(resource.ref))


def _handed_down(world: World, stack: Stack, parameter: str) -> Iterator[str]:
    """A nested stack's parameter is what its parent makes of it."""
    parent = world.state.stacks.get(stack.parent or "")
    if parent is None or parent.target is None or stack.parent_logical_id is None:
        return
    evaluated = situation(world, parent, parent.target)
    entry = evaluated.template.resources.get(stack.parent_logical_id)
    values = entry.properties.get("Parameters") if entry is not None else None
    if isinstance(values, dict) and parameter in values:
        yield from _sources(world, parent, evaluated, values[parameter])


def _exported(world: World, stack: Stack, evaluated: Situation, name: Any) -> Iterator[str]:
    owner = world.exports(stack.region).get(text_of(resolve(name, evaluated.scope)))
    if owner is not None:
        exporting, shown = owner
        yield from _of_output(world, exporting, next(key for key, one in exporting.outputs.items() if one is shown))


def _is_given(properties: Any, value: Any) -> bool:
    """Whether a value is one that the resource's own properties have, or an empty one."""
    if isinstance(properties, dict):
        return any(_is_given(item, value) for item in properties.values())
    if isinstance(properties, list):
        return any(_is_given(item, value) for item in properties)
    return value in ("", properties)
