"""Which step on the agenda is whose, and which are added again when a process continues with a saved state."""

import traceback
from collections.abc import Iterator

from rehearsal.change_sets.imports import advance_import
from rehearsal.change_sets.making import DELETED, PLANNED, advance_change_set
from rehearsal.control.internal_errors import Report, fail_step, on_stderr
from rehearsal.drift import detection as drift
from rehearsal.execution.operations import TIME_IS_UP, advance
from rehearsal.execution.tasks.turns import UNDER_WAY, all_settled
from rehearsal.stack_sets import stack_set_operations as stack_sets
from rehearsal.state.clock import Due
from rehearsal.state.stacks import ChangeSet, Stack
from rehearsal.state.world import World


def take(world: World, due: Due, report: Report = on_stderr) -> None:
    """Take one step that has become due, in the account whose it is.

    One that raises fails its own operation, with the traceback in the report; time goes on for all others.
    """
    world = world.owner(due.stack_id)
    stack = world.state.stacks.get(due.stack_id)
    operation = stack.operation if stack is not None else None
    try:
        _take(world, due)
    except Exception:  # a mistake in here must not stop the simulated clock
        report(traceback.format_exc())
        fail_step(world, due, operation, report)


def _take(world: World, due: Due) -> None:
    stack = world.state.stacks.get(due.stack_id)
    if due.operation.startswith("arn:"):
        advance_change_set(world, due.stack_id, due.operation, due.subject)
    elif due.operation.startswith(drift.PREFIX):
        drift.finish_detection(world, due.operation.removeprefix(drift.PREFIX))
    elif due.operation.startswith(stack_sets.PREFIX):
        stack_sets.advance_operation(world, due.stack_id, due.operation.removeprefix(stack_sets.PREFIX))
    elif stack is not None and stack.operation is not None and stack.operation.kind == "IMPORT":
        advance_import(world, due)
    else:
        advance(world, due)


def resume(world: World) -> None:
    """Let every operation, change set and drift detection that is under way in any account take its next step now."""
    for account in world.accounts():
        _resume_account(account, world.clock.now())


def _resume_account(world: World, now: float) -> None:
    for stack in world.state.stacks.values():
        for change_set in stack.change_sets.values():
            _resume_change_set(world, change_set, now)
        _resume_operation(world, stack, now)
    for stack_set in world.state.stack_sets.values():
        stack_sets.resume_operations(world, stack_set)
    for identifier, detection in world.state.detections.items():
        if detection["DetectionStatus"] == drift.IN_PROGRESS:
            world.agenda.add(now, detection["StackId"], drift.PREFIX + identifier)


def _resume_change_set(world: World, change_set: ChangeSet, now: float) -> None:
    if change_set.status.startswith("CREATE_") and change_set.status != "CREATE_COMPLETE" and not change_set.parent:
        change_set.status = "CREATE_IN_PROGRESS"
        world.agenda.add(now, change_set.stack_id, change_set.id, PLANNED)
    elif change_set.status in ("DELETE_PENDING", "DELETE_IN_PROGRESS") and not change_set.parent:
        world.agenda.add(now, change_set.stack_id, change_set.id, DELETED)


def _resume_operation(world: World, stack: Stack, now: float) -> None:
    operation = stack.operation
    if operation is None:
        return
    for key, task in operation.tasks.items():
        if task.step in UNDER_WAY or (task.step == "waiting" and task.needs == 0):
            world.agenda.add(now, stack.id, operation.id, key)
    if operation.deadline is not None:
        world.agenda.add(max(now, operation.deadline), stack.id, operation.id, TIME_IS_UP)
    watched = operation.phase == "forward" and operation.reason is None and not operation.failed
    for arn, moment in operation.alarms.items() if watched else ():
        world.agenda.add(max(now, moment), stack.id, operation.id, arn)
    if all_settled(operation):
        ended = operation.monitored_until if watched else None
        world.agenda.add(max(now, ended or now), stack.id, operation.id)


def hanging_since(world: World) -> Iterator[float]:
    """Since when each resource hangs that has no step to come."""
    for stack in world.state.stacks.values():
        tasks = stack.operation.tasks.values() if stack.operation else ()
        for task in tasks:
            if task.step == "hanging":
                yield (task.made or stack.resources[task.logical_id]).updated
