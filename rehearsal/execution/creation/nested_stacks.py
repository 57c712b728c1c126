"""A nested stack as a resource of its parent: it is made, and looked at until it is done or has failed."""

from __future__ import annotations

from cloudformation.refusals import CloudFormationError
from rehearsal.execution.creation.completions import complete
from rehearsal.execution.tasks import nesting
from rehearsal.execution.tasks.failing import fail, hang, verb_of
from rehearsal.scenario.faults import Hang
from rehearsal.state.events import INITIATED, resource_event
from rehearsal.state.stacks import Operation, Stack, StackResource, Task
from rehearsal.state.world import World


def make_child(world: World, stack: Stack, operation: Operation, task: Task, resource: StackResource) -> None:
    """The stack below gets its id and begins, or is refused."""
    try:
        child = _prepared_child(world, stack, resource) or nesting.new_child(world, stack, resource.logical_id)
        resource.physical_id = resource.ref = child.id
        nesting.ask_create(world, stack, child, resource.properties)
    except CloudFormationError as error:
        fail(world, stack, operation, task, resource, "create", error.message)
        return
    task.step = "child"
    resource_event(stack, resource, world.clock.now(), "CREATE_IN_PROGRESS", INITIATED)


def _prepared_child(world: World, stack: Stack, resource: StackResource) -> Stack | None:
    """The empty stack that a nested change set left for this resource, if one did."""
    return next(
        (
            child
            for child in world.living(stack.region)
            if child.parent == stack.id
            and child.parent_logical_id == resource.logical_id
            and child.status == "REVIEW_IN_PROGRESS"
        ),
        None,
    )


def look_at_child(world: World, stack: Stack, operation: Operation, task: Task) -> None:
    """What a nested stack's state means for the resource that stands for it."""
    resource = stack.resources[task.logical_id]
    child = nesting.child_of(world, resource)
    assert child is not None
    at_work = child.operation
    if at_work is not None and (at_work.phase == "begin" or not (at_work.holding or _rolling_back(child))):
        return  # until it begins, its status is that of the operation before
    struck = world.strike(stack, task.logical_id, verb_of(task))
    if isinstance(struck, Hang):
        hang(world, stack, task.logical_id, task, struck)
    elif struck:
        fail(world, stack, operation, task, resource, verb_of(task), struck)
    elif child.status == "CREATE_FAILED":
        fail(world, stack, operation, task, resource, "create", nesting.failure(child, "created"))
    elif _rolling_back(child):
        reason = child.operation.reason if child.operation else child.reason
        fail(world, stack, operation, task, resource, "update", nesting.update_failure(child, reason or ""))
    else:
        complete(world, stack, operation, task, resource)


def _rolling_back(child: Stack) -> bool:
    return child.status.startswith("UPDATE_ROLLBACK") or child.status == "UPDATE_FAILED"
