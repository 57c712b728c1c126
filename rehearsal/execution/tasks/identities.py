"""Who a resource is: the physical id, Ref and attributes that its service gives it, from what the service sees."""

from collections.abc import Mapping
from typing import Any

from rehearsal.execution.tasks.turns import Turn
from rehearsal.properties.filled_attributes import filled
from rehearsal.properties.physical_names import claim, next_revision
from rehearsal.properties.secret_values import with_secrets
from rehearsal.resources.identifier_words import Where, Words
from rehearsal.resources.identifiers import Identity, is_counted, new_resource, updated
from rehearsal.state.events import iso
from rehearsal.state.stacks import STACK_TYPE, Stack, StackResource
from rehearsal.state.world import World


def identity_of(turn: Turn, seen: StackResource) -> Identity:
    """The identity that a new resource, or a replacement, will have, from what its service sees of it."""
    words = words_for(turn.world, turn.stack, turn.key, seen.properties)
    made = new_resource(turn.kind, words)
    if is_counted(turn.kind):
        made = new_resource(turn.kind, words, next_revision(turn.world, turn.stack, seen, made.physical_id))
    return filled(turn.world, turn.stack, turn.kind, words, made)


def identify(turn: Turn, identity: Identity) -> None:
    """Give the resource its identity; its name is taken from now on."""
    resource = turn.resource
    resource.physical_id, resource.ref = identity.physical_id, identity.ref
    resource.attributes = identity.attributes | turn.world.said(turn.stack, turn.task.logical_id)
    claim(turn.world, turn.stack, resource)


def renew(turn: Turn) -> None:
    """Give a resource whose type deletes before it creates the identity of its successor.

    Errors: ValidationError for a secret that is gone.
    """
    identify(turn, identity_of(turn, with_secrets(turn.world, turn.stack, turn.resource)))


def mirror(turn: Turn) -> None:
    """After an update in place, attributes follow the properties."""
    resource = turn.resource
    if turn.task.action == "renew":
        renew(turn)
    elif turn.task.action == "update" and resource.type != STACK_TYPE:
        before = Identity(resource.physical_id, resource.ref, resource.attributes)
        seen = with_secrets(turn.world, turn.stack, resource)
        words = words_for(turn.world, turn.stack, turn.key, seen.properties)
        after = updated(before, turn.kind, seen.properties)
        attributes = filled(turn.world, turn.stack, turn.kind, words, after, before).attributes
        resource.attributes = attributes | turn.world.said(turn.stack, turn.task.logical_id)


def words_for(world: World, stack: Stack, logical_id: str, properties: Mapping[str, Any]) -> Words:
    """The words that a resource's identifiers are made of."""
    where = Where(
        account=world.state.account,
        region=stack.region,
        partition=world.partition(stack.region),
        stack_name=stack.name,
        stack_id=stack.id,
        now=iso(world.clock.now()),
    )
    return Words(logical_id, properties, where, world.token)
