"""The steps of a phase: how a resource comes to a good end in it, or fails or hangs, and what that does to others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cloudformation.refusals import CloudFormationError, ValidationError
from rehearsal.execution.tasks.turns import UNCANCELLABLE, UNDER_WAY, Execution, Turn, release, settle
from rehearsal.scenario.faults import Hang
from rehearsal.state.events import CONFIGURED, STABILISING

CANCELLED = {"create": "Resource creation cancelled", "update": "Resource update cancelled"}


@dataclass(frozen=True)
class Steps:
    """What the resources of a phase do, by the step that they are at, and what a refusal means for them.

    The message of a CloudFormationError from a step is the reason with which its resource fails.
    """

    by_name: Mapping[str, Callable[[Turn], None]]
    refused: Callable[[Turn, str], None]

    def take(self, turn: Turn) -> None:
        """Take the next step of one resource."""
        step = turn.task.step
        if step in ("late", UNCANCELLABLE):
            self.refused(turn, turn.task.reason or "")
        elif step in self.by_name:
            try:
                self.by_name[step](turn)
            except CloudFormationError as error:
                self.refused(turn, error.message)


def refuse(reason: str | None) -> None:
    """Fail the resource whose turn it is, where there is a reason to. Errors: ValidationError with that reason."""
    if reason:
        raise ValidationError(reason)


def hangs(turn: Turn, action: str) -> bool:
    """Whether the scenario has the resource hang in an action. Errors: ValidationError where it has it fail."""
    struck = turn.world.strike(turn.stack, turn.task.logical_id, action)
    if isinstance(struck, Hang):
        hang(turn, struck)
        return True
    refuse(struck)
    return False


def hang(turn: Turn, fault: Hang) -> None:
    """A resource that does not come to an end: with a time it is late and fails then, without it stays."""
    turn.task.step, turn.task.reason = "hanging" if fault.seconds is None else "late", fault.reason
    if fault.seconds is not None:
        turn.go_on(fault.seconds)


def verb_of(turn: Turn) -> str:
    """create or update: a replacement is an update."""
    return "create" if turn.task.action == "create" else "update"


def status_of(turn: Turn, suffix: str) -> str:
    """`CREATE_COMPLETE` and its like."""
    return f"{verb_of(turn).upper()}_{suffix}"


def fail(turn: Turn, reason: str) -> None:
    """One resource failed on its way forward: unless rollback is disabled, everything in progress is cancelled."""
    _note_failed(turn, reason)
    turn.task.reason, turn.task.step = reason, "failed"
    if turn.operation.on_failure != "DO_NOTHING":
        cancel_others(turn)
    settle(turn, "failed")


def _note_failed(turn: Turn, reason: str) -> None:
    turn.show(status_of(turn, "FAILED"), reason)
    turn.operation.failed.setdefault(verb_of(turn), []).append(turn.task.logical_id)


def abort(execution: Execution, reason: str) -> None:
    """End a phase before its time: what is under way is cancelled, and the reason is the operation's."""
    execution.operation.reason = reason
    cancel_others(execution)
    execution.schedule(0.3)


def cancel_others(execution: Execution) -> None:
    """Cancel every task that is not at its end."""
    for turn in map(execution.turn, execution.operation.tasks):
        if turn.task.step in UNDER_WAY:
            _note_failed(turn, CANCELLED[verb_of(turn)])
            _stop_child(turn)
        if turn.task.step in (*UNDER_WAY, "waiting"):
            turn.task.step = "cancelled"


def _stop_child(turn: Turn) -> None:
    """A nested stack whose parent gave up stops where it is; the parent's rollback decides what becomes of it."""
    child = turn.child
    if child is not None and child.operation is not None and child.operation.phase in ("begin", "forward"):
        turn.world.touched.add(child.id)
        for below in map(Execution(turn.world, child, child.operation).turn, child.operation.tasks):
            if below.task.step in UNDER_WAY:
                _stop_child(below)
            below.task.step = "cancelled"


def stabilise(turn: Turn) -> None:
    """The resource only stabilises from now on: those that need it start."""
    turn.show(status_of(turn, "IN_PROGRESS"), STABILISING, detailed=CONFIGURED)
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


def complete(turn: Turn, note: str | None = None) -> None:
    """The last event of a resource, and of its task; AWS gives it no reason."""
    turn.finish(status_of(turn, "COMPLETE"), note)
    _note_configured(turn)
