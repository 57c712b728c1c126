"""Events: one line of a stack's story, written as AWS writes it."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from typing import Any

from cloudformation.scalars import text_of
from rehearsal.state.clock import moment
from rehearsal.state.stacks import STACK_TYPE, Event, Stack, StackResource

REPLACING = "Requested update requires the creation of a new physical resource; hence creating one."
INITIATED = "Resource creation Initiated"
STABILISING = "Eventual consistency check initiated"
CONFIGURED = "CONFIGURATION_COMPLETE"
_CUSTOM = "AWS::CloudFormation::CustomResource"


def iso(seconds: float) -> str:
    """A moment as CloudFormation writes it: `2026-01-31T12:00:00.000Z`."""
    return moment(seconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stack_event(
    stack: Stack, moment: float, status: str, reason: str | None = None, *, detailed: str | None = None
) -> None:
    """Set a stack's status and write the event of it; its physical id is the stack's own ARN."""
    stack.status, stack.reason = status, reason
    operation = stack.operation
    stack.events.append(
        Event(
            id=str(uuid.uuid4()),
            time=moment,
            logical_id=stack.name,
            physical_id=stack.id,
            type=STACK_TYPE,
            status=status,
            reason=reason,
            token=operation.token if operation else None,
            operation=operation.id if operation else None,
            detailed_status=detailed,
        )
    )


def resource_event(
    stack: Stack,
    resource: StackResource,
    moment: float,
    status: str,
    reason: str | None = None,
    *,
    detailed: str | None = None,
    cleanup: bool = False,
) -> None:
    """Set a resource's status and write the event of it.

    Deletes of the cleanup phase have another form of event id and no properties, and call every custom resource
    by one name.
    """
    resource.status, resource.reason, resource.updated = status, reason, moment
    event = _event_of(stack, resource, moment, str(uuid.uuid4()) if cleanup else f"{status}-{iso(moment)}")
    kind = _CUSTOM if cleanup and resource.type.startswith("Custom::") else resource.type
    properties = None if cleanup else properties_text(resource.properties)
    stack.events.append(replace(event, type=kind, reason=reason, properties=properties, detailed_status=detailed))


def hook_event(stack: Stack, resource: StackResource, moment: float, members: dict[str, str]) -> None:
    """Write what a hook says of a resource: the resource's status stays, and the id is of the form without a time."""
    stack.events.append(replace(_event_of(stack, resource, moment, str(uuid.uuid4())), hook=members))


def _event_of(stack: Stack, resource: StackResource, moment: float, identifier: str) -> Event:
    operation = stack.operation
    return Event(
        id=f"{resource.logical_id}-{identifier}",
        time=moment,
        logical_id=resource.logical_id,
        physical_id=resource.physical_id,
        type=resource.type,
        status=resource.status,
        token=operation.token if operation else None,
        operation=operation.id if operation else None,
    )


def properties_text(properties: Any) -> str:
    """Resolved properties as the JSON text that events and contexts carry; scalars are text there."""
    return json.dumps(as_text(properties), separators=(",", ":"))


def as_text(value: Any) -> Any:
    """A resolved value with every scalar written as CloudFormation writes it."""
    if isinstance(value, dict):
        return {key: as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_text(item) for item in value]
    return text_of(value)
