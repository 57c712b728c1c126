"""Removing resources: a stack's deletion, the roll-back of a creation, and what an update leaves behind."""

from __future__ import annotations

from collections.abc import Iterable

from rehearsal import nesting
from rehearsal.durations import duration_seconds
from rehearsal.events import resource_event
from rehearsal.stacks import STACK_TYPE, Operation, Stack, StackResource, Task
from rehearsal.tasks import lay_out, schedule, settle
from rehearsal.world import World

CLEANUPS = ("cleanup", "undo-cleanup")


def lay_out_removal(
    operation: Operation, resources: Iterable[StackResource], superseded: Iterable[StackResource] = ()
) -> None:
    """One task for every resource to remove; each waits for those that depend on it."""
    present = {resource.logical_id: resource for resource in resources}
    tasks = {name: Task(name) for name in present}
    tasks |= {f"{old.logical_id}:old": Task(old.logical_id, made=old) for old in superseded}
    needs: dict[str, list[str]] = {key: [] for key in tasks}
    for resource in present.values():
        for needed in resource.depends:
            if needed in needs:
                needs[needed].append(resource.logical_id)
    lay_out(operation, needs, tasks)


def step_removal(world: World, stack: Stack, operation: Operation, key: str) -> None:
    """Take the next step of one removal."""
    task = operation.tasks[key]
    resource = task.made or stack.resources[task.logical_id]
    if task.step == "waiting":
        _begin(world, stack, operation, key, task, resource)
    elif task.step == "made":
        _finish(world, stack, operation, key, resource)
    elif task.step == "child":
        _look_at_child(world, stack, operation, key, resource)


def _begin(world: World, stack: Stack, operation: Operation, key: str, task: Task, resource: StackResource) -> None:
    cleanup = operation.phase in CLEANUPS
    if _kept(operation, task, resource):
        resource_event(stack, resource, world.clock.now(), "DELETE_SKIPPED", cleanup=cleanup)
        settle(world, stack, operation, key, "done")
        return
    resource_event(stack, resource, world.clock.now(), "DELETE_IN_PROGRESS", cleanup=cleanup)
    child = nesting.child_of(world, resource) if resource.type == STACK_TYPE else None
    if child is not None and not child.gone:
        task.step = "child"
        nesting.ask_delete(world, stack, child)
        return
    task.step = "made"
    schedule(world, stack, duration_seconds(resource.type, "delete"), key)


def _kept(operation: Operation, task: Task, resource: StackResource) -> bool:
    """Whether a policy or the caller keeps the resource (DeletionPolicy and UpdateReplacePolicy in the user guide)."""
    if resource.logical_id in operation.retain:
        return True
    if operation.phase == "undo-cleanup":
        return resource.deletion_policy == "Retain"
    if task.made is not None:
        return resource.update_replace_policy == "Retain"
    policy = resource.deletion_policy
    return policy == "Retain" or (policy == "RetainExceptOnCreate" and operation.phase != "rollback")


def _finish(world: World, stack: Stack, operation: Operation, key: str, resource: StackResource) -> None:
    cleanup = operation.phase in CLEANUPS
    fault = world.scenario.resource_fault(world.path(stack, resource.logical_id), "delete")
    if fault:
        resource_event(stack, resource, world.clock.now(), "DELETE_FAILED", fault, cleanup=cleanup)
        operation.failed.setdefault("delete", []).append(resource.logical_id)
        settle(world, stack, operation, key, "failed")
        return
    resource_event(stack, resource, world.clock.now(), "DELETE_COMPLETE", cleanup=cleanup)
    settle(world, stack, operation, key, "done")


def _look_at_child(world: World, stack: Stack, operation: Operation, key: str, resource: StackResource) -> None:
    child = nesting.child_of(world, resource)
    if child is None or child.gone:
        _finish(world, stack, operation, key, resource)
    elif child.status == "DELETE_FAILED":
        reason = f"Embedded stack {child.id} was not successfully deleted: {(child.reason or '').strip()}"
        resource_event(stack, resource, world.clock.now(), "DELETE_FAILED", reason)
        operation.failed.setdefault("delete", []).append(resource.logical_id)
        settle(world, stack, operation, key, "failed")
