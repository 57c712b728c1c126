"""The roll-back of an update: every resource it touched goes back to what it was."""

from __future__ import annotations

import copy

from cloudformation.refusals import CloudFormationError
from rehearsal.execution.tasks import nesting
from rehearsal.execution.tasks.failing import hang
from rehearsal.execution.tasks.identities import renew
from rehearsal.execution.tasks.scheduling import lay_out, schedule, settle
from rehearsal.properties.secret_values import with_secrets
from rehearsal.resources.durations import duration_seconds
from rehearsal.scenario.faults import Hang
from rehearsal.state.events import resource_event
from rehearsal.state.stacks import STACK_TYPE, Operation, Stack, StackResource, Task
from rehearsal.state.world import World


def lay_out_undo(world: World, operation: Operation, stack: Stack) -> None:
    """One task for every resource that the update touched and that existed before; new ones wait for the cleanup."""
    tasks = {
        name: Task(name, action=_undo_action(world, operation, stack, original))
        for name, original in operation.originals.items()
    }
    lay_out(operation, {name: original.depends for name, original in operation.originals.items()}, tasks)


def _undo_action(world: World, operation: Operation, stack: Stack, original: StackResource) -> str:
    """skip (as the caller asks), renew, put back (what was never changed, or is only to be named again) or update."""
    name = original.logical_id
    current, before = stack.resources[name], operation.tasks.get(name)
    if name in operation.skip:
        return "skip"
    replaced = current.physical_id != original.physical_id
    if replaced and world.kind(stack.region, original.type).deletes_before_creating:
        return "renew"
    failed = current.status == "UPDATE_FAILED" or (before is not None and before.step in ("failed", "cancelled"))
    return "put back" if replaced or failed else "update"


def step_undo(world: World, stack: Stack, operation: Operation, key: str) -> None:
    """Take the next step of one resource's way back."""
    task = operation.tasks[key]
    if task.step == "waiting":
        _begin(world, stack, operation, key, task)
    elif task.step == "made":
        _finish(world, stack, operation, key)
    elif task.step == "child":
        _look_at_child(world, stack, operation, key)
    elif task.step == "late":
        _stuck(world, stack, operation, key, task.reason or "")


def _begin(world: World, stack: Stack, operation: Operation, key: str, task: Task) -> None:
    current, original = stack.resources[key], operation.originals[key]
    if task.action != "renew" and current.physical_id != original.physical_id and current.exists:
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
    """A nested stack that had begun, finished or got stuck goes back too; one that had nothing to do stays."""
    child = nesting.child_of(world, restored)
    assert child is not None
    if task.action == "update":
        resource_event(stack, restored, world.clock.now(), "UPDATE_IN_PROGRESS")
    task.step = "child"
    if child.interrupted is not None:
        child.operation, child.interrupted = child.interrupted, None
        child.operation.reason, child.operation.token = operation.reason, operation.token
    at_work = child.operation
    if at_work is not None and at_work.phase == "begin":
        child.operation = None  # it has not touched anything yet
    elif at_work is not None and at_work.phase in ("cleanup", "forward", "undo"):
        if child.status not in ("UPDATE_ROLLBACK_IN_PROGRESS",):
            at_work.skip = _skipped_in(child, operation.skip)
            at_work.phase, at_work.holding = "undo-begin", False
            world.agenda.add(world.clock.now(), child.id, at_work.id)
        return
    world.agenda.add(world.clock.now() + 0.2, stack.id, operation.id, key)


def _skipped_in(child: Stack, skip: list[str]) -> list[str]:
    """The resources to skip that are of this nested stack, and those that are named below it.

    ContinueUpdateRollback names them `<nested stack name>.<LogicalId>`.
    """
    own = [name.partition(".")[2] for name in skip if name.startswith(f"{child.name}.")]
    return own + [name for name in skip if "." in name]


def _finish(world: World, stack: Stack, operation: Operation, key: str) -> None:
    struck = world.strike(stack, key, "rollback")
    if isinstance(struck, Hang):
        hang(world, stack, key, operation.tasks[key], struck)
    elif struck:
        _stuck(world, stack, operation, key, struck)
    else:
        try:
            if operation.tasks[key].action == "renew":
                renew(world, stack, operation, stack.resources[key])
            elif operation.tasks[key].action == "update":
                with_secrets(world, stack, stack.resources[key])
        except CloudFormationError as error:  # a secret that it had is gone
            _stuck(world, stack, operation, key, error.message)
        else:
            _restored(world, stack, operation, key)


def _stuck(world: World, stack: Stack, operation: Operation, key: str, reason: str) -> None:
    resource_event(stack, stack.resources[key], world.clock.now(), "UPDATE_FAILED", reason)
    operation.failed.setdefault("rollback", []).append(key)
    settle(world, stack, operation, key, "failed")


def _restored(world: World, stack: Stack, operation: Operation, key: str) -> None:
    resource_event(stack, stack.resources[key], world.clock.now(), "UPDATE_COMPLETE")
    del operation.originals[key]
    settle(world, stack, operation, key, "done")


def _look_at_child(world: World, stack: Stack, operation: Operation, key: str) -> None:
    child = nesting.child_of(world, stack.resources[key])
    assert child is not None
    if not child.busy and child.status == "UPDATE_ROLLBACK_FAILED":
        _stuck(world, stack, operation, key, nesting.update_failure(child, child.reason or ""))
    elif not child.busy or (child.operation is not None and child.operation.holding):
        _finish(world, stack, operation, key)
