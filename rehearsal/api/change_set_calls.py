"""The change set operations of the API."""

from typing import Any

from cloudformation.refusals import CloudFormationError, ValidationError
from rehearsal.api.change_set_listings import described_set
from rehearsal.api.requests import (
    decides_of_failures,
    keeps_failures,
    refuse_other_mode,
    refuse_unless_failures_are_kept,
    refuse_update,
    requested_operation,
    requested_target,
    updatable_stack,
)
from rehearsal.change_sets import making as change_sets
from rehearsal.change_sets.imports import check_imports
from rehearsal.change_sets.stack_change_sets import new_change_set, refuse_too_many
from rehearsal.state.events import stack_event
from rehearsal.state.stacks import ChangeSet, Stack, Target
from rehearsal.state.world import World

# aws/aws-cdk#26182; the errors of DeleteChangeSet say that a change set under execution is not deleted.
_OVERLAPPING = "An operation on this ChangeSet is currently in progress.  Please attempt this operation again later."


def create_change_set(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """CreateChangeSet: everything that AWS refuses at once is refused here; the planning follows."""
    kind = request.get("ChangeSetType", "UPDATE")
    _refuse_modes(kind, request)
    name = request["ChangeSetName"]
    stack = world.find(request["StackName"], region)
    if kind == "CREATE":
        _refuse_create(stack, request)
    elif kind == "UPDATE" or (stack is not None and stack.status != "REVIEW_IN_PROGRESS"):
        stack = updatable_stack(world, region, request)
    if stack is not None:
        refuse_other_mode(stack, request)
    fresh = stack is None
    stack = stack or _review_stack(world, region, request["StackName"])
    target = requested_target(world, stack, request)
    repeated = _same_name(stack, name, request.get("ClientToken"), target)
    if repeated is not None:
        return {"Id": repeated.id, "StackId": stack.id}
    if kind == "IMPORT":
        check_imports(world, stack, target, request.get("ResourcesToImport", []))
    refuse_too_many(stack)
    if fresh:
        world.add(stack)
        stack_event(world, stack, "REVIEW_IN_PROGRESS", "User Initiated")
    change_set = new_change_set(world, stack, name, kind, target)
    _settings(change_set, request)
    change_sets.begin_planning(world, change_set)
    return {"Id": change_set.id, "StackId": stack.id}


def _refuse_modes(kind: str, request: dict[str, Any]) -> None:
    if request.get("ResourcesToImport") and kind != "IMPORT":
        raise ValidationError("ResourcesToImport can only be specified for a change set of type IMPORT")
    if request.get("OnStackFailure") == "DELETE" and kind != "CREATE":
        raise ValidationError("OnStackFailure DELETE can only be specified for a change set of type CREATE")
    if request.get("OnStackFailure") and decides_of_failures(request.get("DeploymentConfig", {})):
        raise ValidationError("You cannot specify DeploymentConfig together with OnStackFailure.")
    if request.get("DeploymentMode") and (kind != "UPDATE" or request.get("IncludeNestedStacks")):
        what = "IncludeNestedStacks" if kind == "UPDATE" else f"ChangeSetType {kind}"
        raise ValidationError(f"DeploymentMode {request['DeploymentMode']} cannot be combined with {what}")


def _refuse_create(stack: Stack | None, request: dict[str, Any]) -> None:
    if request.get("UsePreviousTemplate"):
        raise ValidationError("Cannot specify usePreviousTemplate as true for a changeSetType CREATE")
    if stack is not None and stack.status != "REVIEW_IN_PROGRESS":
        raise ValidationError(
            f"Stack [{request['StackName']}] already exists and cannot be created again "
            f"with the changeSet [{request['ChangeSetName']}]."
        )


def _review_stack(world: World, region: str, name: str) -> Stack:
    """An empty stack that is only there to be reviewed."""
    if name.startswith("arn:"):
        raise ValidationError(f"Stack [{name}] does not exist")
    return world.new_stack(region, name, "REVIEW_IN_PROGRESS")


def _same_name(stack: Stack, name: str, token: str | None, target: Target) -> ChangeSet | None:
    """A living change set of the same name: the same request repeated, or a refusal that names what differs."""
    for change_set in stack.change_sets.values():
        if change_set.name != name or change_set.execution.startswith("EXECUTE"):
            continue
        differing = _mismatch(change_set, token, target)
        if differing is None:
            return change_set
        raise CloudFormationError(
            "AlreadyExistsException",
            f"ChangeSet {name} cannot be created due to a mismatch with existing attribute {differing}",
        )
    return None


def _mismatch(change_set: ChangeSet, token: str | None, target: Target) -> str | None:
    before = change_set.target
    if (before.template, before.original) != (target.template, target.original):
        return "Template"
    if before.parameters != target.parameters:
        return "Parameters"
    return None if token is not None and change_set.token == token else "ClientToken"


def _settings(change_set: ChangeSet, request: dict[str, Any]) -> None:
    change_set.description = request.get("Description")
    change_set.token = request.get("ClientToken")
    change_set.nested = bool(request.get("IncludeNestedStacks"))
    change_set.on_failure = request.get("OnStackFailure")
    change_set.validated = not request.get("DisableValidation")
    change_set.imports = request.get("ResourcesToImport", [])
    change_set.deployment_mode = request.get("DeploymentMode")
    change_set.deployment_config = dict(request.get("DeploymentConfig", {}))
    change_set.imports_existing = bool(request.get("ImportExistingResources"))


def execute_change_set(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """ExecuteChangeSet: the answer comes at once, the execution follows."""
    stack, change_set = described_set(world, region, request)
    if change_set.status != "CREATE_COMPLETE":
        raise _invalid(f"ChangeSet [{change_set.id}] cannot be executed in its current status of [{change_set.status}]")
    if change_set.execution != "AVAILABLE":
        raise _invalid(
            f"ChangeSet [{change_set.id}] cannot be executed in its current execution status "
            f"of [{change_set.execution}]"
        )
    if change_set.type == "UPDATE" or stack.status != "REVIEW_IN_PROGRESS":
        refuse_update(stack)
    if "DisableRollback" in request and change_set.on_failure:
        raise ValidationError(
            "DisableRollback cannot be specified when OnStackFailure was specified for the change set."
        )
    config = change_set.deployment_config
    stated = {"OnFailure": change_set.on_failure, "DeploymentConfig": config}
    asked = request | {name: value for name, value in stated.items() if value}
    operation = requested_operation(world, change_set.type, change_set.target, asked)
    operation.adopted = list(change_set.adopted)
    if change_set.type == "UPDATE":
        refuse_unless_failures_are_kept(stack, operation.on_failure)
    change_sets.execute(world, stack, change_set, operation)
    stack.disable_rollback = keeps_failures(asked)
    stack.deployment_config = dict(config)
    return {}


def _invalid(text: str) -> CloudFormationError:
    return CloudFormationError("InvalidChangeSetStatus", text)


def delete_change_set(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DeleteChangeSet: one that does not exist is deleted already; a nested tree takes a while."""
    try:
        stack, change_set = described_set(world, region, request)
    except CloudFormationError as error:
        if error.code == "ChangeSetNotFound":
            return {}
        raise
    if change_set.status in ("CREATE_IN_PROGRESS", "CREATE_PENDING"):
        raise _invalid(f"Cannot delete ChangeSet in status {change_set.status}")
    if change_set.execution == "EXECUTE_IN_PROGRESS" or change_set.status in ("DELETE_PENDING", "DELETE_IN_PROGRESS"):
        raise _invalid(_OVERLAPPING)
    if change_set.parent:
        raise _invalid(f"ChangeSet [{change_set.id}] can only be deleted from the root change set")
    change_sets.delete(world, stack, change_set)
    return {}
