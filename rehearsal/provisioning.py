"""The forward phase: each resource is created, changed in place, replaced, or left as it is.

What a resource gets is decided when its turn comes, from the values that exist then, as on AWS: a
review may have had to call a value unknown that turns out to be the same.
"""

from __future__ import annotations

import copy
from typing import Any

from rehearsal import nesting
from rehearsal.differences import differences
from rehearsal.durations import duration_seconds, stabilises
from rehearsal.errors import CloudFormationError
from rehearsal.events import CONFIGURED, INITIATED, REPLACING, STABILISING, iso, resource_event
from rehearsal.failing import fail, verb_of
from rehearsal.identifiers import Identity, Where, new_resource, updated
from rehearsal.intrinsics import resolve
from rehearsal.resource_types import ResourceType
from rehearsal.scopes import Situation, policy_of, situation
from rehearsal.stacks import STACK_TYPE, Operation, Stack, StackResource, Task
from rehearsal.tasks import lay_out, release, schedule, settle
from rehearsal.template import TemplateResource
from rehearsal.world import World

LONG = 30.0


def lay_out_forward(operation: Operation, found: Situation) -> None:
    """One task for every resource that the template wants, waiting for what it refers to."""
    needs = {name: found.dependencies(name) for name in found.resources}
    lay_out(operation, needs, {name: Task(name) for name in needs})


def step_forward(world: World, stack: Stack, operation: Operation, key: str) -> None:
    """Take the next step of one resource."""
    task = operation.tasks[key]
    if task.step == "waiting":
        _begin(world, stack, operation, task)
    elif task.step == "begun":
        _make(world, stack, operation, task)
    elif task.step == "made":
        _finish(world, stack, operation, task)
    elif task.step == "child":
        _look_at_child(world, stack, operation, task)


def _begin(world: World, stack: Stack, operation: Operation, task: Task) -> None:
    found = situation(world, stack, operation.target)
    entry = found.template.resources[task.logical_id]
    existing = stack.resources.get(task.logical_id)
    fresh = existing is None or not existing.exists
    try:
        properties = resolve(entry.properties, found.scope)
        described = _described(entry, found, properties)
    except CloudFormationError as error:
        resource = stack.resources.setdefault(task.logical_id, StackResource(task.logical_id, entry.type))
        fail(world, stack, operation, task, resource, "create" if fresh else "update", error.message)
        return
    described.depends = sorted(found.dependencies(task.logical_id))
    if fresh:
        _begin_create(world, stack, operation, task, described)
    else:
        assert existing is not None
        _begin_update(world, stack, operation, task, existing, described)


def _described(entry: TemplateResource, found: Situation, properties: dict[str, Any]) -> StackResource:
    policies = {"CreationPolicy": entry.creation_policy, "UpdatePolicy": entry.update_policy}
    return StackResource(
        logical_id=entry.logical_id,
        type=entry.type,
        properties=properties,
        metadata=resolve(entry.metadata, found.scope),
        deletion_policy=policy_of(entry, "DeletionPolicy", found.scope),
        update_replace_policy=policy_of(entry, "UpdateReplacePolicy", found.scope),
        policies={key: resolve(value, found.scope) for key, value in policies.items() if value is not None},
    )


def _begin_create(world: World, stack: Stack, operation: Operation, task: Task, described: StackResource) -> None:
    operation.created.append(task.logical_id)
    task.action, task.step = "create", "begun"
    stack.resources[task.logical_id] = described
    resource_event(stack, described, world.clock.now(), "CREATE_IN_PROGRESS")
    schedule(world, stack, 1.0, task.logical_id)


def _begin_update(
    world: World, stack: Stack, operation: Operation, task: Task, existing: StackResource, described: StackResource
) -> None:
    kind = world.types(stack.region).get(existing.type)
    assert kind is not None
    found = list(differences(kind, existing.properties, described.properties))
    if existing.type == STACK_TYPE:
        _begin_child_update(world, stack, operation, task, existing, described)
    elif any(kind.requires_recreation(difference.path) == "Always" for difference in found):
        _begin_replace(world, stack, operation, task, existing, described)
    elif found or _members(existing) != _members(described) or _retagged(operation, kind):
        _begin_in_place(world, stack, operation, task, existing, described)
    else:
        _adopt(existing, described, policies_only=True)
        settle(world, stack, operation, task.logical_id, "done")


def _retagged(operation: Operation, kind: ResourceType) -> bool:
    """Whether the stack's own tags change, and with them those of a resource that has tags."""
    before = operation.previous
    return before is not None and before.tags != operation.target.tags and kind.tag_property is not None


def _members(resource: StackResource) -> tuple[Any, ...]:
    return resource.metadata, resource.policies


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


def _remember(operation: Operation, existing: StackResource) -> None:
    operation.originals.setdefault(existing.logical_id, copy.deepcopy(existing))


def _begin_in_place(
    world: World, stack: Stack, operation: Operation, task: Task, existing: StackResource, described: StackResource
) -> None:
    _remember(operation, existing)
    task.action, task.step = "update", "made"
    _adopt(existing, described)
    resource_event(stack, existing, world.clock.now(), "UPDATE_IN_PROGRESS")
    schedule(world, stack, duration_seconds(existing.type, "update"), task.logical_id)


def _begin_replace(
    world: World, stack: Stack, operation: Operation, task: Task, existing: StackResource, described: StackResource
) -> None:
    _remember(operation, existing)
    task.action, task.step = "replace", "begun"
    described.physical_id = existing.physical_id
    stack.resources[task.logical_id] = described
    resource_event(stack, described, world.clock.now(), "UPDATE_IN_PROGRESS", REPLACING)
    schedule(world, stack, 1.0, task.logical_id)


