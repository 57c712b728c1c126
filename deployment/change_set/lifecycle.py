"""Ask for a change set, wait until it stands, describe it with all nested ones, execute it.

Waiting is this project's own: the SDK's waiters sleep for half a minute between two questions.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from cloudformation.environment.delivery.change_set_names import OURS, SAVED, change_set_name
from cloudformation.statuses import ChangeSetStatus, ExecutionStatus, open_member
from deployment.aws.answers import needed
from deployment.aws.calls import at_once, call, unanswered
from deployment.aws.clock import Waiting
from deployment.aws.pages import pages
from deployment.aws.retries import retried
from deployment.aws.session import Client
from deployment.aws.shell_words import aws_command
from deployment.aws.texts import (
    failed_nested_set,
    says_exists,
    says_in_execution,
    says_no_changes,
    says_only_from_root,
)
from deployment.aws.waiting import Limit, asked_until
from deployment.change_set.change_set import ChangeSet, change_from, merged
from deployment.errors import AwsRefusal, ChangeSetFailed, DeploymentError, NotFound, Unreachable, WatchLost
from deployment.stack.settings import Rollback, settings_from
from deployment.stack.stack import parameters_of, resolved_values, tags_of
from deployment.template.resource_path import ResourcePath

NOT_TOLD = "no execution status"
# One of hundreds of nested stacks, with hooks that look at each, is made in minutes.
_MADE_SECONDS = 3600.0


@dataclass(frozen=True)
class Request:
    """What CreateChangeSet is asked for. `stack` is the name where the stack is created, else its ARN."""

    stack: str
    create: bool
    template_url: str
    parameters: tuple[tuple[str, str | None], ...]
    """In the order in which they are sent; None keeps the value that the stack has (UsePreviousValue)."""
    tags: Mapping[str, str]
    capabilities: frozenset[str]
    nested: bool = True
    role: str | None = None
    maker: str | None = None
    """Who asks, for people who find the change set (its Description)."""
    saved: bool = False
    """Whether it is to be executed another time: its name then begins with `plan-`."""
    notifications: tuple[str, ...] | None = None
    """Receives what happens; None leaves it as it is."""
    rollback: Rollback | None = None
    """What rolls the operation back; None leaves it as it is."""
    owner: str | None = None
    """The stack that names the change set, where it is another."""


def create_change_set(cloudformation: Client, request: Request, waiting: Waiting, token: str) -> tuple[str, str]:
    """The ARNs of the new change set and its stack; `token` (a UUID) makes its name unique and a retry harmless."""
    name = change_set_name(SAVED if request.saved else OURS, request.owner or request.stack, token)
    # OnStackFailure is said rather than left to a default; DisableRollback must then never be sent on execution.
    arguments: dict[str, Any] = {
        "StackName": request.stack,
        "ChangeSetName": name,
        "ClientToken": token,
        "ChangeSetType": "CREATE" if request.create else "UPDATE",
        "TemplateURL": request.template_url,
        "Parameters": [_parameter(key, value) for key, value in request.parameters],
        "Tags": [{"Key": key, "Value": value} for key, value in sorted(request.tags.items())],
        "Capabilities": sorted(request.capabilities),
        "IncludeNestedStacks": request.nested,
        "OnStackFailure": "ROLLBACK",
        **({"RoleARN": request.role} if request.role else {}),
        **({"Description": request.maker} if request.maker else {}),
        **_carried(request),
    }
    try:
        arn, stack = needed(call(cloudformation.create_change_set, **arguments), "Id", "StackId")
    except (AwsRefusal, Unreachable) as error:
        if not (says_exists(error) or unanswered(error)):
            raise
        return _made_unconfirmed(cloudformation, name, request.stack, waiting, error)
    return str(arn), str(stack)


def _parameter(name: str, value: str | None) -> dict[str, Any]:
    return {"ParameterKey": name, **({"UsePreviousValue": True} if value is None else {"ParameterValue": value})}


def _carried(request: Request) -> dict[str, Any]:
    """What CreateChangeSet keeps as it is where it is not sent; an empty list takes it away."""
    carried: dict[str, Any] = {}
    if request.notifications is not None:
        carried["NotificationARNs"] = list(request.notifications)
    if request.rollback is not None:
        triggers = [{"Arn": trigger.arn, "Type": trigger.type} for trigger in request.rollback.triggers]
        carried["RollbackConfiguration"] = {
            "RollbackTriggers": triggers,
            "MonitoringTimeInMinutes": request.rollback.minutes,
        }
    return carried


def _made_unconfirmed(
    cloudformation: Client, name: str, stack: str, waiting: Waiting, error: DeploymentError
) -> tuple[str, str]:
    """The ARNs of a change set whose making was never confirmed; raises the error where there is none."""
    with _unknown(error, f"change set {name} may be left behind; the next deployment deletes it"):
        described = described_if_any(cloudformation, waiting, ChangeSetName=name, StackName=stack)
        named = needed(described, "ChangeSetId", "StackId") if described else None
    if named is None:
        raise error
    arn, of = named
    return str(arn), str(of)


def await_change_set(cloudformation: Client, arn: str, waiting: Waiting) -> ChangeSet:
    """The change set of that ARN with all nested ones, once each of them is made or has failed."""
    own = _settled(cloudformation, arn, waiting)
    nested = {change.logical_id: change.nested for change in own.changes if change.nested}
    named = failed_nested_set(own.reason)
    if named and named not in nested.values():
        nested[named.rpartition("/")[0].rpartition("/")[2]] = named
    return replace(own, children=at_once(lambda child: await_change_set(cloudformation, child, waiting), nested))


def _settled(cloudformation: Client, arn: str, waiting: Waiting) -> ChangeSet:
    """One change set by both its descriptions, all pages, once it is made or has failed."""
    described = asked_until(
        waiting,
        lambda: retried(waiting, lambda: _described(cloudformation, arn, values=True)),
        lambda change_set: not _being_made(change_set.status),
        Limit(_MADE_SECONDS, _never_made),
        soon=True,
    )
    if described.status is not ChangeSetStatus.CREATE_COMPLETE:
        return described
    return merged(described, retried(waiting, lambda: _described(cloudformation, arn, values=False)))


def _never_made(change_set: ChangeSet) -> DeploymentError:
    arn, minutes = change_set.arn, int(_MADE_SECONDS // 60)
    said = f": {change_set.reason}" if change_set.reason else ""
    look = aws_command(arn.split(":")[3], "cloudformation", "describe-change-set", "--change-set-name", arn)
    return ChangeSetFailed(
        f"the change set was not created within {minutes} minutes; nothing was executed",
        findings=[f"change set {arn} is still {change_set.status.value}{said}"],
        remedy=f"deploy again; its status, while it exists: {look}",
    )


def _being_made(status: ChangeSetStatus) -> bool:
    """Whether CloudFormation has an operation in progress on a change set; also in a state that is new to us."""
    return status.value.startswith("CREATE_") and status.value.endswith(("_PENDING", "_IN_PROGRESS"))


def _described(cloudformation: Client, arn: str, *, values: bool) -> ChangeSet:
    bodies = list(pages(cloudformation.describe_change_set, ChangeSetName=arn, IncludePropertyValues=values))
    first, rows = bodies[0], [row for body in bodies for row in body.get("Changes", ())]
    stack, status, created = needed(first, "StackId", "Status", "CreationTime")
    return ChangeSet(
        arn=first.get("ChangeSetId", arn),
        stack_arn=stack,
        status=open_member(ChangeSetStatus, status),
        execution=open_member(ExecutionStatus, first.get("ExecutionStatus", NOT_TOLD)),
        reason=first.get("StatusReason"),
        parameters=parameters_of(first),
        resolved=resolved_values(first.get("Parameters", ())),
        settings=settings_from(first),
        created=created,
        changes=tuple(change_from(row) for row in rows),
        children={},
        nested=first.get("IncludeNestedStacks") is not False,
        listed=all("Changes" in body for body in bodies),
        tags=tags_of(first),
    )


def unchanged(change_set: ChangeSet) -> bool:
    """Whether this one change set failed only because there is nothing to change."""
    return change_set.status is ChangeSetStatus.FAILED and says_no_changes(change_set.reason)


def failures(root: ChangeSet) -> dict[ResourcePath, ChangeSet]:
    """The change sets of a tree that failed, and not only because they have no change."""
    return {
        path: change_set
        for path, change_set in root.walk()
        if change_set.status is not ChangeSetStatus.CREATE_COMPLETE and not unchanged(change_set)
    }


def has_changes(root: ChangeSet) -> bool:
    """Whether the tree can be executed; False where it has no change. Raises ChangeSetFailed for any real failure."""
    failed = failures(root)
    if root.status is ChangeSetStatus.CREATE_COMPLETE and not failed:
        return True
    if unchanged(root):
        return False
    # A root that fails over children without a change of their own says so in words that are not documented.
    if set(failed) == {()} and root.children and all(unchanged(child) for child in root.children.values()):
        return False
    raise ChangeSetFailed(
        "CloudFormation could not create the change set; nothing was executed",
        findings=[f"{path or 'root'}: {reason}" for path, reason in reasons_of(failed).items()],
        remedy="fix what the lines above name, then deploy again",
    )


def reasons_of(failed: Mapping[ResourcePath, ChangeSet]) -> dict[ResourcePath, str]:
    """Why each of these failed, in CloudFormation's words; a root only repeats what one that it nests says."""
    own = {path: layer for path, layer in failed.items() if path and not says_only_from_root(layer.reason)} or failed
    return {path: change_set.reason or change_set.status.value for path, change_set in own.items()}


