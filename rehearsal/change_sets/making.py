"""Change sets: made, reviewed, executed or thrown away, with those of the nested stacks below them."""

from cloudformation.refusals import CloudFormationError
from rehearsal.change_sets.drift_aware import drift_aware_plan
from rehearsal.change_sets.imports import ADVICE, begin_import, plan_import
from rehearsal.change_sets.planning.early_validation import failure
from rehearsal.change_sets.planning.planner import Plan, plan
from rehearsal.change_sets.stack_change_sets import child_change_set, fail, mark_row, only_automatic
from rehearsal.execution.operations import start
from rehearsal.execution.tasks.turns import Execution
from rehearsal.properties.live_properties import accept_live
from rehearsal.state.stacks import ChangeSet, Operation, Stack
from rehearsal.state.world import World

NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."
ROOT_ONLY = "Only executable from the root change set."
STARTED, PLANNED, DELETING, DELETED = "started", "planned", "deleting", "deleted"


def begin_planning(world: World, change_set: ChangeSet) -> None:
    """Have the change set planned: pending first, then in progress, then complete or failed."""
    world.agenda.add(world.clock.now() + 0.5, change_set.stack_id, change_set.id, STARTED)


def advance_change_set(world: World, stack_id: str, change_set_id: str, subject: str) -> None:
    """Take the step of a change set that has become due; one that is gone is passed by."""
    stack = world.state.stacks.get(stack_id)
    change_set = stack.change_sets.get(change_set_id) if stack else None
    if stack is None or change_set is None:
        return
    if subject == STARTED and change_set.status == "CREATE_PENDING":
        change_set.status = "CREATE_IN_PROGRESS"
        world.agenda.add(world.clock.now() + 1.5, stack_id, change_set_id, PLANNED)
    elif subject == PLANNED and change_set.status == "CREATE_IN_PROGRESS":
        _plan(world, stack, change_set)
    elif subject == DELETING:
        change_set.status = "DELETE_IN_PROGRESS"
        world.agenda.add(world.clock.now() + 1.0, stack_id, change_set_id, DELETED)
    elif subject == DELETED:
        remove_tree(world, stack, change_set)


def _plan(world: World, stack: Stack, change_set: ChangeSet) -> None:
    change_set.ended = world.clock.now()
    try:
        if change_set.type == "IMPORT":
            plan_import(world, stack, change_set)
            change_set.status, change_set.execution, change_set.reason = "CREATE_COMPLETE", "AVAILABLE", ADVICE
        else:
            _judge(world, stack, change_set, _described(world, stack, change_set))
    except CloudFormationError as error:
        fail(change_set, error.message)


def _described(world: World, stack: Stack, change_set: ChangeSet) -> Plan:
    if change_set.deployment_mode:
        planned = drift_aware_plan(world, stack, change_set.target)
    else:
        importing = change_set.imports_existing
        planned = plan(world, stack, change_set.target, nested=change_set.nested, importing=importing)
        change_set.adopted = planned.adopted
    change_set.plain, change_set.valued, change_set.valued_reason = planned.plain, planned.valued, planned.warning
    change_set.outputs_change = planned.outputs_change
    change_set.validations = planned.findings if change_set.validated else []
    return planned


def _judge(world: World, stack: Stack, change_set: ChangeSet, planned: Plan) -> None:
    broken = _plan_children(world, stack, change_set, planned) if change_set.nested else None
    if change_set.validations:
        fail(change_set, failure(change_set.validations))
    elif broken is not None:
        fail(change_set, f"Nested change set {broken.id} was not successfully created: Currently in FAILED.")
    elif change_set.type != "CREATE" and planned.changes_nothing:  # a first creation may create nothing
        fail(change_set, NO_CHANGES)
    else:
        change_set.status = "CREATE_COMPLETE"
        change_set.execution = "UNAVAILABLE" if change_set.parent else "AVAILABLE"
        change_set.reason = ROOT_ONLY if change_set.parent else None


def _plan_children(world: World, stack: Stack, change_set: ChangeSet, planned: Plan) -> ChangeSet | None:
    """Make and plan a change set for every nested stack; the first that really failed is returned.

    A child without changes has a FAILED change set of its own, and its row in the parent goes.
    """
    broken: ChangeSet | None = None
    for name, properties in planned.children.items():
        child_set = child_change_set(world, stack, change_set, name, properties)
        change_set.children.append(child_set.id)
        if child_set.status == "CREATE_IN_PROGRESS":
            _plan(world, world.state.stacks[child_set.stack_id], child_set)
        unchanged = child_set.status == "FAILED" and child_set.reason == NO_CHANGES
        mark_row(change_set, name, None if unchanged and only_automatic(change_set, name) else child_set.id)
        if child_set.status == "FAILED" and not unchanged:
            broken = broken or child_set
    return broken


def execute(world: World, stack: Stack, change_set: ChangeSet, operation: Operation) -> None:
    """Start the operation that the change set describes; every other change set of the stack is deleted."""
    change_set.execution = "EXECUTE_IN_PROGRESS"
    stack.executed_change_set = change_set.id
    for other in list(stack.change_sets.values()):
        if other.id != change_set.id and not other.execution.startswith("EXECUTE"):
            remove_tree(world, stack, other)
    if change_set.type == "CREATE":
        stack.updated = world.clock.now()
    operation.change_set = change_set.id
    if change_set.deployment_mode:
        accept_live(world, stack)
    if change_set.type == "IMPORT":
        begin_import(Execution(world, stack, operation))
    else:
        start(world, stack, operation)


def delete(world: World, stack: Stack, change_set: ChangeSet) -> None:
    """Delete a change set: a plain one at once, a nested tree step by step.

    Once it is executed, those of the nested stacks stay, and nothing deletes them (aws/copilot-cli#4426).
    """
    if change_set.execution.startswith("EXECUTE"):
        stack.change_sets.pop(change_set.id)
    elif change_set.children:
        change_set.status = "DELETE_PENDING"
        world.agenda.add(world.clock.now() + 0.5, stack.id, change_set.id, DELETING)
    else:
        remove_tree(world, stack, change_set)


def remove_tree(world: World, stack: Stack, change_set: ChangeSet) -> None:
    """Take a change set away with those below it, and the empty stacks that were made for them."""
    now = world.clock.now()
    world.touched.add(stack.id)
    for child in list(world.state.stacks.values()):
        for child_id in change_set.children:
            if child_id in child.change_sets:
                remove_tree(world, child, child.change_sets[child_id])
                if child.status == "REVIEW_IN_PROGRESS" and not child.change_sets:
                    child.status, child.deleted = "DELETE_COMPLETE", now
    stack.change_sets.pop(change_set.id, None)
