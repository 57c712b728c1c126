"""The forward phase: each resource is created, changed in place, replaced, or left as it is.

What a resource gets is decided when its turn comes, from the values that exist then, as on AWS: a
review may have had to call a value unknown that turns out to be the same.
"""

import copy

from cloudformation.refusals import CloudFormationError
from cloudformation.resource_types.policies import DELETION_POLICIES
from rehearsal.execution.creation.creations import begin_adopting, begin_making, finish, make, remember
from rehearsal.execution.creation.nested_stacks import look_at_child
from rehearsal.execution.tasks import nesting
from rehearsal.execution.tasks.paces import configured_of, seconds_of
from rehearsal.execution.tasks.resource_steps import Steps, fail, refuse
from rehearsal.execution.tasks.stack_policies import denial
from rehearsal.execution.tasks.turns import UNCANCELLABLE, Turn, lay_out, settle
from rehearsal.language.scopes import Situation, described, properties_of
from rehearsal.resources.differences import differences
from rehearsal.resources.replacement import is_replaced
from rehearsal.state.stacks import STACK_TYPE, Operation, Stack, StackResource, Task

NO_REPLACEMENT = "Replacement type updates not supported on stack with disable-rollback."
_UNCANCELLABLE_MINUTES = 45


def lay_out_forward(operation: Operation, evaluated: Situation) -> None:
    """One task for every resource that the template wants, waiting for what it refers to."""
    needs = {name: evaluated.dependencies(name) for name in evaluated.resources}
    lay_out(operation, needs, {name: Task(name) for name in needs})


def _begin(turn: Turn) -> None:
    stack, task, evaluated = turn.stack, turn.task, turn.situation()
    entry = evaluated.template.resources[turn.key]
    existing = _standing(turn.operation, stack.resources.setdefault(turn.key, StackResource(turn.key, entry.type)))
    task.action = "create" if existing is None else "update"
    try:
        wanted = described(entry, evaluated.scope, properties_of(entry, evaluated.scope))
    except CloudFormationError:
        if existing is not None:
            remember(turn.operation, existing)
        raise
    wanted.depends = sorted(evaluated.dependencies(turn.key))
    if existing is None and turn.key in turn.operation.adopted:
        begin_adopting(turn, wanted)
    elif existing is None:
        begin_making(turn, wanted)
    elif wanted.update_replace_policy not in (None, *DELETION_POLICIES):
        _wait_uncancellable(turn)
    elif existing.type == STACK_TYPE:
        _begin_child_update(turn, wanted)
    else:
        _begin_update(turn, wanted)


def _wait_uncancellable(turn: Turn) -> None:
    """An UpdateReplacePolicy that does not exist, hidden in a condition, is not noticed until the timeout. No

    event reports it, and it cannot be cancelled (aws-cloudformation/cloudformation-coverage-roadmap#2096).
    """
    remember(turn.operation, turn.resource)
    turn.task.step, turn.task.reason = UNCANCELLABLE, "Internal Failure"
    turn.go_on(_UNCANCELLABLE_MINUTES * 60.0)


def _standing(operation: Operation, existing: StackResource) -> StackResource | None:
    """The resource that an update starts from; what failed to be created, and is made anew, goes in the cleanup."""
    if existing.stands:
        return existing
    if existing.exists:
        operation.superseded.append(copy.deepcopy(existing))
    return None


def _begin_update(turn: Turn, wanted: StackResource) -> None:
    existing, kind = turn.resource, turn.kind
    differing = list(differences(kind, existing.properties, wanted.properties))
    paths = [difference.path for difference in differing]
    replacing = is_replaced(kind, paths, wanted.policies.get("UpdatePolicy"), wanted.properties)
    same = (existing.metadata, existing.policies) == (wanted.metadata, wanted.policies)
    before = turn.operation.previous  # the stack's own tags reach every resource that has tags
    retagged = before is not None and before.tags != turn.operation.target.tags and kind.tag_property is not None
    if same and not differing and not retagged:
        _adopt(existing, wanted, policies_only=True)
        settle(turn, "done")
        return
    remember(turn.operation, existing)
    refuse(_denied(turn, "Update:Replace" if replacing else "Update:Modify"))
    if not replacing or kind.deletes_before_creating:
        _begin_in_place(turn, wanted, renewed=replacing)
        return
    refuse(NO_REPLACEMENT if turn.operation.on_failure == "DO_NOTHING" else None)
    begin_making(turn, wanted, replacing=True)


def _denied(turn: Turn, action: str) -> str | None:
    """Why the stack's policy, or that of this update alone, does not let the resource be touched."""
    return denial(turn.operation.policy or turn.stack.policy, action, turn.key, turn.resource.type)


def _adopt(existing: StackResource, wanted: StackResource, *, policies_only: bool = False) -> None:
    existing.deletion_policy = wanted.deletion_policy
    existing.update_replace_policy = wanted.update_replace_policy
    existing.depends = wanted.depends
    if not policies_only:
        existing.properties, existing.metadata = wanted.properties, wanted.metadata
        existing.policies = wanted.policies


def _begin_in_place(turn: Turn, wanted: StackResource, *, renewed: bool) -> None:
    """A change in place; types that delete before they create get a new id in it (`renewed`)."""
    turn.task.action, turn.task.step = "renew" if renewed else "update", "made"
    _adopt(turn.resource, wanted)
    turn.show("UPDATE_IN_PROGRESS")
    operation = turn.operation
    turn.go_on(configured_of(operation, wanted, "update") or seconds_of(operation, wanted, "update"))


def _begin_child_update(turn: Turn, wanted: StackResource) -> None:
    """CloudFormation asks every nested stack for an update; one that has nothing to do completes at once."""
    remember(turn.operation, turn.resource)
    _adopt(turn.resource, wanted)
    turn.show("UPDATE_IN_PROGRESS")
    child = turn.child
    assert child is not None
    refuse(_refused_update(child))
    target = nesting.wanted_update(turn, child, wanted.properties)
    if target is None:
        turn.task.step = "made"
        turn.go_on(1.0)
        return
    refuse(_denied(turn, "Update:Modify"))
    turn.task.step = "child"
    nesting.set_to_work(turn, child, "UPDATE", target)


def _refused_update(child: Stack) -> str | None:
    """A nested stack whose rollback failed takes no update, as no root does.

    User guide, "Continue rolling back an update".
    """
    if child.status != "UPDATE_ROLLBACK_FAILED":
        return None
    return f"Stack:{child.id} is in {child.status} state and can not be updated."


FORWARD = Steps(
    {"waiting": _begin, "begun": make, "made": finish, "configured": finish, "child": look_at_child},
    refused=fail,
)
