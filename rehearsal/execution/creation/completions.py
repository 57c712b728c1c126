"""How a resource comes to a good end: it stabilises, which lets those begin that need it, and is complete."""

from __future__ import annotations

from rehearsal.execution.tasks.failing import verb_of
from rehearsal.execution.tasks.turns import Execution, Turn, release
from rehearsal.state.events import CONFIGURED, STABILISING
from rehearsal.state.stacks import Task


def stabilise(turn: Turn) -> None:
    """The resource only stabilises from now on: those that need it start."""
    turn.show(status_of(turn.task, "IN_PROGRESS"), STABILISING, detailed=CONFIGURED)
    turn.task.step = "configured"
    release(turn)
    _note_configured(turn)


def _note_configured(execution: Execution) -> None:
    """The stack says once that all its resources are configured, if one of them still stabilises."""
    operation = execution.operation
    steps = {task.step for task in operation.tasks.values()}
    if not operation.configured and "configured" in steps and steps <= {"configured", "done"}:
        operation.configured = True
        execution.event(execution.stack.status, STABILISING, detailed=CONFIGURED)


def complete(turn: Turn) -> None:
    """The last event of a resource, and of its task."""
    turn.finish(status_of(turn.task, "COMPLETE"))
    _note_configured(turn)


def status_of(task: Task, suffix: str) -> str:
    """`CREATE_COMPLETE` and its like: a replacement is an update."""
    return f"{verb_of(task).upper()}_{suffix}"
