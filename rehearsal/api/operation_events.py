"""DescribeEvents: what happened, grouped by operation, with what early validation found."""

from typing import Any

from cloudformation.refusals import ValidationError
from rehearsal.api.change_set_listings import described_set
from rehearsal.api.listings import described_event
from rehearsal.api.requests import existing_stack, page, present
from rehearsal.state.clock import moment
from rehearsal.state.stacks import ChangeSet, Event, Stack
from rehearsal.state.world import World

UNNAMED = "One of ChangeSetName, OperationId or StackName must be specified"
# An operation's kind by the status that its first event gives the stack.
_KINDS = {
    "CREATE": "CREATE_STACK",
    "UPDATE": "UPDATE_STACK",
    "IMPORT": "UPDATE_STACK",
    "DELETE": "DELETE_STACK",
    "ROLLBACK": "ROLLBACK",
    "UPDATE_ROLLBACK": "ROLLBACK",
    "IMPORT_ROLLBACK": "ROLLBACK",
}
_OF_STACK_EVENTS = ("StackName", "PhysicalResourceId", "HookInvocationId")


def describe_events(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeEvents: newest first, of a stack, of one change set's creation, or of one operation.

    Errors: ValidationError where nothing is named, for a bare change set name without its stack too.
    """
    rows = _asked_for(world, region, request)
    if request.get("Filters", {}).get("FailedEvents"):
        rows = [row for row in rows if _failed(row)]
    rows.sort(key=lambda row: row["Timestamp"], reverse=True)
    return page("OperationEvents", rows, request)


def _asked_for(world: World, region: str, request: dict[str, Any]) -> list[dict[str, Any]]:
    name, operation = request.get("ChangeSetName"), request.get("OperationId")
    if name and (name.startswith("arn:") or "StackName" in request):
        stack, change_set = described_set(world, region, request)
        return _of_change_set(stack, change_set)
    if operation:
        stacks = [existing_stack(world, region, request)] if "StackName" in request else None
        living = stacks or [stack for stack in world.state.stacks.values() if stack.region == region]
        return [row for stack in living for row in _of_stack(stack) if row.get("OperationId") == operation]
    if "StackName" not in request:
        raise ValidationError(UNNAMED)
    return _of_stack(existing_stack(world, region, request))


def _failed(row: dict[str, Any]) -> bool:
    if row["EventType"] in ("VALIDATION_ERROR", "HOOK_INVOCATION_ERROR"):
        return True
    return bool(row.get("ResourceStatus", "").endswith("_FAILED") or row.get("OperationStatus") == "FAILED")


def _of_stack(stack: Stack) -> list[dict[str, Any]]:
    kinds = _operation_kinds(stack)
    rows = [_event(stack, event, kinds.get(event.operation or "")) for event in stack.events]
    return rows + [row for change_set in stack.change_sets.values() for row in _of_change_set(stack, change_set)]


def _operation_kinds(stack: Stack) -> dict[str, str]:
    """The type of each operation, from the stack's first event in it and the status before it."""
    kinds: dict[str, str] = {}
    before = ""
    for event in (event for event in stack.events if event.operation and event.physical_id == stack.id):
        verb = event.status.rsplit("_", 2)[0] if event.status.endswith("_IN_PROGRESS") else event.status
        continued = before == "UPDATE_ROLLBACK_FAILED" and verb == "UPDATE_ROLLBACK"
        kind = "CONTINUE_ROLLBACK" if continued else _KINDS.get(verb, "UPDATE_STACK")
        kinds.setdefault(event.operation or "", kind)
        before = event.status
    return kinds


def _event(stack: Stack, event: Event, kind: str | None) -> dict[str, Any]:
    """The event as DescribeStackEvents shows it, but for what this operation has no member for or leaves out."""
    shown = {key: value for key, value in described_event(stack, event).items() if key not in _OF_STACK_EVENTS}
    status = _operation_status(stack, event)
    operation = present(OperationType=kind, OperationStatus=status, PhysicalResourceId=event.physical_id)
    return shown | {"EventType": _type_of(stack, event)} | operation


def _type_of(stack: Stack, event: Event) -> str:
    if event.hook.get("HookStatus") == "HOOK_COMPLETE_FAILED":
        return "HOOK_INVOCATION_ERROR"
    return "PROVISIONING_ERROR" if event.status.endswith("_FAILED") and event.physical_id != stack.id else "STACK_EVENT"


def _operation_status(stack: Stack, event: Event) -> str | None:
    """The status of the operation, from the events of the stack itself."""
    if event.operation is None or event.physical_id != stack.id:
        return None
    if event.status.endswith("_IN_PROGRESS"):
        return "IN_PROGRESS"
    return "FAILED" if event.status.endswith("_FAILED") else "SUCCEEDED"


def _of_change_set(stack: Stack, change_set: ChangeSet) -> list[dict[str, Any]]:
    """The creation of a change set, as an operation of its own."""
    common = {"StackId": stack.id, "OperationId": change_set.operation, "OperationType": "CREATE_CHANGESET"}
    begun = {
        "EventId": f"{change_set.operation}-begin",
        "EventType": "PROGRESS_EVENT",
        "OperationStatus": "IN_PROGRESS",
        "Timestamp": moment(change_set.created),
        "StartTime": moment(change_set.created),
    }
    rows = [common | begun]
    if change_set.ended is None:
        return rows
    ended = moment(change_set.ended)
    for number, finding in enumerate(change_set.validations):
        rows.append(common | {"EventId": f"{change_set.operation}-{number}", "Timestamp": ended} | finding)
    status = "FAILED" if change_set.status == "FAILED" else "SUCCEEDED"
    times = {"Timestamp": ended, "StartTime": moment(change_set.created), "EndTime": ended}
    end = {"EventId": f"{change_set.operation}-end", "EventType": "PROGRESS_EVENT", "OperationStatus": status}
    return [*rows, common | end | times]
