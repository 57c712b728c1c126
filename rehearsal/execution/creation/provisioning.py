"""The forward phase: each resource is created, changed in place, replaced, or left as it is.

What a resource gets is decided when its turn comes, from the values that exist then, as on AWS: a
review may have had to call a value unknown that turns out to be the same.
"""

from __future__ import annotations

import copy
from typing import Any

from cloudformation.intrinsics.evaluation import resolve
from cloudformation.policies import DELETION_POLICIES
from cloudformation.refusals import CloudFormationError
from cloudformation.template.resource import TemplateResource
from rehearsal.execution.creation.creations import begin_create, begin_replacement, finish, make, remember
from rehearsal.execution.creation.nested_stacks import look_at_child
from rehearsal.execution.tasks import nesting
from rehearsal.execution.tasks.failing import fail, verb_of
from rehearsal.execution.tasks.scheduling import UNCANCELLABLE, lay_out, schedule, settle
from rehearsal.execution.tasks.stack_policies import denial
from rehearsal.language.scopes import Situation, policy_of, properties_of, situation
from rehearsal.resources.differences import differences
from rehearsal.resources.durations import configured_seconds, duration_seconds
from rehearsal.resources.replacement import is_replaced
from rehearsal.resources.resource_types import ResourceType
from rehearsal.state.events import resource_event
from rehearsal.state.stacks import STACK_TYPE, Operation, Stack, StackResource, Task
from rehearsal.state.world import World

NO_REPLACEMENT = "Replacement type updates not supported on stack with disable-rollback."
_UNCANCELLABLE_MINUTES = 45


def lay_out_forward(operation: Operation, evaluated: Situation) -> None:
    """One task for every resource that the template wants, waiting for what it refers to."""
    needs = {name: evaluated.dependencies(name) for name in evaluated.resources}
    lay_out(operation, needs, {name: Task(name) for name in needs})


def step_forward(world: World, stack: Stack, operation: Operation, key: str) -> None:
    """Take the next step of one resource."""
    task = operation.tasks[key]
    if task.step == "waiting":
        _begin(world, stack, operation, task)
    elif task.step == "begun":
        make(world, stack, operation, task)
    elif task.step in ("made", "configured"):
        finish(world, stack, operation, task)
    elif task.step == "child":
        look_at_child(world, stack, operation, task)
    elif task.step in ("late", UNCANCELLABLE):
        fail(world, stack, operation, task, stack.resources[key], verb_of(task), task.reason or "")


def _begin(world: World, stack: Stack, operation: Operation, task: Task) -> None:
    evaluated = situation(world, stack, operation.target)
    entry = evaluated.template.resources[task.logical_id]
    existing = _standing(operation, stack.resources.get(task.logical_id))
    try:
        described = _described(entry, evaluated, properties_of(entry, evaluated.scope))
    except CloudFormationError as error:
        if existing is not None:
            remember(operation, existing)
        resource = stack.resources.setdefault(task.logical_id, StackResource(task.logical_id, entry.type))
        fail(world, stack, operation, task, resource, "create" if existing is None else "update", error.message)
        return
    described.depends = sorted(evaluated.dependencies(task.logical_id))
    if existing is None:
        begin_create(world, stack, operation, task, described)
    elif described.update_replace_policy not in (None, *DELETION_POLICIES):
        _wait_uncancellable(world, stack, operation, task, existing)
    else:
        _begin_update(world, stack, operation, task, existing, described)


def _wait_uncancellable(world: World, stack: Stack, operation: Operation, task: Task, existing: StackResource) -> None:
    """An UpdateReplacePolicy that does not exist, hidden in a condition, is found by nobody until time is over.

    No event tells of it, and no cancel ends it (aws-cloudformation/cloudformation-coverage-roadmap#2096).
    """
    remember(operation, existing)
    task.action, task.step, task.reason = "update", UNCANCELLABLE, "Internal Failure"
    schedule(world, stack, _UNCANCELLABLE_MINUTES * 60.0, task.logical_id)


def _standing(operation: Operation, existing: StackResource | None) -> StackResource | None:
    """The resource that an update starts from; what an earlier operation failed to create is made anew."""
    if existing is None or not existing.exists:
        return None
    if existing.status == "CREATE_FAILED" and existing.type != STACK_TYPE:
        operation.superseded.append(copy.deepcopy(existing))
        return None
    return existing


