"""Values that the rehearsal made up, and whom nobody is refused for.

An id, an ARN, a generated name or an endpoint of a resource that exists only here looks like AWS's at best. Where it
goes, into another resource's property, through functions, or as the parameter of a nested or of any other stack, it
is treated as a value that is known after apply: patterns, lengths, bounds and enums are not checked. Values in the
template (a bucket's name, and a Ref that is that name) are checked as always.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from cloudformation.intrinsics.evaluation import Scope, leave, resolve
from cloudformation.refusals import CloudFormationError
from cloudformation.unknown import Unknown, awaited, unevaluated
from rehearsal.language.scopes import Situation
from rehearsal.resources.resource_findings import Finding
from rehearsal.state.stacks import STACK_TYPE, Stack, StackResource
from rehearsal.state.world import World

# Shorter ones are words that anybody may write: ACTIVE, 5432.
_LEAST = 10


def held_against(
    world: World, stack: Stack, evaluated: Situation, logical_id: str, breaches: Sequence[Finding]
) -> list[Finding]:
    """The breaches of a resource's schema that do not come of a made-up value alone."""
    if not breaches:
        return []
    entry = evaluated.template.resources.get(logical_id)
    if entry is None:
        return list(breaches)
    try:
        properties = resolve(entry.properties, doubted(world, stack, evaluated))
    except CloudFormationError:
        return list(breaches)
    is_excused = excused(world, properties)
    return [breach for breach in breaches if not is_excused(breach)]


def doubted(world: World, stack: Stack, evaluated: Situation) -> Scope:
    """The scope of a stack in which what was made up is not known."""
    live = evaluated.scope

    def resource(name: str) -> Any:
        one = existing(stack, name)
        return live.resource(name) if one is not None and _is_given(one, one.ref) else awaited((), name)

    def attribute(name: str, wanted: str) -> Any:
        one = existing(stack, name)
        value = live.attribute(name, wanted) if one is not None else None
        if one is None or value is None:
            return awaited((), name, wanted)
        given = not is_made_up(world, value) if one.type == STACK_TYPE else _is_given(one, value)
        return value if given else awaited((), name, wanted)

    def exported(name: str) -> Any:
        value = live.exported(name)
        return unevaluated("Fn::ImportValue", name) if is_made_up(world, value) else value

    parameters = _Parameters(world, live.parameters)
    return live._replace(
        parameters=parameters, resource=resource, attribute=attribute, exported=exported, refused=leave
    )


def existing(stack: Stack, name: str) -> StackResource | None:
    """A resource that is there already: one whose turn has not come is none of the stack's yet."""
    one = stack.resources.get(name)
    return one if one is not None and one.exists else None


class _Parameters(Mapping[str, Any]):
    """Parameters that are looked at only when one is asked for: who made up a text is a question to every stack."""

    def __init__(self, world: World, values: Mapping[str, Any]) -> None:
        self._world, self._values = world, values

    def __getitem__(self, name: str) -> Any:
        value = self._values[name]
        return Unknown(name, name) if is_made_up(self._world, value) else value

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, name: object) -> bool:
        return name in self._values


def is_made_up(world: World, value: Any) -> bool:
    """Whether a value contains what was made up for an existing resource of any stack."""
    texts = [text for text in _texts(value) if len(text) >= _LEAST]
    return bool(texts) and any(made in text for made in _made_up(world) for text in texts)


def _made_up(world: World) -> Iterator[str]:
    yield from (answer for answer in world.answered if len(answer) >= _LEAST)
    for stack in world.state.stacks.values():
        for resource in () if stack.gone else stack.resources.values():
            if resource.exists:
                given, values = set(_texts(resource.properties)), [resource.ref, *resource.attributes.values()]
                yield from (text for text in _texts(values) if len(text) >= _LEAST and text not in given)


def _is_given(resource: StackResource, value: Any) -> bool:
    """Whether a value is one that the resource's own properties have."""
    return value in _texts(resource.properties)


def _texts(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


def excused(world: World, properties: Any) -> Callable[[Finding], bool]:
    """Whether a violation in these properties, which may contain unknown values, is about a made-up value."""

    @cache  # a thousand keys too many are a thousand breaches at one place
    def doubted_at(path: tuple[str, ...]) -> bool:
        value = properties
        for step in path:
            if isinstance(value, Unknown):
                break
            value = _below(value, step)
        return isinstance(value, Unknown) or is_made_up(world, value)

    # An ARN is no number, whatever it looks like.
    return lambda breach: breach.kind != "type" and doubted_at(breach.path)


def _below(value: Any, step: str) -> Any:
    if isinstance(value, list):
        return value[int(step)] if step.isdigit() and int(step) < len(value) else None
    return value.get(step) if isinstance(value, Mapping) else None
