"""Who a resource is: the physical id, Ref and attributes that its service gives it, from what the service sees."""

from __future__ import annotations

from rehearsal.properties.physical_names import claim
from rehearsal.properties.secret_values import with_secrets
from rehearsal.resources.identifier_words import Where
from rehearsal.resources.identifiers import Identity, new_resource, updated
from rehearsal.resources.resource_types import ResourceType
from rehearsal.state.events import iso
from rehearsal.state.stacks import STACK_TYPE, Operation, Stack, StackResource, Task
from rehearsal.state.world import World


def identity_of(
    world: World, stack: Stack, operation: Operation, kind: ResourceType, resource: StackResource
) -> Identity:
    """The identity that a new resource, or a replacement, will have."""
    old = operation.originals.get(resource.logical_id)
    replaced = Identity(old.physical_id, old.ref, old.attributes) if old else None
    return new_resource(kind, resource.logical_id, resource.properties, where(world, stack), world.token, replaced)


def identify(world: World, stack: Stack, resource: StackResource, identity: Identity) -> None:
    """Give a resource its identity; its name is taken from now on."""
    resource.physical_id, resource.ref, resource.attributes = identity.physical_id, identity.ref, identity.attributes
    claim(world, stack, resource)


def renew(world: World, stack: Stack, operation: Operation, resource: StackResource) -> None:
    """Give a resource whose type deletes before it creates the identity of its successor.

    Errors: ValidationError for a secret that is gone.
    """
    seen = with_secrets(world, stack, resource)
    kind = world.kind(stack.region, resource.type)
    identify(world, stack, resource, identity_of(world, stack, operation, kind, seen))


def mirror(world: World, stack: Stack, operation: Operation, task: Task, resource: StackResource) -> None:
    """After an update in place, attributes follow the properties."""
    if resource.type == STACK_TYPE or task.action not in ("update", "renew"):
        return
    if task.action == "renew":
        renew(world, stack, operation, resource)
        return
    before = Identity(resource.physical_id, resource.ref, resource.attributes)
    seen = with_secrets(world, stack, resource)
    resource.attributes = updated(before, world.kind(stack.region, resource.type), seen.properties).attributes


def where(world: World, stack: Stack) -> Where:
    """The place that identifiers are made for."""
    return Where(
        account=world.state.account,
        region=stack.region,
        partition=world.partition(stack.region),
        stack_name=stack.name,
        stack_id=stack.id,
        now=iso(world.clock.now()),
    )
