"""Deleted stacks are remembered for 90 days, as on AWS, and at most a fixed number of them, to bound the state."""

from rehearsal.state.stacks import Stack
from rehearsal.state.world import World

MOST_DELETED = 1000
MOST_EVENTS = 100_000


def forget_deleted(world: World) -> None:
    """Forget the deleted stacks of an account that are too old or too many, the oldest first."""
    stacks = world.state.stacks
    gone = [stack for stack in stacks.values() if stack.gone and not stack.forgotten and not _is_awaited(world, stack)]
    gone.sort(key=lambda stack: stack.deleted or 0.0, reverse=True)
    forgotten, events = set(), 0
    for number, stack in enumerate(gone):
        events += len(stack.events)
        if number >= MOST_DELETED or events > MOST_EVENTS or not world.remembers(stack):
            forgotten.add(stack.id)
            _forget(world, stack)
    if forgotten:
        world.drop_names(forgotten)
        detections = world.state.detections
        for identifier in [key for key, entry in detections.items() if entry["StackId"] in forgotten]:
            world.touched.add(f"{detections.pop(identifier)['StackId']} drift:{identifier}")


def _is_awaited(world: World, stack: Stack) -> bool:
    """Whether a parent that is at work may still look at it."""
    parent = world.state.stacks.get(stack.parent or "")
    return parent is not None and parent.busy


def _forget(world: World, stack: Stack) -> None:
    """Of a stack that left resources behind, these stay known: their names are taken."""
    world.touched.add(stack.id)
    kept = {name: entry for name, entry in stack.resources.items() if entry.status == "DELETE_SKIPPED"}
    if kept:
        stack.forgotten, stack.resources, stack.events = True, kept, []
        stack.target, stack.change_sets, stack.outputs, stack.interrupted = None, {}, {}, None
    else:
        del world.state.stacks[stack.id]
