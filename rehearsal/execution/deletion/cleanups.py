"""The cleanup phases: the new state stands (or the old one again), and what it does not want goes.

A nested stack holds until its root has come this far: no child leaves its cleanup before. One that is updated by
itself, while its parent rests, waits for nobody.
"""

from __future__ import annotations

from rehearsal.execution.deletion.removal import lay_out_removal
from rehearsal.execution.deletion.settlement import complete
from rehearsal.execution.tasks import nesting
from rehearsal.execution.tasks.scheduling import all_settled, start_ready
from rehearsal.language.scopes import situation
from rehearsal.state.events import stack_event
from rehearsal.state.stacks import Operation, Stack, StackResource
from rehearsal.state.world import World

_STATUS = {"cleanup": "UPDATE_COMPLETE", "undo-cleanup": "UPDATE_ROLLBACK_COMPLETE"}
_WORD = {"cleanup": "Update", "undo-cleanup": "Rollback"}


def begin_cleanup(world: World, stack: Stack, operation: Operation, phase: str) -> None:
    """Enter `cleanup` or `undo-cleanup`; a root goes on at once, a child holds and tells its parent."""
    operation.phase, operation.tasks, operation.reason = phase, {}, None
    stack_event(stack, world.clock.now(), f"{_STATUS[phase]}_CLEANUP_IN_PROGRESS")
    parent = world.state.stacks.get(stack.parent or "")
    if parent is not None and parent.busy:
        operation.holding = True
        nesting.notify_parent(world, stack)
    else:
        _clean_up(world, stack, operation)


def step_cleanup(world: World, stack: Stack, operation: Operation) -> None:
    """A child that was let go begins to clean; a stack whose removals are done, and whose children are, ends.

    Each child that ends has its parent look again (notify_parent): one that hangs holds it up for as long.
    """
    if operation.holding:
        return
    if not operation.cleaning:
        _clean_up(world, stack, operation)
    elif all_settled(operation) and not any(child.busy for _, child in world.children(stack)):
        orphans = operation.failed.get("delete")
        text = f"{_WORD[operation.phase]} successful. One or more resources could not be deleted."
        complete(world, stack, _STATUS[operation.phase], text if orphans else None)


def _clean_up(world: World, stack: Stack, operation: Operation) -> None:
    operation.cleaning = True
    if operation.phase == "cleanup":
        wanted = situation(world, stack, operation.target).resources
        dropped = [entry for entry in stack.resources.values() if entry.exists and entry.logical_id not in wanted]
        lay_out_removal(operation, dropped, [*_replaced(world, stack, operation), *operation.superseded])
    else:
        fresh = [stack.resources[name] for name in operation.created if stack.resources[name].exists]
        lay_out_removal(operation, fresh, operation.superseded)
    _release_children(world, stack)
    start_ready(world, stack, operation, 1.5)


def _replaced(world: World, stack: Stack, operation: Operation) -> list[StackResource]:
    """The resources whose place another took; types that delete before they create have left none."""
    return [
        original
        for name, original in operation.originals.items()
        if stack.resources[name].physical_id != original.physical_id
        and not world.kind(stack.region, original.type).deletes_before_creating
    ]


def _release_children(world: World, stack: Stack) -> None:
    """Let the children that hold go on; the phase waits for each of them."""
    for _, child in world.children(stack):
        if child.operation is not None and child.operation.holding:
            child.operation.holding = False
            world.agenda.add(world.clock.now(), child.id, child.operation.id)
