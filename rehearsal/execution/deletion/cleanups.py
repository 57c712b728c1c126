"""The cleanup phases: the new state is in place (or the old one again), and what it does not need

is deleted. A nested stack waits until its root has come this far: no child leaves its cleanup before. One that is
updated by itself, without its parent, does not wait.
"""

from rehearsal.execution.deletion.removal import lay_out_removal
from rehearsal.execution.deletion.settlement import complete
from rehearsal.execution.tasks import nesting
from rehearsal.execution.tasks.turns import Execution, all_settled, start_ready
from rehearsal.state.stacks import StackResource

_STATUS = {"cleanup": "UPDATE_COMPLETE", "undo-cleanup": "UPDATE_ROLLBACK_COMPLETE"}
_WORD = {"cleanup": "Update", "undo-cleanup": "Rollback"}


def begin_cleanup(execution: Execution, phase: str) -> None:
    """Enter `cleanup` or `undo-cleanup`; a root goes on immediately, a child waits and notifies its parent."""
    operation = execution.operation
    operation.phase, operation.tasks, operation.reason = phase, {}, None
    execution.event(f"{_STATUS[phase]}_CLEANUP_IN_PROGRESS")
    parent = execution.world.state.stacks.get(execution.stack.parent or "")
    if parent is not None and parent.busy:
        operation.holding = True
        nesting.notify_parent(execution.world, execution.stack)
    else:
        _clean_up(execution)


def step_cleanup(execution: Execution) -> None:
    """A child that may go on begins its cleanup; a stack whose removals are done, and whose children are, ends.

    Each child that ends makes its parent check again (notify_parent): one that hangs delays it.
    """
    operation = execution.operation
    if operation.holding:
        return
    if not operation.cleaning:
        _clean_up(execution)
    elif all_settled(operation) and not any(child.busy for _, child in execution.world.children(execution.stack)):
        text = f"{_WORD[operation.phase]} successful. One or more resources could not be deleted."
        complete(execution, _STATUS[operation.phase], text if operation.failed.get("delete") else None)


def _clean_up(execution: Execution) -> None:
    operation, resources = execution.operation, execution.stack.resources
    operation.cleaning = True
    if operation.phase == "cleanup":
        wanted = execution.situation().resources
        dropped = [entry for entry in resources.values() if entry.exists and entry.logical_id not in wanted]
        lay_out_removal(operation, dropped, [*_replaced(execution), *operation.superseded])
    else:
        fresh = [resources[name] for name in operation.created if resources[name].exists]
        lay_out_removal(operation, fresh, operation.superseded)
    _release_children(execution)
    start_ready(execution, 1.5)


def _replaced(execution: Execution) -> list[StackResource]:
    """The resources whose place another took; types that delete before they create have left none."""
    stack = execution.stack
    return [
        original
        for name, original in execution.operation.originals.items()
        if stack.resources[name].physical_id != original.physical_id
        and not execution.world.kind(stack.region, original.type).deletes_before_creating
    ]


def _release_children(execution: Execution) -> None:
    """Let the waiting children go on; the phase waits for each of them."""
    for _, child in execution.world.children(execution.stack):
        if child.operation is not None and child.operation.holding:
            child.operation.holding = False
            Execution(execution.world, child, child.operation).schedule(0.0)
