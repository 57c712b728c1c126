"""The change sets of one stack and of the nested stacks below it: new ones, how many, which is meant, what failed."""

from collections.abc import Iterator
from typing import Any

from cloudformation.refusals import CloudFormationError
from cloudformation.unknown import Unknown
from rehearsal.execution.tasks.nesting import UPPER, child_target, new_child
from rehearsal.state.stacks import ChangeSet, Stack, Target
from rehearsal.state.world import World

MAXIMUM_CHANGE_SETS = 1000


def new_change_set(world: World, stack: Stack, name: str, kind: str, target: Target) -> ChangeSet:
    """A change set that is still to be planned; it goes on by itself."""
    change_set = ChangeSet(
        id=world.arn(stack.region, f"changeSet/{name}/{world.uuid()}"),
        name=name,
        stack_id=stack.id,
        type=kind,
        created=world.clock.now(),
        target=target,
        operation=world.uuid(),
    )
    stack.change_sets[change_set.id] = change_set
    world.touched.add(stack.id)
    return change_set


def refuse_too_many(stack: Stack) -> None:
    """Refuse one more change set than a stack may have; those that failed count too.

    Errors: LimitExceededException (aws/copilot-cli#5614); AWS does not publish the number.
    """
    if len(stack.change_sets) >= MAXIMUM_CHANGE_SETS:
        raise CloudFormationError("LimitExceededException", f"ChangeSet limit exceeded for stack {stack.id}")


def find_change_set(stack: Stack, name: str) -> ChangeSet | None:
    """The newest of a stack's change sets that has the name."""
    named = [change_set for change_set in stack.change_sets.values() if change_set.name == name]
    return named[-1] if named else None


def fail(change_set: ChangeSet, reason: str) -> None:
    """The change set cannot be executed, for that reason."""
    change_set.status, change_set.execution, change_set.reason = "FAILED", "UNAVAILABLE", reason


def child_change_set(world: World, stack: Stack, parent: ChangeSet, name: str, properties: dict[str, Any]) -> ChangeSet:
    """The change set of a nested stack, to be planned; one whose template or parameters are refused has failed."""
    existing = stack.resources.get(name)
    fresh = existing is None or not existing.exists
    child = new_child(world, stack, name) if fresh or existing is None else world.state.stacks[existing.physical_id]
    kind = "CREATE" if fresh else "UPDATE"
    suffix = f"-{name}-{world.token(12, UPPER)}"
    set_name = parent.name[: 128 - len(suffix)] + suffix
    refuse_too_many(child)
    child_set = new_change_set(world, child, set_name, kind, Target(template=""))
    child_set.nested, child_set.parent, child_set.root = True, parent.id, parent.root or parent.id
    child_set.status, child_set.token = "CREATE_IN_PROGRESS", parent.token
    child_set.imports_existing = parent.imports_existing
    url = properties.get("TemplateURL")
    known = properties | ({"TemplateURL": url.placeholder} if isinstance(url, Unknown) else {})
    try:
        child_set.target = child_target(world, stack, parent.target, known, child, True)
    except CloudFormationError as error:
        fail(child_set, error.message)
    return child_set


def _rows_of(change_set: ChangeSet, name: str) -> Iterator[tuple[list[dict[str, Any]], dict[str, Any]]]:
    for rows in (change_set.plain, change_set.valued):
        for row in rows:
            if row["ResourceChange"]["LogicalResourceId"] == name:
                yield rows, row


def only_automatic(change_set: ChangeSet, name: str) -> bool:
    """Whether nothing but the habit of asking every nested stack put its row there."""
    details = [detail for _, row in _rows_of(change_set, name) for detail in row["ResourceChange"]["Details"]]
    return bool(details) and all(detail["ChangeSource"] == "Automatic" for detail in details)


def mark_row(change_set: ChangeSet, name: str, child_set_id: str | None) -> None:
    """Name a nested stack's change set in its rows; without one the rows go."""
    for rows, row in list(_rows_of(change_set, name)):
        if child_set_id is None:
            rows.remove(row)
        else:
            row["ResourceChange"]["ChangeSetId"] = child_set_id
