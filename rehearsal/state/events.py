"""Events: one line of a stack's story, written as AWS writes it."""

import json
import uuid
from dataclasses import replace
from typing import Any

from cloudformation.scalars import text_of
from cloudformation.unknown import KNOWN_AFTER_APPLY, Unknown
from rehearsal.state.clock import moment
from rehearsal.state.stacks import CLEANUPS, STACK_TYPE, Event, Stack, StackResource
from rehearsal.state.world import World

REPLACING = "Requested update requires the creation of a new physical resource; hence creating one."
INITIATED = "Resource creation Initiated"
IMPORT_STARTED, IMPORTED = "Resource import started.", "Resource import completed."
TAGGING = "Apply stack-level tags to imported resource if applicable."
STABILISING = "Eventual consistency check initiated"
CONFIGURED = "CONFIGURATION_COMPLETE"
_CUSTOM = "AWS::CloudFormation::CustomResource"


def iso(seconds: float) -> str:
    """A moment as CloudFormation writes it: `2026-01-31T12:00:00.000Z`."""
    return moment(seconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stack_event(world: World, stack: Stack, status: str, reason: str | None = None, *, detailed: str = "") -> None:
    """Set a stack's status and write the event of it; its physical id is the stack's own ARN."""
    stack.status, stack.reason = status, reason
    own = StackResource(stack.name, STACK_TYPE, stack.id, status=status)
    world.touched.add(stack.id)
    _write(stack, own, world.clock.now(), str(uuid.uuid4()), reason=reason, detailed_status=detailed or None)


def resource_event(
    world: World, stack: Stack, resource: StackResource, status: str, reason: str | None = None, *, detailed: str = ""
) -> None:
    """Set a resource's status and write the event of it.

    Deletes of the cleanup phase have another form of event id and no properties, and call every custom resource
    by one name.
    """
    now = world.clock.now()
    world.touched.add(stack.id)
    resource.status, resource.reason, resource.updated = status, reason, now
    cleanup = stack.operation is not None and stack.operation.phase in CLEANUPS
    kind = _CUSTOM if cleanup and resource.type.startswith("Custom::") else resource.type
    identifier = f"{resource.logical_id}-{uuid.uuid4() if cleanup else f'{status}-{iso(now)}'}"
    properties = None if cleanup else properties_text(resource.properties)
    members = {"reason": reason, "properties": properties, "detailed_status": detailed or None}
    _write(stack, replace(resource, type=kind), now, identifier, **members)


def hook_event(world: World, stack: Stack, resource: StackResource, members: dict[str, str]) -> None:
    """Write what a hook says of a resource: the resource's status stays, and the id is of the form without a time."""
    world.touched.add(stack.id)
    _write(stack, resource, world.clock.now(), f"{resource.logical_id}-{uuid.uuid4()}", hook=members)


def _write(stack: Stack, subject: StackResource, moment: float, identifier: str, **members: Any) -> None:
    event = Event(identifier, moment, subject.logical_id, subject.physical_id, subject.type, subject.status, **members)
    operation = stack.operation
    stack.events.append(replace(event, token=operation.token, operation=operation.id) if operation else event)


def properties_text(properties: Any) -> str:
    """Resolved properties as the JSON text in events and contexts; scalars are strings there."""
    return json.dumps(as_text(properties), separators=(",", ":"))


def as_text(value: Any) -> Any:
    """A resolved value with scalars as CloudFormation writes them, and AWS's marker for what only execution knows."""
    if isinstance(value, dict):
        return {key: as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_text(item) for item in value]
    return KNOWN_AFTER_APPLY if isinstance(value, Unknown) else text_of(value)
