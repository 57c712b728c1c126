"""Removing resources: a stack's deletion, the rollback of a creation, and what an update leaves behind."""

from collections.abc import Iterable

from rehearsal.execution.tasks import nesting
from rehearsal.execution.tasks.paces import seconds_of
from rehearsal.execution.tasks.resource_steps import Steps, hangs, refuse
from rehearsal.execution.tasks.turns import Turn, lay_out, settle
from rehearsal.properties.deletion_refusals import refused_deletion
from rehearsal.properties.property_checks import refused_with_id
from rehearsal.state.stacks import CLEANUPS, Operation, StackResource, Target, Task

ATTEMPTS = 3  # of a delete in a cleanup, before it is left to its owner


def lay_out_removal(
    operation: Operation, resources: Iterable[StackResource], superseded: Iterable[StackResource] = ()
) -> None:
    """One task for every resource to remove; each waits for those that depend on it."""
    present = {resource.logical_id: resource for resource in resources}
    tasks = {name: Task(name) for name in present}
    for number, old in enumerate(superseded):
        tasks[f"{old.logical_id}:old{number or ''}"] = Task(old.logical_id, made=old)
    needs: dict[str, list[str]] = {key: [] for key in tasks}
    for resource in present.values():
        for needed in resource.depends:
            if needed in needs:
                needs[needed].append(resource.logical_id)
    lay_out(operation, needs, tasks)


def _begin(turn: Turn) -> None:
    task, child = turn.task, turn.child
    if _kept(turn.operation, task, turn.resource):
        turn.finish("DELETE_SKIPPED")
        return
    task.tries += 1
    turn.show("DELETE_IN_PROGRESS")
    if child is not None and not child.gone:
        task.step = "child"
        nesting.set_to_work(turn, child, "DELETE", child.target or Target(template=""))
        return
    task.step = "made"
    turn.go_on(seconds_of(turn.operation, turn.resource, "delete"))


def _kept(operation: Operation, task: Task, resource: StackResource) -> bool:
    """Whether a policy or the caller keeps the resource (DeletionPolicy and UpdateReplacePolicy in the user guide).

    RetainExceptOnCreate, as a policy or as the caller's flag, keeps nothing that the failed operation created.
    """
    if resource.logical_id in operation.retain:
        return True
    if task.made is not None and operation.phase == "cleanup":
        return resource.update_replace_policy == "Retain"
    policy = resource.deletion_policy
    if operation.phase == "delete" and not operation.retain_except_on_create:
        return policy in ("Retain", "RetainExceptOnCreate")
    if operation.phase == "cleanup":
        return policy in ("Retain", "RetainExceptOnCreate")
    return policy == "Retain" and not operation.retain_except_on_create


def _finish(turn: Turn) -> None:
    if hangs(turn, "delete"):
        return
    refuse(refused_with_id(turn.resource) or refused_deletion(turn.world, turn.stack, turn.resource))
    turn.finish("DELETE_COMPLETE")


def _refused(turn: Turn, reason: str) -> None:
    """A delete that failed: a cleanup tries again, a forced delete passes by, any other fails."""
    turn.show("DELETE_FAILED", reason)
    if turn.operation.phase in CLEANUPS and turn.task.tries < ATTEMPTS:
        turn.task.step = "waiting"
        turn.go_on(5.0)
    elif turn.operation.forced:
        turn.finish("DELETE_SKIPPED")
    else:
        turn.operation.failed.setdefault("delete", []).append(turn.task.logical_id)
        settle(turn, "failed")


def _look_at_child(turn: Turn) -> None:
    """A nested stack is gone, refused to go, or went back to what it was because an export of it is in use."""
    child = turn.child
    if child is None or child.gone:
        _finish(turn)
    elif not child.busy:
        refuse(nesting.failure(child, "deleted"))


REMOVAL = Steps({"waiting": _begin, "made": _finish, "child": _look_at_child}, refused=_refused)
