"""Picking up what was under way when a process ended: every open step is put on the agenda again."""

from __future__ import annotations

from rehearsal.change_sets.making import DELETED, PLANNED
from rehearsal.drift import detection as drift
from rehearsal.execution.operations import TIME_IS_UP
from rehearsal.execution.tasks.scheduling import UNDER_WAY, all_settled
from rehearsal.stack_sets.stack_set_operations import resume_operations
from rehearsal.state.stacks import ChangeSet, Stack
from rehearsal.state.world import World


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
        resume_operations(world, stack_set)
    for identifier, found in world.state.detections.items():
        if found["DetectionStatus"] == drift.IN_PROGRESS:
            world.agenda.add(now, found["StackId"], drift.PREFIX + identifier)


def _resume_change_set(world: World, change_set: ChangeSet, now: float) -> None:
    if change_set.status.startswith("CREATE_") and change_set.status != "CREATE_COMPLETE" and not change_set.parent:
        change_set.status = "CREATE_IN_PROGRESS"
        world.agenda.add(now, change_set.stack_id, change_set.id, PLANNED)
    elif change_set.status.startswith("DELETE_") and not change_set.parent:
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
