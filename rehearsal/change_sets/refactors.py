"""Stack refactoring: resources change their stack or their logical id, and nothing else changes.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-refactoring.html
The new templates replace the current ones for the check, so that their references, exports and imports resolve as they
will; if the check fails, the current ones are restored.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from cloudformation.refusals import CloudFormationError, ValidationError
from cloudformation.template.resource import TemplateResource
from cloudformation.template.sections import parse_template
from rehearsal.language.output_values import imports_of, resolve_outputs
from rehearsal.language.parameters import settle
from rehearsal.language.scopes import described, properties_of, situation
from rehearsal.language.validation import validate_target, validate_template
from rehearsal.properties.physical_names import claim
from rehearsal.resources.differences import differences
from rehearsal.state.events import IMPORT_STARTED, IMPORTED, resource_event, stack_event
from rehearsal.state.stacks import STACK_TYPE, Stack, StackResource, Target
from rehearsal.state.world import World

Place = tuple[str, str]
"""A stack's name and a logical id."""
MOST_STACKS = 5
STARTED = "Stack refactor in progress."


@dataclass(frozen=True)
class Move:
    """A resource that gets another place; `manual` where the request says so."""

    source: Place
    destination: Place
    resource: StackResource
    manual: bool


@dataclass
class Refactoring:
    """The stacks as they are to be, by name, what moves, and which stacks are new."""

    stacks: dict[str, Stack] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    fresh: list[str] = field(default_factory=list)


def refactored(
    world: World, region: str, templates: Mapping[str, str], mappings: Mapping[Place, Place], ids: Mapping[str, str]
) -> Refactoring:
    """What the templates, by the name of their stack, make of the stacks; `mappings` lead from source to destination.

    `ids` has the ARNs of the stacks that are to be created.
    Errors: CloudFormationError whose message is the reason why it cannot be.
    """
    if not 1 <= len(templates) <= MOST_STACKS:
        raise ValidationError(f"A stack refactor takes 1 to {MOST_STACKS} stacks")
    result = Refactoring()
    for name, body in templates.items():
        result.stacks[name] = _emptied(world, region, name, body, ids.get(name))
        if world.find(name, region) is None:
            result.fresh.append(name)
    old = {(name, key): entry for name in templates for key, entry in _standing(world.find(name, region))}
    new = {(name, key): entry for name in templates for key, entry in _wanted(world, result.stacks[name])}
    before = {name: _template_of(world.find(name, region)) for name in templates}
    result.moves = _moves(old, new, before, mappings)
    _place(result, old, new)
    with tried(world, result):
        _evaluate(world, result)
        _refuse_changes(world, result)
        _refuse_lost_exports(world, region)
    return result


def _emptied(world: World, region: str, name: str, body: str, new_id: str | None) -> Stack:
    """The stack with its new template and none of its resources yet."""
    stack = world.find(name, region)
    if stack is None and new_id is None:
        raise ValidationError(f"Stack {name} does not exist, and EnableStackCreation is not set")
    template = parse_template(body)
    if template.transforms:
        raise ValidationError("Stack refactoring of templates with transforms is not simulated by the rehearsal")
    validate_template(template, world.types(region))
    if not template.resources:
        raise ValidationError(f"Stack {name} would have no resources: empty stacks are not supported")
    if stack is None:
        stack = replace(world.new_stack(region, name, "CREATE_IN_PROGRESS"), id=new_id or "")
    elif stack.status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"):
        raise ValidationError(f"Stack {name} is in {stack.status} state and cannot be refactored")
    before = stack.target
    stored = partial(world.services.parameter, region=region)
    previous = before.parameters if before else {}
    kept = [{"ParameterKey": key, "UsePreviousValue": True} for key in template.parameters if key in previous]
    values = settle(template.parameters, kept, previous, stored)
    given = Target(template=body, parameters=values)
    target = replace(before, template=body, parameters=values, original=None) if before else given
    return replace(stack, target=target, resources={}, outputs={})


def _standing(stack: Stack | None) -> Iterator[tuple[str, StackResource]]:
    if stack is not None:
        yield from ((name, entry) for name, entry in stack.resources.items() if entry.exists)


def _wanted(world: World, stack: Stack) -> Iterator[tuple[str, TemplateResource]]:
    assert stack.target is not None
    yield from situation(world, stack, stack.target).resources.items()


def _template_of(stack: Stack | None) -> Mapping[str, TemplateResource]:
    return parse_template(stack.target.template).resources if stack and stack.target else {}


def _moves(
    old: Mapping[Place, StackResource],
    new: Mapping[Place, TemplateResource],
    before: Mapping[str, Mapping[str, TemplateResource]],
    mappings: Mapping[Place, Place],
) -> list[Move]:
    """Where every resource that leaves its place goes: as it is said, else to the one place that is declared alike."""
    for source, destination in mappings.items():
        if source not in old or destination not in new or old[source].type != new[destination].type:
            raise ValidationError(f"Resource mapping {_at(source)} -> {_at(destination)} does not fit the templates")
    moves = [Move(source, place, old[source], True) for source, place in mappings.items()]
    left = [place for place in old if place not in mappings and (place not in new or place in mappings.values())]
    open_places = [place for place in new if place not in mappings.values() and (place not in old or place in mappings)]
    for source in left:
        alike = [place for place in open_places if _alike(before[source[0]].get(source[1]), new[place])]
        if len(alike) != 1:
            problem = "is removed" if not alike else "matches several new resources; specify a resource mapping"
            raise ValidationError(f"Resource {_at(source)} {problem}")
        open_places.remove(alike[0])
        moves.append(Move(source, alike[0], old[source], False))
    if open_places:
        raise ValidationError(f"A stack refactor creates no resources: [{', '.join(map(_at, open_places))}]")
    nested = [_at(move.source) for move in moves if move.resource.type == STACK_TYPE]
    if nested:
        raise ValidationError(f"Moving nested stacks is not simulated by the rehearsal: [{', '.join(nested)}]")
    return moves


