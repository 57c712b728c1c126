"""The roll-back of an update: every resource it touched goes back to what it was."""

from __future__ import annotations

import copy

from rehearsal import nesting
from rehearsal.durations import duration_seconds
from rehearsal.events import resource_event
from rehearsal.stacks import STACK_TYPE, Operation, Stack, StackResource, Task
from rehearsal.tasks import lay_out, schedule, settle
from rehearsal.world import World


def lay_out_undo(operation: Operation, stack: Stack, skip: frozenset[str] = frozenset()) -> None:
    """One task for every resource that the update touched and that existed before; new ones wait for the cleanup.

    `skip` names resources that are taken as rolled back, whatever they are.
    """
    tasks: dict[str, Task] = {}
    for name, original in operation.originals.items():
        before = operation.tasks.get(name)
        replaced = stack.resources[name].physical_id != original.physical_id
        failed = before is not None and before.step in ("failed", "cancelled")
        tasks[name] = Task(name, action="skip" if name in skip else "put back" if replaced or failed else "update")
    needs = {name: original.depends for name, original in operation.originals.items()}
    lay_out(operation, needs, tasks)


def step_undo(world: World, stack: Stack, operation: Operation, key: str) -> None:
    """Take the next step of one resource's way back."""
    task = operation.tasks[key]
    if task.step == "waiting":
        _begin(world, stack, operation, key, task)
    elif task.step == "made":
        _finish(world, stack, operation, key)
    elif task.step == "child":
        _look_at_child(world, stack, operation, key)


def _begin(world: World, stack: Stack, operation: Operation, key: str, task: Task) -> None:
    current, original = stack.resources[key], operation.originals[key]
    if current.physical_id != original.physical_id and current.exists:
        operation.superseded.append(current)
    stack.resources[key] = restored = copy.deepcopy(original)
    if task.action == "skip":
        _restored(world, stack, operation, key)
    elif restored.type == STACK_TYPE:
        _begin_child(world, stack, operation, key, task, restored)
    elif task.action == "put back":
        _finish(world, stack, operation, key)
    else:
        resource_event(stack, restored, world.clock.now(), "UPDATE_IN_PROGRESS")
        task.step = "made"
        schedule(world, stack, duration_seconds(restored.type, "update"), key)


def _begin_child(
    world: World, stack: Stack, operation: Operation, key: str, task: Task, restored: StackResource
) -> None:
    child = nesting.child_of(world, restored)
    assert child is not None
    if task.action == "update":
        resource_event(stack, restored, world.clock.now(), "UPDATE_IN_PROGRESS")
    task.step = "child"
    if child.operation is not None and child.operation.phase in ("cleanup", "forward", "begin"):
        child.operation.phase = "undo-begin"
        child.operation.holding = False
        world.agenda.add(world.clock.now(), child.id, child.operation.id)
    else:
        world.agenda.add(world.clock.now() + 0.2, stack.id, operation.id, key)


def _finish(world: World, stack: Stack, operation: Operation, key: str) -> None:
    resource = stack.resources[key]
    fault = world.scenario.resource_fault(world.path(stack, key), "rollback")
    if fault:
        resource_event(stack, resource, world.clock.now(), "UPDATE_FAILED", fault)
        operation.failed.setdefault("rollback", []).append(key)
        settle(world, stack, operation, key, "failed")
        return
    _restored(world, stack, operation, key)


def _restored(world: World, stack: Stack, operation: Operation, key: str) -> None:
    resource_event(stack, stack.resources[key], world.clock.now(), "UPDATE_COMPLETE")
    del operation.originals[key]
    settle(world, stack, operation, key, "done")


def _look_at_child(world: World, stack: Stack, operation: Operation, key: str) -> None:
    child = nesting.child_of(world, stack.resources[key])
    assert child is not None
    if child.status == "UPDATE_ROLLBACK_FAILED":
        reason = nesting.update_failure(child, child.reason or "")
        resource_event(stack, stack.resources[key], world.clock.now(), "UPDATE_FAILED", reason)
        operation.failed.setdefault("rollback", []).append(key)
        settle(world, stack, operation, key, "failed")
    elif not child.busy or (child.operation is not None and child.operation.holding):
        _finish(world, stack, operation, key)
