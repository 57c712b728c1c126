"""The table of one phase: which resource waits for which, and when each takes its next step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rehearsal.state.stacks import Operation, Stack, Task
from rehearsal.state.world import World

UNDER_WAY = ("begun", "made", "configured", "child", "hanging", "late")
UNCANCELLABLE = "deaf"  # under way too, and nothing cancels it

_BEFORE_CLEANUP = 2.5  # seconds between the last UPDATE_COMPLETE and the cleanup, seen in two logs


def schedule(world: World, stack: Stack, seconds: float, subject: str = "") -> None:
    """Have the stack's operation take a step later: of one resource, or (no subject) of the phase itself."""
    assert stack.operation is not None
    world.agenda.add(world.clock.now() + seconds, stack.id, stack.operation.id, subject)


def rename(world: World, stack: Stack, operation: Operation) -> None:
    """Make what follows, a roll-back or a deletion, an operation of its own: steps that were to come are forgotten."""
    world.agenda.drop(stack.id, operation.id)
    operation.id = world.uuid()


def lay_out(operation: Operation, needs: Mapping[str, Iterable[str]], tasks: Mapping[str, Task]) -> None:
    """Make these the operation's tasks; each waits for the tasks that it needs."""
    operation.tasks = dict(tasks)
    for key, needed in needs.items():
        present = [other for other in set(needed) if other in tasks and other != key]
        operation.tasks[key].needs = len(present)
        for other in present:
            operation.tasks[other].dependants.append(key)


def start_ready(world: World, stack: Stack, operation: Operation, seconds: float) -> None:
    """Schedule every task that waits for nothing; with no tasks at all the phase goes on by itself."""
    for key, task in operation.tasks.items():
        if task.step == "waiting" and task.needs == 0:
            schedule(world, stack, seconds, key)
    if all_settled(operation):
        schedule(world, stack, seconds)


def release(world: World, stack: Stack, operation: Operation, key: str) -> None:
    """Let what needed this task go on; each task is counted down once."""
    task = operation.tasks[key]
    released, task.dependants = task.dependants, []
    for other in released:
        dependant = operation.tasks[other]
        dependant.needs -= 1
        if dependant.needs == 0 and dependant.step == "waiting":
            schedule(world, stack, 0.1, other)


def settle(world: World, stack: Stack, operation: Operation, key: str, step: str) -> None:
    """End a task; when it was the last one the phase itself takes the next step."""
    operation.tasks[key].step = step
    if step == "done":
        release(world, stack, operation, key)
    if all_settled(operation):
        updated = operation.kind == "UPDATE" and operation.phase == "forward" and not operation.failed
        schedule(world, stack, _BEFORE_CLEANUP if updated else 0.3)


def all_settled(operation: Operation) -> bool:
    """Whether nothing in the phase can move any more: under way nowhere, and nobody left who may start."""
    return not any(
        task.step in (*UNDER_WAY, UNCANCELLABLE) or (task.step == "waiting" and task.needs == 0)
        for task in operation.tasks.values()
    )
