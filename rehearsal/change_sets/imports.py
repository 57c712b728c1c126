"""Resource imports: what AWS already has becomes part of a stack, untouched (ChangeSetType IMPORT).

An import may do nothing else: every other resource, the outputs, the stack's tags and its role stay as
they are. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources.html
A rehearsal has no account to look into: what is imported is taken to exist and to be as the template says.
"""

from dataclasses import replace
from graphlib import TopologicalSorter
from typing import Any

from cloudformation.intrinsics.evaluation import resolve
from cloudformation.refusals import ValidationError
from rehearsal.change_sets.planning.change_rows import import_row
from rehearsal.execution.deletion.settlement import USER, complete
from rehearsal.execution.tasks.identities import words_for
from rehearsal.execution.tasks.turns import Execution
from rehearsal.language.output_values import declared_outputs
from rehearsal.language.scopes import Situation, described, situation
from rehearsal.properties.filled_attributes import filled
from rehearsal.resources.identifiers import imported_id, new_resource
from rehearsal.resources.resource_types import ResourceType
from rehearsal.state.clock import Due
from rehearsal.state.events import IMPORT_STARTED, IMPORTED, TAGGING, resource_event
from rehearsal.state.stacks import ChangeSet, Stack, StackResource, Target
from rehearsal.state.world import World

ADVICE = (
    "Verify that resources and their properties defined in the template match the intended configuration "
    "of the resource import to avoid unexpected changes."
)
_NEXT = {
    "": ("IMPORT_IN_PROGRESS", IMPORT_STARTED),
    "IMPORT_IN_PROGRESS": ("IMPORT_COMPLETE", IMPORTED),
    "IMPORT_COMPLETE": ("UPDATE_IN_PROGRESS", TAGGING),
    "UPDATE_IN_PROGRESS": ("UPDATE_COMPLETE", None),
}


def check_imports(world: World, stack: Stack, target: Target, wanted: list[dict[str, Any]]) -> None:
    """Refuse what an import may not do.

    Errors: ValidationError, with AWS's texts where they are known.
    """
    if not wanted:
        raise ValidationError("ResourcesToImport must be specified for a change set of type IMPORT")
    evaluated = situation(world, stack, target)
    names = [entry["LogicalResourceId"] for entry in wanted]
    for entry in wanted:
        _check_identifier(world, stack, evaluated, entry)
    unguarded = [name for name in names if evaluated.template.resources[name].deletion_policy is None]
    if unguarded:
        raise ValidationError(
            f"The following resources to import [{', '.join(unguarded)}] must have DeletionPolicy attribute "
            "specified in the template."
        )
    _refuse_other_changes(world, stack, evaluated, names, target)


def _check_identifier(world: World, stack: Stack, evaluated: Situation, entry: dict[str, Any]) -> None:
    name = entry["LogicalResourceId"]
    declared = evaluated.resources.get(name)
    if declared is None or declared.type != entry["ResourceType"]:
        raise ValidationError(f"Resource {name} of type {entry['ResourceType']} to import is not in the template")
    kind = world.kind(stack.region, declared.type)
    if set(entry["ResourceIdentifier"]) != set(kind.primary_identifier):
        raise ValidationError(
            f"Resource identifiers for resource {name} of type {kind.name} must be "
            f"[{', '.join(kind.primary_identifier)}], not [{', '.join(sorted(entry['ResourceIdentifier']))}]"
        )
    physical_id = _physical_id(kind, entry)
    for other, resource in world.standing(stack.region):
        same = all(resource.properties.get(key) == entry["ResourceIdentifier"][key] for key in kind.identified_beside)
        if (resource.type, resource.physical_id) == (kind.name, physical_id) and same:
            raise ValidationError(f"{physical_id} already exists in stack {other.id}")


def _physical_id(kind: ResourceType, entry: dict[str, Any]) -> str:
    return imported_id(kind, {key: entry["ResourceIdentifier"][key] for key in kind.primary_identifier})


def _refuse_other_changes(world: World, stack: Stack, evaluated: Situation, names: list[str], target: Target) -> None:
    before = situation(world, stack, stack.target) if stack.target else None
    old = before.resources if before else {}
    rest = {name: entry for name, entry in evaluated.resources.items() if name not in names}
    modified = sorted(name for name in {*old, *rest} if old.get(name) != rest.get(name) or name in names)
    if modified:
        raise ValidationError(
            f"You have modified resources [{', '.join(modified)}] in your template that are not being imported. "
            "Update, create or delete operations cannot be executed during import operations."
        )
    changed = {
        "Outputs": (declared_outputs(before) if before else {}) != declared_outputs(evaluated),
        "RoleArn": (stack.target.role if stack.target else None) != target.role,
        "Tags": (stack.target.tags if stack.target else {}) != target.tags,
    }
    named = [name for name, is_changed in changed.items() if is_changed]
    if named:
        raise ValidationError(f"As part of the import operation, you cannot modify or add [{', '.join(named)}]")


def plan_import(world: World, stack: Stack, change_set: ChangeSet) -> None:
    """Fill in the rows of an import: one for each resource, nothing else."""
    imported = _imported_together(world, stack, change_set.target, change_set.imports)
    for _, resource in sorted(imported.items()):
        context = {"Properties": resource.properties, "DeletionPolicy": resource.deletion_policy}
        change_set.plain.append(import_row(resource, None))
        change_set.valued.append(import_row(resource, context))


