"""CloudFormation's answers, as short to write as the tests need them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
STACK_TYPE = "AWS::CloudFormation::Stack"
NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."


FOLLOW_IT = "follow the operation to its end, then try again: python deploy.py status --follow --env dev"
"""What to do about a busy stack, whatever was to be done with it."""


def at(seconds: float) -> datetime:
    """A moment after the start."""
    return START + timedelta(seconds=seconds)


def stack_arn(name: str = "shop-dev") -> str:
    return f"arn:aws:cloudformation:eu-west-1:111122223333:stack/{name}/0000"


def set_arn(name: str) -> str:
    return f"arn:aws:cloudformation:eu-west-1:111122223333:changeSet/{name}/0000"


def stack_body(status: str = "CREATE_COMPLETE", **members: Any) -> dict[str, Any]:
    """A member of DescribeStacks' Stacks."""
    return {
        "StackId": stack_arn(),
        "StackName": "shop-dev",
        "StackStatus": status,
        "CreationTime": START,
        "DisableRollback": False,
        "NotificationARNs": [],
        "RollbackConfiguration": {},
        "Tags": [],
        **members,
    }


def stacks(status: str = "CREATE_COMPLETE", **members: Any) -> dict[str, Any]:
    """A DescribeStacks answer."""
    return {"Stacks": [stack_body(status, **members)]}


def detail(
    name: str | None,
    *,
    source: str = "DirectModification",
    cause: str | None = None,
    before: str | None = None,
    after: str | None = None,
    recreation: str = "Never",
    dynamic: bool = False,
    attribute: str = "Properties",
) -> dict[str, Any]:
    """A member of Details."""
    target: dict[str, Any] = {"Attribute": attribute, "RequiresRecreation": recreation}
    if name is not None:
        target |= {"Name": name.split("/")[0], "Path": f"/Properties/{name}"}
    target |= {key: value for key, value in (("BeforeValue", before), ("AfterValue", after)) if value is not None}
    body = {"Target": target, "Evaluation": "Dynamic" if dynamic else "Static", "ChangeSource": source}
    return body | ({"CausingEntity": cause} if cause else {})


def row(
    logical_id: str,
    *details: dict[str, Any],
    kind: str = "AWS::SNS::Topic",
    action: str = "Modify",
    nested: str | None = None,
    **members: Any,
) -> dict[str, Any]:
    """A member of Changes."""
    change: dict[str, Any] = {
        "Action": action,
        "LogicalResourceId": logical_id,
        "ResourceType": kind,
        "Scope": ["Properties"] if details else [],
        "Details": list(details),
        **members,
    }
    if action == "Modify":
        change.setdefault("Replacement", "False")
        change.setdefault("PhysicalResourceId", f"{logical_id.lower()}-1")
    return {"Type": "Resource", "ResourceChange": change | ({"ChangeSetId": set_arn(nested)} if nested else {})}


def nested_row(logical_id: str, *details: dict[str, Any], action: str = "Modify", **members: Any) -> dict[str, Any]:
    """A nested stack in its parent's Changes, with a change set named as itself."""
    automatic = {
        "Target": {"Attribute": "Properties", "RequiresRecreation": "Never"},
        "Evaluation": "Dynamic",
        "ChangeSource": "Automatic",
    }
    given = [automatic, *details] if action == "Modify" else []
    members.setdefault("PhysicalResourceId", stack_arn(f"shop-dev-{logical_id}"))
    return row(logical_id, *given, kind=STACK_TYPE, action=action, nested=logical_id, **members)


def change_set(
    name: str,
    *rows: dict[str, Any],
    status: str = "CREATE_COMPLETE",
    reason: str | None = None,
    parameters: dict[str, str] | None = None,
    **members: Any,
) -> dict[str, Any]:
    """A DescribeChangeSet answer."""
    body: dict[str, Any] = {
        "ChangeSetId": set_arn(name),
        "ChangeSetName": name,
        "StackId": stack_arn(),
        "StackName": "shop-dev",
        "Status": status,
        "ExecutionStatus": "AVAILABLE" if status == "CREATE_COMPLETE" else "UNAVAILABLE",
        "CreationTime": START,
        "Changes": list(rows),
        "Capabilities": [],
        "NotificationARNs": [],
        "RollbackConfiguration": {},
        "IncludeNestedStacks": True,
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in (parameters or {}).items()],
        **members,
    }
    return body | ({"StatusReason": reason} if reason else {})


def placeholder(layer: str, output: str) -> str:
    """What exists in a nested change set for another layer's output."""
    return f"{{{{IntrinsicFunction:{stack_arn()}/{layer}.Outputs.{output}/Fn::GetAtt}}}}"


def event(
    number: int,
    logical_id: str,
    status: str,
    *,
    stack: str = "shop-dev",
    physical: str | None = None,
    kind: str = "AWS::SNS::Topic",
    reason: str | None = None,
    token: str | None = "token",
    seconds: float | None = None,
) -> dict[str, Any]:
    """A member of StackEvents; `number` is its id, and its second unless one is given."""
    body: dict[str, Any] = {
        "StackId": stack_arn(stack),
        "EventId": str(number),
        "StackName": stack,
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": f"{logical_id}-1" if physical is None else physical,
        "ResourceType": kind,
        "Timestamp": at(number if seconds is None else seconds),
        "ResourceStatus": status,
    }
    return body | {
        key: value for key, value in (("ResourceStatusReason", reason), ("ClientRequestToken", token)) if value
    }


def stack_event(number: int, status: str, *, stack: str = "shop-dev", **members: Any) -> dict[str, Any]:
    """What a stack says of itself."""
    return event(number, stack, status, stack=stack, physical=stack_arn(stack), kind=STACK_TYPE, **members)
