"""A resource that fails, and what its failure does to those that are under way beside it."""

from __future__ import annotations

from rehearsal import nesting
from rehearsal.events import resource_event
from rehearsal.stacks import STACK_TYPE, Operation, Stack, StackResource, Task
from rehearsal.tasks import UNDER_WAY, settle
from rehearsal.world import World

CANCELLED = {"create": "Resource creation cancelled", "update": "Resource update cancelled"}


def verb_of(task: Task) -> str:
    return "create" if task.action == "create" else "update"


def fail(
    world: World, stack: Stack, operation: Operation, task: Task, resource: StackResource, verb: str, reason: str
) -> None:
    """One resource failed: unless failures are to be kept, everything under way is cancelled."""
    resource_event(stack, resource, world.clock.now(), f"{verb.upper()}_FAILED", reason)
    operation.failed.setdefault(verb, []).append(task.logical_id)
    task.reason = reason
    task.step = "failed"
    if operation.on_failure != "DO_NOTHING":
        _cancel_others(world, stack, operation)
    settle(world, stack, operation, task.logical_id, "failed")


def _cancel_others(world: World, stack: Stack, operation: Operation) -> None:
    for task in operation.tasks.values():
        if task.step in UNDER_WAY:
            verb = verb_of(task)
            resource_event(
                stack, stack.resources[task.logical_id], world.clock.now(), f"{verb.upper()}_FAILED", CANCELLED[verb]
            )
            operation.failed.setdefault(verb, []).append(task.logical_id)
            _stop_child(world, stack.resources[task.logical_id])
        if task.step in (*UNDER_WAY, "waiting"):
            task.step = "cancelled"


def _stop_child(world: World, resource: StackResource) -> None:
    """A nested stack whose parent gave up stops where it is; the parent's roll-back decides what becomes of it."""
    child = nesting.child_of(world, resource) if resource.type == STACK_TYPE else None
    if child is not None and child.operation is not None and child.operation.phase in ("begin", "forward"):
        for name, task in child.operation.tasks.items():
            if task.step in UNDER_WAY:
                _stop_child(world, child.resources[name])
            task.step = "cancelled"