def execute_change_set(cloudformation: Client, arn: str, waiting: Waiting, token: str) -> None:
    """Starts the operation; `token` is on every event that follows from it."""
    try:
        call(cloudformation.execute_change_set, ChangeSetName=arn, ClientRequestToken=token)
    except (AwsRefusal, Unreachable) as error:
        if says_in_execution(error):
            return
        if not (unanswered(error) and _executes_unconfirmed(cloudformation, arn, waiting, error)):
            raise


def _executes_unconfirmed(cloudformation: Client, arn: str, waiting: Waiting, error: DeploymentError) -> bool:
    """Whether the execution has begun, although that was never confirmed."""
    try:
        described = described_if_any(cloudformation, waiting, ChangeSetName=arn)
        if described is not None:
            needed(described, "ExecutionStatus")
    except DeploymentError as unseen:
        raise WatchLost(
            f"whether change set {arn} is being executed is unknown",
            findings=[error.happened, unseen.happened],
            remedy=f"see its status: aws cloudformation describe-change-set --change-set-name {arn}",
        ) from error
    return executes(described)


def executes(described: Mapping[str, Any] | None) -> bool:
    """Whether a change set, as it is described, is or was executed; one that is gone is not."""
    return described is not None and str(described.get("ExecutionStatus", "")).startswith("EXECUTE_")


def described_if_any(cloudformation: Client, waiting: Waiting, **which: str) -> dict[str, Any] | None:
    """A change set as DescribeChangeSet returns it, asked until there is an answer; None where there is none such."""
    try:
        return retried(waiting, lambda: call(cloudformation.describe_change_set, **which))
    except NotFound:
        return None


@contextmanager
def _unknown(error: DeploymentError, finding: str) -> Iterator[None]:
    """Finding out what became of the request that failed with `error`.

    Raises that error, with the finding added, where it cannot be found out.
    """
    try:
        yield
    except DeploymentError:
        error.findings += (finding,)
        raise error from None