def _begin_child_update(
    world: World, stack: Stack, operation: Operation, task: Task, existing: StackResource, described: StackResource
) -> None:
    """CloudFormation asks every nested stack for an update; one that has nothing to do completes at once."""
    _remember(operation, existing)
    task.action = "update"
    _adopt(existing, described)
    resource_event(stack, existing, world.clock.now(), "UPDATE_IN_PROGRESS")
    child = nesting.child_of(world, existing)
    assert child is not None
    try:
        at_work = nesting.ask_update(world, stack, child, described.properties)
    except CloudFormationError as error:
        fail(world, stack, operation, task, existing, "update", error.message)
        return
    task.step = "child" if at_work else "made"
    if not at_work:
        schedule(world, stack, 1.0, task.logical_id)


def _make(world: World, stack: Stack, operation: Operation, task: Task) -> None:
    """A create or a replacement gets its physical id."""
    resource = stack.resources[task.logical_id]
    kind = world.types(stack.region).get(resource.type)
    assert kind is not None
    problem = _early_problem(world, stack, kind, resource)
    if problem:
        fail(world, stack, operation, task, resource, verb_of(task), problem)
    elif resource.type == STACK_TYPE:
        _make_child(world, stack, operation, task, resource)
    else:
        _identify(world, stack, operation, kind, resource)
        task.step = "made"
        resource_event(stack, resource, world.clock.now(), _status(task, "IN_PROGRESS"), INITIATED)
        schedule(world, stack, duration_seconds(resource.type, "create"), task.logical_id)
        if stabilises(resource.type):
            resource_event(
                stack, resource, world.clock.now(), _status(task, "IN_PROGRESS"), STABILISING, detailed=CONFIGURED
            )
            release(world, stack, operation, task.logical_id)


def _early_problem(world: World, stack: Stack, kind: ResourceType, resource: StackResource) -> str | None:
    findings = (*kind.unknown_properties(resource.properties), *kind.missing_properties(resource.properties))
    if findings:
        return findings[0].message
    quick = duration_seconds(resource.type, "create") < LONG
    return world.scenario.resource_fault(world.path(stack, resource.logical_id), "create") if quick else None


def _identify(world: World, stack: Stack, operation: Operation, kind: ResourceType, resource: StackResource) -> None:
    old = operation.originals.get(resource.logical_id)
    replaced = Identity(old.physical_id, old.ref, old.attributes) if old else None
    identity = new_resource(kind, resource.logical_id, resource.properties, where(world, stack), world.token, replaced)
    resource.physical_id, resource.ref, resource.attributes = identity.physical_id, identity.ref, identity.attributes


def where(world: World, stack: Stack) -> Where:
    """The place that identifiers are made for."""
    return Where(
        account=world.state.account,
        region=stack.region,
        partition=world.partition(stack.region),
        stack_name=stack.name,
        stack_id=stack.id,
        now=iso(world.clock.now()),
    )


def _make_child(world: World, stack: Stack, operation: Operation, task: Task, resource: StackResource) -> None:
    child = _prepared_child(world, stack, resource) or nesting.new_child(world, stack, resource.logical_id)
    resource.physical_id = resource.ref = child.id
    try:
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


def _finish(world: World, stack: Stack, operation: Operation, task: Task) -> None:
    resource = stack.resources[task.logical_id]
    action = "update" if task.action == "update" else "create"
    slow = action == "update" or duration_seconds(resource.type, "create") >= LONG
    fault = world.scenario.resource_fault(world.path(stack, task.logical_id), action) if slow else None
    if fault:
        fail(world, stack, operation, task, resource, verb_of(task), fault)
        return
    if task.action == "update" and resource.type != STACK_TYPE:
        kind = world.types(stack.region).get(resource.type)
        assert kind is not None
        before = Identity(resource.physical_id, resource.ref, resource.attributes)
        resource.attributes = updated(
            before, kind, resource.logical_id, resource.properties, where(world, stack)
        ).attributes
    _complete(world, stack, operation, task, resource)


def _complete(world: World, stack: Stack, operation: Operation, task: Task, resource: StackResource) -> None:
    resource_event(stack, resource, world.clock.now(), _status(task, "COMPLETE"))
    settle(world, stack, operation, task.logical_id, "done")


def _look_at_child(world: World, stack: Stack, operation: Operation, task: Task) -> None:
    resource = stack.resources[task.logical_id]
    child = nesting.child_of(world, resource)
    assert child is not None
    held = child.operation is not None and child.operation.holding
    if child.busy and not held and not _rolling_back(child):
        return
    fault = world.scenario.resource_fault(world.path(stack, task.logical_id), verb_of(task))
    if fault:
        fail(world, stack, operation, task, resource, verb_of(task), fault)
    elif child.status == "CREATE_FAILED":
        fail(world, stack, operation, task, resource, "create", nesting.creation_failure(child))
    elif _rolling_back(child):
        reason = child.operation.reason if child.operation else child.reason
        fail(world, stack, operation, task, resource, "update", nesting.update_failure(child, reason or ""))
    else:
        _complete(world, stack, operation, task, resource)


def _rolling_back(child: Stack) -> bool:
    return child.status.startswith("UPDATE_ROLLBACK") or child.status == "UPDATE_FAILED"


def _status(task: Task, suffix: str) -> str:
    return f"{verb_of(task).upper()}_{suffix}"
