"""Removing resources: a stack's deletion, the roll-back of a creation, and what an update leaves behind."""

from __future__ import annotations

from collections.abc import Iterable

from rehearsal.execution.tasks import nesting
from rehearsal.execution.tasks.failing import hang
from rehearsal.execution.tasks.scheduling import lay_out, schedule, settle
from rehearsal.properties.property_checks import refused_with_id
from rehearsal.resources.durations import duration_seconds
from rehearsal.scenario.faults import Hang
from rehearsal.state.events import resource_event
from rehearsal.state.stacks import STACK_TYPE, Operation, Stack, StackResource, Target, Task
from rehearsal.state.world import World

CLEANUPS = ("cleanup", "undo-cleanup")
ATTEMPTS = 3  # of a delete in a cleanup, before it is left to its owner


def lay_out_removal(
    operation: Operation, resources: Iterable[StackResource], superseded: Iterable[StackResource] = ()
) -> None:
    """One task for every resource to remove; each waits for those that depend on it."""
    present = {resource.logical_id: resource for resource in resources}
    tasks = {name: Task(name) for name in present}
    for number, old in enumerate(superseded):
        tasks[f"{old.logical_id}:old{number or ''}"] = Task(old.logical_id, made=old)
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
    elif task.step == "late":
        _refused(world, stack, operation, key, resource, task.reason or "")


def _begin(world: World, stack: Stack, operation: Operation, key: str, task: Task, resource: StackResource) -> None:
    cleanup = operation.phase in CLEANUPS
    if _kept(operation, task, resource):
        resource_event(stack, resource, world.clock.now(), "DELETE_SKIPPED", cleanup=cleanup)
        settle(world, stack, operation, key, "done")
        return
    task.tries += 1
    resource_event(stack, resource, world.clock.now(), "DELETE_IN_PROGRESS", cleanup=cleanup)
    child = nesting.child_of(world, resource) if resource.type == STACK_TYPE else None
    if child is not None and not child.gone:
        task.step = "child"
        nesting.set_to_work(world, stack, child, "DELETE", child.target or Target(template=""))
        return
    task.step = "made"
    schedule(world, stack, duration_seconds(resource.type, "delete"), key)


def _kept(operation: Operation, task: Task, resource: StackResource) -> bool:
    """Whether a policy or the caller keeps the resource (DeletionPolicy and UpdateReplacePolicy in the user guide).

    RetainExceptOnCreate, as a policy or as the caller's flag, keeps nothing that the failed operation created.
    """
    if resource.logical_id in operation.retain:
        return True
    if task.made is not None and operation.phase == "cleanup":
        return resource.update_replace_policy == "Retain"
    policy = resource.deletion_policy
    if operation.phase == "delete" and not operation.retain_except_on_create:
        return policy in ("Retain", "RetainExceptOnCreate")
    if operation.phase == "cleanup":
        return policy in ("Retain", "RetainExceptOnCreate")
    return policy == "Retain" and not operation.retain_except_on_create


def _finish(world: World, stack: Stack, operation: Operation, key: str, resource: StackResource) -> None:
    struck = world.strike(stack, resource.logical_id, "delete") or refused_with_id(resource)
    if isinstance(struck, Hang):
        hang(world, stack, key, operation.tasks[key], struck)
    elif struck:
        _refused(world, stack, operation, key, resource, struck)
    else:
        cleanup = operation.phase in CLEANUPS
        resource_event(stack, resource, world.clock.now(), "DELETE_COMPLETE", cleanup=cleanup)
        settle(world, stack, operation, key, "done")


def _refused(world: World, stack: Stack, operation: Operation, key: str, resource: StackResource, reason: str) -> None:
    """A delete that failed: a cleanup tries again, a forced delete passes by, any other fails."""
    task, cleanup = operation.tasks[key], operation.phase in CLEANUPS
    resource_event(stack, resource, world.clock.now(), "DELETE_FAILED", reason, cleanup=cleanup)
    if cleanup and task.tries < ATTEMPTS:
        task.step = "waiting"
        schedule(world, stack, 5.0, key)
    elif operation.forced:
        resource_event(stack, resource, world.clock.now(), "DELETE_SKIPPED", cleanup=cleanup)
        settle(world, stack, operation, key, "done")
    else:
        operation.failed.setdefault("delete", []).append(resource.logical_id)
        settle(world, stack, operation, key, "failed")


def _look_at_child(world: World, stack: Stack, operation: Operation, key: str, resource: StackResource) -> None:
    """A nested stack is gone, refused to go, or went back to what it was because an export of it is in use."""
    child = nesting.child_of(world, resource)
    if child is None or child.gone:
        _finish(world, stack, operation, key, resource)
    elif not child.busy:
        _refused(world, stack, operation, key, resource, nesting.failure(child, "deleted"))
