"""A resource that fails or hangs, and what its failure does to those that are under way beside it."""

from __future__ import annotations

from rehearsal.execution.tasks import nesting
from rehearsal.execution.tasks.scheduling import UNDER_WAY, schedule, settle
from rehearsal.scenario.faults import Hang
from rehearsal.state.events import resource_event
from rehearsal.state.stacks import STACK_TYPE, Operation, Stack, StackResource, Task
from rehearsal.state.world import World

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
        cancel_others(world, stack, operation)
    settle(world, stack, operation, task.logical_id, "failed")


def hang(world: World, stack: Stack, key: str, task: Task, fault: Hang) -> None:
    """A resource that does not come to an end: with a time it is late and fails then, without it stays."""
    task.step, task.reason = "hanging" if fault.seconds is None else "late", fault.reason
    if fault.seconds is not None:
        schedule(world, stack, fault.seconds, key)


def abort(world: World, stack: Stack, operation: Operation, reason: str) -> None:
    """End a phase before its time: what is under way is cancelled, and the reason is the operation's."""
    operation.reason = reason
    cancel_others(world, stack, operation)
    schedule(world, stack, 0.3)


def cancel_others(world: World, stack: Stack, operation: Operation) -> None:
    """Cancel every task that is not at its end."""
    for task in operation.tasks.values():
        if task.step in UNDER_WAY:
            verb = verb_of(task)
            resource = stack.resources[task.logical_id]
            resource_event(stack, resource, world.clock.now(), f"{verb.upper()}_FAILED", CANCELLED[verb])
            operation.failed.setdefault(verb, []).append(task.logical_id)
            _stop_child(world, resource)
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