def _described(entry: TemplateResource, evaluated: Situation, properties: dict[str, Any]) -> StackResource:
    policies = {"CreationPolicy": entry.creation_policy, "UpdatePolicy": entry.update_policy}
    return StackResource(
        logical_id=entry.logical_id,
        type=entry.type,
        properties=properties,
        metadata=resolve(entry.metadata, evaluated.scope),
        deletion_policy=policy_of(entry, "DeletionPolicy", evaluated.scope),
        update_replace_policy=policy_of(entry, "UpdateReplacePolicy", evaluated.scope),
        policies={key: resolve(value, evaluated.scope) for key, value in policies.items() if value is not None},
    )


def _begin_update(
    world: World, stack: Stack, operation: Operation, task: Task, existing: StackResource, described: StackResource
) -> None:
    kind = world.kind(stack.region, existing.type)
    if existing.type == STACK_TYPE:
        _begin_child_update(world, stack, operation, task, existing, described)
        return
    differing = list(differences(kind, existing.properties, described.properties))
    replacing = is_replaced(kind, (difference.path for difference in differing))
    same = (existing.metadata, existing.policies) == (described.metadata, described.policies)
    if same and not differing and not _retagged(operation, kind):
        _adopt(existing, described, policies_only=True)
        settle(world, stack, operation, task.logical_id, "done")
        return
    remember(operation, existing)
    refusal = _refusal(stack, operation, kind, existing, replacing)
    if refusal:
        fail(world, stack, operation, task, existing, "update", refusal)
    elif replacing and not kind.deletes_before_creating:
        begin_replacement(world, stack, task, existing, described)
    else:
        _begin_in_place(world, stack, task, existing, described, renewed=replacing)


def _refusal(
    stack: Stack, operation: Operation, kind: ResourceType, existing: StackResource, replacing: bool
) -> str | None:
    """Why the update may not touch the resource: the stack's policy, or a replacement where failures are kept."""
    action = "Update:Replace" if replacing else "Update:Modify"
    denied = denial(operation.policy or stack.policy, action, existing.logical_id, existing.type)
    if denied or not replacing or kind.deletes_before_creating:
        return denied
    return NO_REPLACEMENT if operation.on_failure == "DO_NOTHING" else None


def _retagged(operation: Operation, kind: ResourceType) -> bool:
    """Whether the stack's own tags change, and with them those of a resource that has tags."""
    before = operation.previous
    return before is not None and before.tags != operation.target.tags and kind.tag_property is not None


def _adopt(existing: StackResource, described: StackResource, *, policies_only: bool = False) -> None:
    existing.deletion_policy = described.deletion_policy
    existing.update_replace_policy = described.update_replace_policy
    existing.depends = described.depends
    if not policies_only:
        existing.properties, existing.metadata, existing.policies = (
            described.properties,
            described.metadata,
            described.policies,
        )


def _begin_in_place(
    world: World, stack: Stack, task: Task, existing: StackResource, described: StackResource, *, renewed: bool
) -> None:
    """A change in place; types that delete before they create get a new id in it (`renewed`)."""
    task.action, task.step = "renew" if renewed else "update", "made"
    _adopt(existing, described)
    resource_event(stack, existing, world.clock.now(), "UPDATE_IN_PROGRESS")
    seconds = configured_seconds(existing.type, "update") or duration_seconds(existing.type, "update")
    schedule(world, stack, seconds, task.logical_id)


def _begin_child_update(
    world: World, stack: Stack, operation: Operation, task: Task, existing: StackResource, described: StackResource
) -> None:
    """CloudFormation asks every nested stack for an update; one that has nothing to do completes at once."""
    remember(operation, existing)
    task.action = "update"
    _adopt(existing, described)
    resource_event(stack, existing, world.clock.now(), "UPDATE_IN_PROGRESS")
    child = nesting.child_of(world, existing)
    assert child is not None
    denied = denial(operation.policy or stack.policy, "Update:Modify", existing.logical_id, existing.type)
    try:
        target = nesting.wanted_update(world, stack, child, described.properties)
    except CloudFormationError as error:
        fail(world, stack, operation, task, existing, "update", error.message)
        return
    if target is not None and denied:
        fail(world, stack, operation, task, existing, "update", denied)
    elif target is not None:
        task.step = "child"
        nesting.set_to_work(world, stack, child, "UPDATE", target)
    else:
        task.step = "made"
        schedule(world, stack, 1.0, task.logical_id)