def _alike(before: TemplateResource | None, after: TemplateResource) -> bool:
    return before is not None and (before.type, before.properties) == (after.type, after.properties)


def _at(place: Place) -> str:
    return ".".join(place)


def _place(result: Refactoring, old: Mapping[Place, StackResource], new: Mapping[Place, TemplateResource]) -> None:
    """Put every resource into the stack that has it from now on."""
    sources = {move.destination: move.resource for move in result.moves}
    for place in new:
        resource = sources.get(place) or old[place]
        result.stacks[place[0]].resources[place[1]] = replace(resource, logical_id=place[1])


@contextmanager
def tried(world: World, result: Refactoring) -> Iterator[None]:
    """The stacks of a refactoring in place of the current ones, for the duration of the block."""
    kept = dict(world.state.stacks)
    try:
        world.state.stacks.update({stack.id: stack for stack in result.stacks.values()})
        yield
    finally:
        world.state.stacks.clear()
        world.state.stacks.update(kept)


def _evaluate(world: World, result: Refactoring) -> None:
    """Outputs, which may hang on each other through exports: as many rounds as there are stacks are enough."""
    reason: CloudFormationError | None = None
    for _ in range(len(result.stacks) + 1):
        reason = None
        for stack in result.stacks.values():
            assert stack.target is not None
            try:
                stack.outputs = resolve_outputs(world, stack, stack.target)
            except CloudFormationError as error:
                reason = error
    if reason is not None:
        raise reason


def _refuse_changes(world: World, result: Refactoring) -> None:
    """Take over what does not reach the resource itself; what does is refused."""
    for name, stack in result.stacks.items():
        assert stack.target is not None
        validate_target(world, stack, stack.target)
        evaluated = situation(world, stack, stack.target)
        for key, resource in stack.resources.items():
            entry = evaluated.template.resources[key]
            wanted = described(entry, evaluated.scope, properties_of(entry, evaluated.scope))
            kind = world.kind(stack.region, resource.type)
            if any(differences(kind, resource.properties, wanted.properties)):
                raise ValidationError(f"Resource {name}.{key} would change: a stack refactor changes no configuration")
            stack.resources[key] = replace(
                resource,
                metadata=wanted.metadata,
                deletion_policy=wanted.deletion_policy,
                update_replace_policy=wanted.update_replace_policy,
                policies=wanted.policies,
                depends=sorted(evaluated.dependencies(key)),
            )


def _refuse_lost_exports(world: World, region: str) -> None:
    exported = world.exports(region)
    for stack in world.living(region):
        lost = sorted(imports_of(world, stack) - exported.keys()) if stack.target and stack.resources else []
        if lost:
            raise ValidationError(f"Export {lost[0]} cannot be deleted as it is in use by {stack.name}")


def carry_out(world: World, result: Refactoring) -> None:
    """Give the stacks their new templates, resources and outputs, with the events of it."""
    for name, planned in sorted(result.stacks.items(), key=lambda item: item[0] not in result.fresh):
        stack = world.add(planned) if name in result.fresh else world.state.stacks[planned.id]
        stack_event(world, stack, "CREATE_IN_PROGRESS" if name in result.fresh else "UPDATE_IN_PROGRESS", STARTED)
        stack.target, stack.resources, stack.outputs = planned.target, planned.resources, planned.outputs
        stack.updated = None if name in result.fresh else world.clock.now()
        for change_set in stack.change_sets.values():
            change_set.execution = "OBSOLETE" if change_set.execution == "AVAILABLE" else change_set.execution
    for move in result.moves:
        stack = world.state.stacks[result.stacks[move.destination[0]].id]
        resource = stack.resources[move.destination[1]]
        for status, reason in (("IMPORT_IN_PROGRESS", IMPORT_STARTED), ("IMPORT_COMPLETE", IMPORTED)):
            resource_event(world, stack, resource, status, reason)
    for name, planned in result.stacks.items():
        stack = world.state.stacks[planned.id]
        for resource in stack.resources.values():
            claim(world, stack, resource)
        stack_event(world, stack, "CREATE_COMPLETE" if name in result.fresh else "UPDATE_COMPLETE")


def actions(result: Refactoring) -> list[dict[str, Any]]:
    """What is done, as ListStackRefactorActions shows it: new stacks first."""
    made = [{"Action": "CREATE", "Entity": "STACK", "Description": f"Stack {name} created."} for name in result.fresh]
    return [*made, *(_action(move, result) for move in result.moves)]


def _action(move: Move, result: Refactoring) -> dict[str, Any]:
    stack = result.stacks[move.destination[0]]
    tags = {"stack-name": stack.name, "logical-id": move.destination[1], "stack-id": stack.id}
    if move.source[0] == move.destination[0]:
        tags = {"logical-id": move.destination[1]}
    places = {"Source": move.source, "Destination": move.destination}
    reason = "Mapping was provided by the user." if move.manual else "The two resources are declared alike."
    return {
        "Action": "MOVE",
        "Entity": "RESOURCE",
        "PhysicalResourceId": move.resource.physical_id,
        "Description": f"Resource {_at(move.source)} moves to {_at(move.destination)}.",
        "Detection": "MANUAL" if move.manual else "AUTO",
        "DetectionReason": reason,
        "TagResources": [{"Key": f"aws:cloudformation:{key}", "Value": value} for key, value in tags.items()],
        "UntagResources": [],
        "ResourceMapping": {
            member: {"StackName": place[0], "LogicalResourceId": place[1]} for member, place in places.items()
        },
    }
