"""A mistake of the rehearsal itself, in the middle of a step: it fails the operation whose step it was, nothing else.

A resource whose step raised fails, with all that this leads to on AWS. Where that is not possible a creation or an
update fails as a whole and is rolled back; and an operation whose rollback raises too ends immediately, in a failed
status.
"""

import sys
import traceback
from collections.abc import Callable, Iterator

from rehearsal.change_sets import making
from rehearsal.change_sets.imports import fail_import
from rehearsal.change_sets.stack_change_sets import fail
from rehearsal.drift import detection as drift
from rehearsal.execution.operations import STEPS
from rehearsal.execution.tasks.nesting import notify_parent
from rehearsal.execution.tasks.resource_steps import abort
from rehearsal.execution.tasks.turns import Execution
from rehearsal.stack_sets import stack_set_operations as stack_sets
from rehearsal.state.clock import Due
from rehearsal.state.events import stack_event
from rehearsal.state.stacks import ChangeSet, Operation, Stack
from rehearsal.state.world import World

TEXT = "internal error of the rehearsal"
Report = Callable[[str], object]
_ENDED = ("done", "failed", "cancelled")
_LAST = {
    "rollback": "ROLLBACK_FAILED",
    "delete": "DELETE_FAILED",
    "undo-begin": "UPDATE_ROLLBACK_FAILED",
    "undo": "UPDATE_ROLLBACK_FAILED",
    "undo-cleanup": "UPDATE_ROLLBACK_FAILED",
    "import": "IMPORT_ROLLBACK_FAILED",
}
# What the next request goes on from: RollbackStack, ContinueUpdateRollback, an update that keeps failures.
_KEEPING = ("CREATE_FAILED", "UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED")


def on_stderr(text: str) -> None:
    """Where tracebacks go: to the terminal of the rehearsal."""
    sys.stderr.write(text)
    sys.stderr.flush()


def fail_step(world: World, due: Due, operation: Operation | None, report: Report) -> None:
    """Fail what the step that raised belongs to, in the world of its account. Never raises.

    `operation` is what was under way on the stack when the step began; a rollback gives it another id.
    """
    stack = world.state.stacks.get(due.stack_id)
    ways: list[Callable[[], object]] = []
    if due.operation.startswith("arn:"):
        ways = [lambda: _fail_change_set(world, due)]
    elif due.operation.startswith(drift.PREFIX):
        ways = [lambda: drift.fail_detection(world, due.operation.removeprefix(drift.PREFIX), TEXT)]
    elif due.operation.startswith(stack_sets.PREFIX):
        identifier = due.operation.removeprefix(stack_sets.PREFIX)
        ways = [
            lambda: stack_sets.fail_operation(world, due.stack_id, identifier, TEXT),
            lambda: stack_sets.end_failed(world, due.stack_id, identifier),
        ]
    elif stack is not None and operation is not None and stack.operation is operation:
        _fail_operation(Execution(world, stack, operation), due.subject, report)
    elif stack is not None and operation is not None:
        _fail_parent(world, stack, report)  # it ended by itself, without a notification
    _first(ways, report)
    fail_stranded(world, report)


def fail_stranded(world: World, report: Report) -> None:
    """Fail every operation that no step, hang or nested stack will ever take further. Never raises."""
    for account in world.accounts():
        for stack in list(_stranded(account)):
            if stack.operation is not None:
                _fail_operation(Execution(account, stack, stack.operation), "", report)


def _stranded(world: World) -> Iterator[Stack]:
    due = world.agenda.subjects()
    for stack in world.state.stacks.values():
        operation = stack.operation
        if operation is None or (stack.id, operation.id) in due:
            continue
        parent = world.state.stacks.get(stack.parent or "")
        held = operation.holding and parent is not None and parent.busy
        waits = held or any(child.operation and not child.operation.holding for _, child in world.children(stack))
        if not waits and not any(task.step == "hanging" for task in operation.tasks.values()):
            yield stack


def _first(ways: list[Callable[[], object]], report: Report) -> bool:
    """Whether one of the ways gets through."""
    for way in ways:
        try:
            if way() is not False:
                return True
        except Exception:  # the next way asks for less
            report(traceback.format_exc())
    return False


