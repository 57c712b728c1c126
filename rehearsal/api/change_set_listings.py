"""The operations of the API that describe and list change sets."""

import itertools
import json
from datetime import datetime
from typing import Any

from cloudformation.refusals import CloudFormationError, ValidationError
from rehearsal.api.requests import existing_stack, page, position, present
from rehearsal.change_sets.stack_change_sets import find_change_set
from rehearsal.state.clock import moment
from rehearsal.state.stacks import ChangeSet, Stack
from rehearsal.state.world import World

PAGE_BYTES = 1024 * 1024


def described_set(world: World, region: str, request: dict[str, Any]) -> tuple[Stack, ChangeSet]:
    """The change set that a request means, by ARN alone or by name within a stack.

    Errors: ChangeSetNotFound (HTTP 404); ValidationError for a missing stack or a bare name.
    """
    name = request["ChangeSetName"]
    if name.startswith("arn:"):
        if (holder := _holder(world, name)) is None:
            raise _not_found(name)
        return holder, holder.change_sets[name]
    if "StackName" not in request:
        raise ValidationError("StackName must be specified if ChangeSetName is not specified as an ARN.")
    stack = existing_stack(world, region, request)
    change_set = find_change_set(stack, name)
    if change_set is None:
        raise _not_found(name)
    return stack, change_set


def _holder(world: World, arn: str) -> Stack | None:
    """The stack that a change set is of; most that are known here are deleted: the newest are looked at first."""
    return next((stack for stack in reversed(world.state.stacks.values()) if arn in stack.change_sets), None)


def _not_found(name: str) -> CloudFormationError:
    return CloudFormationError("ChangeSetNotFound", f"ChangeSet [{name}] does not exist", 404)


def describe_change_set(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeChangeSet; a page has at most 1 MB of changes."""
    stack, change_set = described_set(world, region, request)
    rows = change_set.valued if request.get("IncludePropertyValues") else change_set.plain
    # One that failed over a nested set still names them all (aws-amplify/amplify-cli#14764).
    listed = rows if change_set.status != "FAILED" or change_set.validations or change_set.children else []
    warned = request.get("IncludePropertyValues") and change_set.status == "CREATE_COMPLETE"
    reason = (change_set.valued_reason if warned else None) or change_set.reason
    target = change_set.target
    return _summary(world, stack, change_set) | {
        "NotificationARNs": list(target.notification_arns),
        "RollbackConfiguration": target.rollback_configuration,
        "Capabilities": list(target.capabilities),
        **present(
            StatusReason=reason,
            OnStackFailure=change_set.on_failure,
            DeploymentMode=change_set.deployment_mode,
            DeploymentConfig=change_set.deployment_config,
            StackDriftStatus=_drift_status(change_set),
            Parameters=[value.described() for value in target.parameters.values()],
            Tags=[{"Key": key, "Value": value} for key, value in target.tags.items()],
        ),
        **page("Changes", listed, request, _with_times, _fitting(listed[position(request) :])),
    }


def _with_times(value: Any) -> Any:
    """Rows in the form of the protocol: the one time in them is text."""
    if isinstance(value, list):
        return [_with_times(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: datetime.fromisoformat(item) if key == "DriftDetectionTimestamp" else _with_times(item)
        for key, item in value.items()
    }


def _drift_status(change_set: ChangeSet) -> str | None:
    """Only drift-aware change sets show the drift status of the stack when they were created."""
    if not change_set.deployment_mode or change_set.ended is None:
        return None
    return "DRIFTED" if any("ResourceDriftStatus" in row["ResourceChange"] for row in change_set.plain) else "IN_SYNC"


def _fitting(rows: list[dict[str, Any]]) -> int:
    """How many of these rows fit on a page; at least one."""
    sizes = itertools.accumulate(len(json.dumps(row)) for row in rows)
    return max(1, sum(size <= PAGE_BYTES for size in sizes))


def execution_status(world: World, change_set: ChangeSet) -> str:
    """A child's change set is executed with its root's; the one that failed stays unavailable."""
    if change_set.root is None or change_set.status != "CREATE_COMPLETE":
        return change_set.execution
    holder = _holder(world, change_set.root)
    execution = holder.change_sets[change_set.root].execution if holder else ""
    return execution if execution.startswith("EXECUTE") else change_set.execution


def list_change_sets(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """ListChangeSets: every change set of a stack that still exists."""
    stack = existing_stack(world, region, request)
    return page("Summaries", list(stack.change_sets.values()), request, lambda row: _summary(world, stack, row))


def _summary(world: World, stack: Stack, change_set: ChangeSet) -> dict[str, Any]:
    return {
        "StackId": stack.id,
        "StackName": stack.name,
        "ChangeSetId": change_set.id,
        "ChangeSetName": change_set.name,
        "ExecutionStatus": execution_status(world, change_set),
        "Status": change_set.status,
        "CreationTime": moment(change_set.created),
        "IncludeNestedStacks": change_set.nested,
        **present(
            StatusReason=change_set.reason,
            Description=change_set.description,
            ParentChangeSetId=change_set.parent,
            RootChangeSetId=change_set.root,
            ImportExistingResources=change_set.imports_existing,
        ),
    }
