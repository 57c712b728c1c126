"""Which step on the agenda is whose: of a stack, a change set, a drift detection, a stack set."""

from __future__ import annotations

from rehearsal.change_sets.imports import advance_import
from rehearsal.change_sets.making import advance_change_set
from rehearsal.drift import detection as drift
from rehearsal.execution.operations import advance
from rehearsal.stack_sets import stack_set_operations as stack_sets
from rehearsal.state.clock import Due
from rehearsal.state.world import World


def take(world: World, due: Due) -> None:
    """Take one step that has become due, in the account whose it is."""
    world = world.owner(due.stack_id)
    if due.operation.startswith("arn:"):
        advance_change_set(world, due.stack_id, due.operation, due.subject)
    elif due.operation.startswith(drift.PREFIX):
        drift.finish_detection(world, due.operation.removeprefix(drift.PREFIX))
    elif due.operation.startswith(stack_sets.PREFIX):
        stack_sets.advance_operation(world, due.stack_id, due.operation.removeprefix(stack_sets.PREFIX))
    elif _imports(world, due.stack_id):
        advance_import(world, due)
    else:
        advance(world, due)


def _imports(world: World, stack_id: str) -> bool:
    stack = world.state.stacks.get(stack_id)
    return stack is not None and stack.operation is not None and stack.operation.kind == "IMPORT"