def _fail_operation(execution: Execution, subject: str, report: Report) -> None:
    ways: list[Callable[[], object]] = [
        lambda: _fail_resource(execution, subject, report),
        lambda: _fail_phase(execution),
    ]
    if not _first(ways, report):
        _give_up(execution, report)


def _fail_parent(world: World, stack: Stack, report: Report) -> None:
    """The resource of a nested stack fails, or the operation of its parent as a whole."""
    parent = world.state.stacks.get(stack.parent or "")
    if parent is not None and parent.operation is not None:
        tasks = parent.operation.tasks.items()
        keys = [key for key, task in tasks if task.logical_id == stack.parent_logical_id and task.step == "child"]
        _fail_operation(Execution(world, parent, parent.operation), "".join(keys[:1]), report)


def _fail_resource(execution: Execution, subject: str, report: Report) -> bool:
    """The resource whose step it was fails, as if its service had refused it; a nested stack ends with it."""
    steps = STEPS.get(execution.operation.phase)
    task = execution.operation.tasks.get(subject)
    if steps is None or task is None or task.step in _ENDED:
        return False
    child = execution.turn(subject).child
    if child is not None and child.operation is not None:
        _give_up(Execution(execution.world, child, child.operation), report)
    steps.refused(execution.turn(subject), TEXT)
    return True


def _fail_phase(execution: Execution) -> bool:
    """A creation, update or import fails as a whole, once; what follows is what follows on AWS."""
    stack, operation = execution.stack, execution.operation
    if operation.reason == TEXT or operation.phase not in ("begin", "forward", "import") or operation.kind == "DELETE":
        return False
    if operation.phase == "import":
        operation.reason = TEXT
        fail_import(execution, TEXT)
        return True
    operation.phase = "forward"
    if operation.kind == "UPDATE" and operation.previous is None:
        operation.previous, operation.previous_outputs = stack.target, dict(stack.outputs)
    abort(execution, TEXT)
    return True


def _give_up(execution: Execution, report: Report) -> None:
    """The operation ends immediately, with the operations of the nested stacks below."""
    world, stack, operation = execution.world, execution.stack, execution.operation
    status = _LAST.get(operation.phase, f"{operation.kind}_FAILED")
    stack.status, stack.reason, operation.reason = status, TEXT, None
    _first([lambda: stack_event(world, stack, status, TEXT)], report)
    kept = stack.change_sets.get(operation.change_set or "")
    if kept is not None:
        kept.execution = "EXECUTE_FAILED"
    world.agenda.drop(stack.id, operation.id)
    world.touched.add(stack.id)
    stack.operation, operation.tasks, operation.holding, operation.cleaning = None, {}, False, False
    operation.phase = "undo" if operation.phase.startswith("undo") else operation.phase
    stack.interrupted = operation if status in _KEEPING else None
    for _, child in list(world.children(stack)):
        if child.operation is not None:
            _give_up(Execution(world, child, child.operation), report)
    parent = world.state.stacks.get(stack.parent or "")
    if not _first([lambda: notify_parent(world, stack)], report) and parent is not None:
        _end_parent(world, parent, parent.operation, report)


def _end_parent(world: World, parent: Stack, operation: Operation | None, report: Report) -> None:
    if operation is not None:
        _give_up(Execution(world, parent, operation), report)


def _fail_change_set(world: World, due: Due) -> None:
    """A planning fails, with those of the nested stacks that had begun; so does a deletion."""
    stack = world.state.stacks.get(due.stack_id)
    change_set = stack.change_sets.get(due.operation) if stack else None
    if change_set is None:
        return
    world.touched.add(due.stack_id)
    if due.subject in (making.DELETING, making.DELETED):
        change_set.status, change_set.reason = "DELETE_FAILED", TEXT
        return
    for below in [change_set, *_planned_below(world, change_set)]:
        below.plain, below.valued, below.validations = [], [], []
        below.ended = below.ended or due.moment
        fail(below, TEXT)


def _planned_below(world: World, change_set: ChangeSet) -> Iterator[ChangeSet]:
    for stack in world.state.stacks.values():
        for below in stack.change_sets.values():
            if below.root == change_set.id and below.status in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
                yield below
