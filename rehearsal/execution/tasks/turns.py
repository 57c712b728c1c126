"""An operation under way on a stack and its turns: which resource waits for which, when each takes its next step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rehearsal.execution.tasks.paces import EXPRESSED, is_expressed
from rehearsal.language.scopes import Situation, situation
from rehearsal.resources.resource_types import ResourceType
from rehearsal.state.events import resource_event, stack_event
from rehearsal.state.stacks import STACK_TYPE, Operation, Stack, StackResource, Task
from rehearsal.state.world import World

UNDER_WAY = ("begun", "made", "configured", "child", "hanging", "late")
UNCANCELLABLE = "deaf"  # under way too, and nothing cancels it

_BEFORE_CLEANUP = 2.5  # seconds between the last UPDATE_COMPLETE and the cleanup, seen in two logs


@dataclass(frozen=True)
class Execution:
    """An operation under way on a stack, in the world of the stack's account."""

    world: World
    stack: Stack
    operation: Operation

    def situation(self) -> Situation:
        """What the template that the operation leads to comes to now. Errors: TemplateError."""
        return situation(self.world, self.stack, self.operation.target)

    def turn(self, key: str) -> Turn:
        """The turn of one task of the phase."""
        return Turn(self.world, self.stack, self.operation, key)

    def schedule(self, seconds: float, subject: str = "") -> None:
        """Have the operation take a step later: of one resource, or (no subject) of the phase itself."""
        self.world.agenda.add(self.world.clock.now() + seconds, self.stack.id, self.operation.id, subject)

    def event(self, status: str, reason: str | None = None, *, detailed: str = "") -> None:
        """Set the stack's status, with an event."""
        stack_event(self.world, self.stack, status, reason, detailed=detailed)

    def rename(self) -> None:
        """Make what follows, a rollback or a deletion, an operation of its own: steps to come are forgotten."""
        self.world.agenda.drop(self.stack.id, self.operation.id)
        self.operation.id = self.world.uuid()


@dataclass(frozen=True)
class Turn(Execution):
    """One resource's part in the phase under way, by the key of its task."""

    key: str

    @property
    def task(self) -> Task:
        return self.operation.tasks[self.key]

    @property
    def resource(self) -> StackResource:
        """What the task is about: a resource of the stack, or one whose place another took."""
        return self.task.made or self.stack.resources[self.task.logical_id]

    @property
    def kind(self) -> ResourceType:
        return self.world.kind(self.stack.region, self.resource.type)

    @property
    def child(self) -> Stack | None:
        """The nested stack of the resource."""
        return self.world.state.stacks.get(self.resource.physical_id) if self.resource.type == STACK_TYPE else None

    def go_on(self, seconds: float) -> None:
        """Have the resource take its next step later."""
        self.schedule(seconds, self.key)

    def show(self, status: str, reason: str | None = None, *, detailed: str = "") -> None:
        """Set the resource's status, with an event."""
        resource_event(self.world, self.stack, self.resource, status, reason, detailed=detailed)

    def finish(self, status: str, note: str | None = None) -> None:
        """The last event of the resource, and the end of its task; `note` is said where AWS says nothing."""
        expressed = status.endswith("_COMPLETE") and is_expressed(self.operation, self.resource)
        self.show(status, EXPRESSED if expressed else note)
        settle(self, "done")


def lay_out(operation: Operation, needs: Mapping[str, Iterable[str]], tasks: Mapping[str, Task]) -> None:
    """Make these the operation's tasks; each waits for the tasks that it needs."""
    operation.tasks = dict(tasks)
    for key, needed in needs.items():
        present = [other for other in set(needed) if other in tasks and other != key]
        operation.tasks[key].needs = len(present)
        for other in present:
            operation.tasks[other].dependants.append(key)


def start_ready(execution: Execution, seconds: float) -> None:
    """Schedule every task that waits for nothing; with no tasks at all the phase goes on by itself."""
    for key, task in execution.operation.tasks.items():
        if task.step == "waiting" and task.needs == 0:
            execution.schedule(seconds, key)
    if all_settled(execution.operation):
        execution.schedule(seconds)


def release(turn: Turn) -> None:
    """Let what needed this task go on; each task is counted down once."""
    released, turn.task.dependants = turn.task.dependants, []
    for other in released:
        dependant = turn.operation.tasks[other]
        dependant.needs -= 1
        if dependant.needs == 0 and dependant.step == "waiting":
            turn.schedule(0.1, other)


def settle(turn: Turn, step: str) -> None:
    """End a task; when it was the last one the phase itself takes the next step."""
    turn.task.step = step
    if step == "done":
        release(turn)
    operation = turn.operation
    if all_settled(operation):
        updated = operation.kind == "UPDATE" and operation.phase == "forward" and not operation.failed
        turn.schedule(_BEFORE_CLEANUP if updated else 0.3)


def all_settled(operation: Operation) -> bool:
    """Whether nothing in the phase can move any more: under way nowhere, and nobody left who may start."""
    return not any(
        task.step in (*UNDER_WAY, UNCANCELLABLE) or (task.step == "waiting" and task.needs == 0)
        for task in operation.tasks.values()
    )