def _imported_together(
    world: World, stack: Stack, target: Target, wanted: list[dict[str, Any]]
) -> dict[str, StackResource]:
    """The resources as the stack will have them, by logical id, those that others refer to first.

    Each is resolved after those before it: all identifiers are in the request, in any order.
    """
    provisional = replace(stack, resources=dict(stack.resources))
    evaluated = situation(world, provisional, target)
    entries = {entry["LogicalResourceId"]: entry for entry in wanted}
    needs = {name: evaluated.dependencies(name) & entries.keys() - {name} for name in sorted(entries)}
    imported: dict[str, StackResource] = {}
    for name in TopologicalSorter(needs).static_order():
        imported[name] = _imported(world, stack, evaluated, entries[name])
        provisional.resources[name] = imported[name]
    return imported


def _imported(world: World, stack: Stack, evaluated: Situation, entry: dict[str, Any]) -> StackResource:
    """The resource as the stack will have it: declared by the template, named by its identifier."""
    declared = evaluated.template.resources[entry["LogicalResourceId"]]
    kind = world.kind(stack.region, declared.type)
    properties = resolve(declared.properties, evaluated.scope)
    physical_id = _physical_id(kind, entry)
    given = properties | entry["ResourceIdentifier"]
    words = words_for(world, stack, declared.logical_id, given)
    made = filled(world, stack, kind, words, new_resource(kind, words))
    attributes = {key: _renamed(value, made.physical_id, physical_id) for key, value in made.attributes.items()}
    return replace(
        described(declared, evaluated.scope, properties),
        physical_id=physical_id,
        ref=physical_id,
        attributes=attributes | {key: value for key, value in entry["ResourceIdentifier"].items() if key in attributes},
        depends=sorted(evaluated.dependencies(declared.logical_id)),
    )


def _renamed(value: Any, made: str, actual: str) -> Any:
    return value.replace(made, actual) if isinstance(value, str) else value


def begin_import(execution: Execution) -> None:
    """Start the execution of an import; each of its steps takes every resource one status further."""
    stack, operation = execution.stack, execution.operation
    stack.operation, operation.phase, operation.previous = operation, "import", stack.target
    kind = "UPDATE_STACK" if stack.target else "CREATE_STACK"
    stack.last_operations = [{"OperationType": kind, "OperationId": operation.id}]
    execution.event("IMPORT_IN_PROGRESS", USER)
    execution.schedule(1.0)


def fail_import(execution: Execution, reason: str) -> None:
    """The import fails as a whole, whatever had been done of it, and the stack lets go of everything."""
    stack, operation = execution.stack, execution.operation
    wanted = stack.change_sets[operation.change_set or ""].imports
    for entry in wanted:
        name, identifier = entry["LogicalResourceId"], "|".join(entry["ResourceIdentifier"].values())
        resource = stack.resources.setdefault(name, StackResource(name, entry["ResourceType"], identifier))
        resource_event(execution.world, stack, resource, "IMPORT_FAILED", reason)
    names = list(dict.fromkeys(entry["LogicalResourceId"] for entry in wanted))
    operation.failed["import"] = names
    _roll_back_import(execution, [stack.resources[name] for name in names])


def advance_import(world: World, due: Due) -> None:
    """Take the next step of a stack's import; a step of one that is over is passed by."""
    stack = world.state.stacks[due.stack_id]
    operation = stack.operation
    if operation is None or operation.id != due.operation or operation.change_set is None:
        return
    execution = Execution(world, stack, operation)
    resources = _begun(execution, stack.change_sets[operation.change_set].imports)
    if operation.failed:
        _roll_back_import(execution, resources)
    elif all(resource.status == "UPDATE_COMPLETE" for resource in resources):
        stack.target, stack.updated = operation.target, world.clock.now()
        complete(execution, "IMPORT_COMPLETE")
    else:
        for resource in resources:
            _step(execution, resource)
        execution.schedule(1.0)


def _begun(execution: Execution, wanted: list[dict[str, Any]]) -> list[StackResource]:
    """The resources of the import as they are in the stack; the first step of the import adds them."""
    resources, names = execution.stack.resources, [entry["LogicalResourceId"] for entry in wanted]
    if not all(name in resources for name in names):
        resources |= _imported_together(execution.world, execution.stack, execution.operation.target, wanted)
    return [resources[name] for name in dict.fromkeys(names)]


def _step(execution: Execution, resource: StackResource) -> None:
    world, stack = execution.world, execution.stack
    fault = None
    if resource.status == "IMPORT_IN_PROGRESS":
        fault = world.strike(stack, resource.logical_id, "create")
    if fault:
        execution.operation.failed.setdefault("import", []).append(resource.logical_id)
        text = fault if isinstance(fault, str) else fault.reason
        resource_event(world, stack, resource, "IMPORT_FAILED", text)
    elif resource.status in _NEXT:
        resource_event(world, stack, resource, *_NEXT[resource.status])


def _roll_back_import(execution: Execution, resources: list[StackResource]) -> None:
    """The stack lets go of everything that it was to import; the resources themselves stay."""
    failed = ", ".join(execution.operation.failed["import"])
    execution.event("IMPORT_ROLLBACK_IN_PROGRESS", f"The following resource(s) failed to import: [{failed}]. ")
    for resource in resources:
        for status in ("IMPORT_ROLLBACK_IN_PROGRESS", "IMPORT_ROLLBACK_COMPLETE"):
            resource_event(execution.world, execution.stack, resource, status)
        del execution.stack.resources[resource.logical_id]
    complete(execution, "IMPORT_ROLLBACK_COMPLETE")
