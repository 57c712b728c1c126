"""What a change set asks of the nested stacks below it, and what its own rows say of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cloudformation.refusals import CloudFormationError
from cloudformation.unknown import Unknown
from rehearsal.change_sets.stack_change_sets import fail, new_change_set, refuse_too_many
from rehearsal.execution.tasks.nesting import UPPER, child_target, new_child
from rehearsal.state.stacks import ChangeSet, Stack, Target
from rehearsal.state.world import World


def child_change_set(
    world: World, stack: Stack, parent_set: ChangeSet, name: str, properties: dict[str, Any]
) -> ChangeSet:
    """The change set of a nested stack, to be planned; one whose template or parameters are refused has failed."""
    existing = stack.resources.get(name)
    fresh = existing is None or not existing.exists
    child = new_child(world, stack, name) if fresh or existing is None else world.state.stacks[existing.physical_id]
    kind = "CREATE" if fresh else "UPDATE"
    suffix = f"-{name}-{world.token(12, UPPER)}"
    set_name = parent_set.name[: 128 - len(suffix)] + suffix
    refuse_too_many(child)
    child_set = new_change_set(world, child, set_name, kind, Target(template=""))
    child_set.nested, child_set.parent, child_set.root = True, parent_set.id, parent_set.root or parent_set.id
    child_set.status, child_set.token = "CREATE_IN_PROGRESS", parent_set.token
    try:
        child_set.target = child_target(world, stack, parent_set.target, _known(properties), child, True)
    except CloudFormationError as error:
        fail(child_set, error.message)
    return child_set


def _known(properties: dict[str, Any]) -> dict[str, Any]:
    url = properties.get("TemplateURL")
    return properties | ({"TemplateURL": url.placeholder} if isinstance(url, Unknown) else {})


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
