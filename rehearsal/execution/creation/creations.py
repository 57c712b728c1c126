"""One resource from its first event to its last: it is made, gets its physical id, and fails or comes to its end."""

from __future__ import annotations

import copy

from cloudformation.refusals import CloudFormationError
from rehearsal.execution.creation.completions import complete, stabilise, status_of
from rehearsal.execution.creation.nested_stacks import make_child
from rehearsal.execution.tasks.failing import fail, hang, verb_of
from rehearsal.execution.tasks.hooks import refused_by_hook
from rehearsal.execution.tasks.identities import identify, identity_of, mirror
from rehearsal.execution.tasks.scheduling import schedule
from rehearsal.properties.physical_names import taken
from rehearsal.properties.property_checks import refused_in_turn, refused_with_id
from rehearsal.properties.secret_values import with_secrets
from rehearsal.resources.durations import Action, configured_seconds, duration_seconds
from rehearsal.resources.identifiers import Identity
from rehearsal.resources.resource_types import ResourceType
from rehearsal.scenario.faults import Hang
from rehearsal.state.events import INITIATED, REPLACING, resource_event
from rehearsal.state.stacks import STACK_TYPE, Operation, Stack, StackResource, Task
from rehearsal.state.world import World

LONG = 30.0


def remember(operation: Operation, existing: StackResource) -> None:
    """Keep what a roll-back would restore."""
    operation.originals.setdefault(existing.logical_id, copy.deepcopy(existing))


def begin_create(world: World, stack: Stack, operation: Operation, task: Task, described: StackResource) -> None:
    """The first event of a new resource: it has no physical id yet."""
    if task.logical_id not in operation.created:
        operation.created.append(task.logical_id)
    task.action, task.step = "create", "begun"
    stack.resources[task.logical_id] = described
    resource_event(stack, described, world.clock.now(), "CREATE_IN_PROGRESS")
    schedule(world, stack, 1.0, task.logical_id)


def begin_replacement(
    world: World, stack: Stack, task: Task, existing: StackResource, described: StackResource
) -> None:
    """The first event of a replacement: it still has the old physical id."""
    task.action, task.step = "replace", "begun"
    described.physical_id = existing.physical_id
    stack.resources[task.logical_id] = described
    resource_event(stack, described, world.clock.now(), "UPDATE_IN_PROGRESS", REPLACING)
    schedule(world, stack, 1.0, task.logical_id)


def make(world: World, stack: Stack, operation: Operation, task: Task) -> None:
    """A create or a replacement gets its physical id, or is refused before it has one."""
    resource = stack.resources[task.logical_id]
    kind = world.kind(stack.region, resource.type)
    refused = refused_by_hook(world, stack, resource)
    if refused:
        fail(world, stack, operation, task, resource, verb_of(task), refused)
        return
    if resource.type == STACK_TYPE:
        make_child(world, stack, operation, task, resource)
        return
    try:
        seen = with_secrets(world, stack, resource)
    except CloudFormationError as error:
        fail(world, stack, operation, task, resource, verb_of(task), error.message)
        return
    identity = identity_of(world, stack, operation, kind, seen)
    struck = _struck_early(world, stack, resource)
    problem = refused_in_turn(kind, seen) or _name_taken(world, stack, operation, kind, resource, identity)
    problem = problem or (struck if isinstance(struck, str) else None)
    if problem:
        fail(world, stack, operation, task, resource, verb_of(task), problem)
        return
    identify(world, stack, resource, identity)
    task.step = "made"
    resource_event(stack, resource, world.clock.now(), status_of(task, "IN_PROGRESS"), INITIATED)
    if isinstance(struck, Hang):
        hang(world, stack, task.logical_id, task, struck)
    else:
        seconds = configured_seconds(resource.type, "create") or duration_seconds(resource.type, "create")
        schedule(world, stack, seconds, task.logical_id)


def _struck_early(world: World, stack: Stack, resource: StackResource) -> str | Hang | None:
    """What was asked to fail does so before it has an id where its type is quick, else when it should be done."""
    quick = duration_seconds(resource.type, "create") < LONG
    return world.strike(stack, resource.logical_id, "create") if quick else None


def _name_taken(
    world: World, stack: Stack, operation: Operation, kind: ResourceType, resource: StackResource, identity: Identity
) -> str | None:
    old = operation.originals.get(resource.logical_id)
    if old is not None and old.physical_id == identity.physical_id:
        name = identity.physical_id.rsplit(":", 1)[-1]
        return (
            "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
            f"Rename {name} and update the stack again."
        )
    return taken(world, stack, kind, resource, identity.physical_id)


def finish(world: World, stack: Stack, operation: Operation, task: Task) -> None:
    """A resource is configured, or complete, or fails at its end."""
    resource = stack.resources[task.logical_id]
    action: Action = "create" if task.action in ("create", "replace") else "update"
    configured = configured_seconds(resource.type, action)
    if task.step == "made" and configured is not None:
        stabilise(world, stack, operation, task, resource)
        schedule(world, stack, duration_seconds(resource.type, action) - configured, task.logical_id)
        return
    problem = refused_with_id(resource)
    if action == "update" and resource.type != STACK_TYPE:
        problem = _refused_update(world, stack, resource) or problem
    if problem:
        fail(world, stack, operation, task, resource, verb_of(task), problem)
        return
    late = action == "update" or duration_seconds(resource.type, "create") >= LONG
    struck = world.strike(stack, task.logical_id, action) if late else None
    if isinstance(struck, Hang):
        hang(world, stack, task.logical_id, task, struck)
    elif struck:
        fail(world, stack, operation, task, resource, verb_of(task), struck)
    else:
        mirror(world, stack, operation, task, resource)
        complete(world, stack, operation, task, resource)


def _refused_update(world: World, stack: Stack, resource: StackResource) -> str | None:
    try:
        return refused_in_turn(world.kind(stack.region, resource.type), with_secrets(world, stack, resource))
    except CloudFormationError as error:
        return error.message
