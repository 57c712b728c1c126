"""The resources in the stacks of the rehearsal's own account, for the services beside CloudFormation.

A resource that is no longer in any stack was deleted, unless its last event says otherwise: it was
retained, it could not be deleted, or an import of it was rolled back.
"""

from collections.abc import Collection, Iterator

from rehearsal.properties.secret_values import secret_text
from rehearsal.state.services import Contents, Key, Made
from rehearsal.state.stacks import Stack, StackResource
from rehearsal.state.world import World

_SECRET = "AWS::SecretsManager::Secret"


def contents(world: World, types: Collection[str], known: Collection[Key], version: int) -> Contents:
    """The resources of those types, and those of them, or of the known keys, that stacks released undeleted."""
    resources = list(_resources(world, types))
    standing = {made.key: made for stack, entry in resources if entry.exists and (made := _made(stack, entry))}
    behind = [(stack, entry) for stack, entry in resources if entry.status == "DELETE_SKIPPED"]
    left = {made.key: made for stack, entry in behind if (made := _made(stack, entry)).key not in standing}
    missing = {key for key in known if key not in standing and key not in left}
    left |= {key: Made(*key) for key in _never_deleted(world, missing)} if missing else {}
    return Contents(version, tuple(standing.values()), tuple(left.values()))


def _resources(world: World, types: Collection[str]) -> Iterator[tuple[Stack, StackResource]]:
    for stack in world.state.stacks.values():
        for resource in _of_stack(stack):
            if resource.type in types and resource.physical_id:
                yield stack, resource


def _of_stack(stack: Stack) -> Iterator[StackResource]:
    """Those whose place another took first: where both have one id, the newer one counts."""
    operation = stack.operation or stack.interrupted
    if operation is not None:
        yield from operation.superseded
        yield from operation.originals.values()
    yield from stack.resources.values()


def _made(stack: Stack, resource: StackResource) -> Made:
    properties = dict(resource.properties)
    if resource.type == _SECRET and (text := secret_text(resource)) is not None:
        properties["SecretString"] = text
    tags = stack.target.tags if stack.target else stack.operation.target.tags if stack.operation else {}
    return Made(resource.type, stack.region, resource.physical_id, properties, dict(resource.attributes), dict(tags))


def _never_deleted(world: World, missing: set[Key]) -> Iterator[Key]:
    last: dict[Key, tuple[float, str]] = {}
    for stack in world.state.stacks.values():
        for event in stack.events:
            key = (event.type, stack.region, event.physical_id)
            if key in missing and event.time >= last.get(key, (0.0, ""))[0]:
                last[key] = (event.time, event.status)
    return (key for key in missing if last.get(key, (0.0, "DELETE_COMPLETE"))[1] != "DELETE_COMPLETE")
