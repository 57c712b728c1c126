"""How a resource comes to a good end: it stabilises, which lets those begin that need it, and is complete."""

from __future__ import annotations

from rehearsal.execution.tasks.failing import verb_of
from rehearsal.execution.tasks.scheduling import release, settle
from rehearsal.state.events import CONFIGURED, STABILISING, resource_event, stack_event
from rehearsal.state.stacks import Operation, Stack, StackResource, Task
from rehearsal.state.world import World


def stabilise(world: World, stack: Stack, operation: Operation, task: Task, resource: StackResource) -> None:
    """The resource only stabilises from now on: those that need it start."""
    status = status_of(task, "IN_PROGRESS")
    resource_event(stack, resource, world.clock.now(), status, STABILISING, detailed=CONFIGURED)
    task.step = "configured"
    release(world, stack, operation, task.logical_id)
    _note_configured(world, stack, operation)


def _note_configured(world: World, stack: Stack, operation: Operation) -> None:
    """The stack says once that all its resources are configured, if one of them still stabilises."""
    steps = {task.step for task in operation.tasks.values()}
    if not operation.configured and "configured" in steps and steps <= {"configured", "done"}:
        operation.configured = True
        stack_event(stack, world.clock.now(), stack.status, STABILISING, detailed=CONFIGURED)


def complete(world: World, stack: Stack, operation: Operation, task: Task, resource: StackResource) -> None:
    """The last event of a resource, and of its task."""
    resource_event(stack, resource, world.clock.now(), status_of(task, "COMPLETE"))
    settle(world, stack, operation, task.logical_id, "done")
    _note_configured(world, stack, operation)


def status_of(task: Task, suffix: str) -> str:
    """`CREATE_COMPLETE` and its like: a replacement is an update."""
    return f"{verb_of(task).upper()}_{suffix}"
