"""The rows of one change set as changes of a nested stack: each judged, phantom changes distinguished."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cloudformation.statuses import ChangeAction, Replacement, RequiresRecreation
from deployment.change_set.change_set import Change, ChangeSet, Detail, is_known
from deployment.review.phantoms import Phantoms
from deployment.review.review import Folded, Kind, PropertyChange, ResourceChange, WillChange
from deployment.review.sides import Sides
from deployment.template.resource_path import ResourcePath
from deployment.template.template import STACK_TYPE

# What a parent lists about a nested stack because the child changes; the child's own rows say it better.
_SAID_BY_THE_LAYER = {None, "Parameters", "Tags", "TemplateURL"}
_KINDS = {ChangeAction.ADD: Kind.ADDED, ChangeAction.REMOVE: Kind.REMOVED, ChangeAction.IMPORT: Kind.IMPORTED}
_BY_REPLACEMENT = {
    WillChange.YES: Kind.REPLACED,
    WillChange.MAY: Kind.MAY_BE_REPLACED,
    WillChange.NO: Kind.CHANGED,
}


@dataclass(frozen=True)
class Listed:
    """What a change set says of the resources of one nested stack."""

    resources: tuple[ResourceChange, ...]
    folded: tuple[Folded, ...]


def listed(phantoms: Phantoms, sides: Sides, change_set: ChangeSet, path: ResourcePath) -> Listed:
    """The changes of one nested stack, and what is collapsed because nothing about it changes."""
    rows = [row for change in change_set.changes if (row := _own(change)) is not None]
    moving = {row.logical_id: phantoms.resource(path, row) for row in rows}
    return Listed(
        tuple(_resource(phantoms, sides, path, row) for row in rows if moving[row.logical_id] is not WillChange.NO),
        tuple(
            Folded(path / row.logical_id, row.type, _awaited(phantoms, path, row))
            for row in rows
            if moving[row.logical_id] is WillChange.NO
        ),
    )


def _own(change: Change) -> Change | None:
    """A row without what a nested stack's own change set says better; None where nothing is left of it."""
    if change.type != STACK_TYPE or change.action is ChangeAction.REMOVE:
        return change
    kept = () if change.action is ChangeAction.ADD else change.details
    details = tuple(detail for detail in kept if detail.name not in _SAID_BY_THE_LAYER)
    if change.action not in (ChangeAction.ADD, ChangeAction.MODIFY):
        return replace(change, details=details)  # whatever it is, no nested stack says it
    itself = change.action is ChangeAction.MODIFY and change.replacement in (Replacement.TRUE, Replacement.CONDITIONAL)
    return replace(change, details=details) if details or itself else None


def _resource(phantoms: Phantoms, sides: Sides, path: ResourcePath, change: Change) -> ResourceChange:
    return ResourceChange(
        path=path / change.logical_id,
        type=change.type,
        kind=_kind(phantoms, path, change),
        physical_id=change.physical_id,
        policy=change.policy,
        properties=tuple(_properties(phantoms, sides, path, change)),
        certain=change.action is ChangeAction.MODIFY or phantoms.resource(path, change) is WillChange.YES,
    )


def _kind(phantoms: Phantoms, path: ResourcePath, change: Change) -> Kind:
    """What happens to a resource; an action that CloudFormation leaves open, or that is new to us, may be any."""
    if change.action is ChangeAction.MODIFY:
        return _BY_REPLACEMENT[phantoms.recreated(path, change)]
    if change.action is ChangeAction.SYNC_WITH_ACTUAL:
        return Kind.CHANGED
    return _KINDS.get(change.action, Kind.MAY_BE_REPLACED)


def _properties(phantoms: Phantoms, sides: Sides, path: ResourcePath, change: Change) -> Iterator[PropertyChange]:
    feeds = phantoms.unknown_parameters(path)
    for _, details, moves in phantoms.details(path, change):
        if details[0].attribute == "Tags" and sides.tags:
            yield from tag_changes(sides)
        elif moves is not WillChange.NO:
            yield _property(details, moves, feeds)


def tag_changes(sides: Sides, *, certain: bool = True) -> Iterator[PropertyChange]:
    """The stack's tags that change, as they do on a resource that takes them."""
    for name, (before, after) in sorted(sides.tags.items()):
        yield PropertyChange(f"Tags/{name}", before, after, True, certain, RequiresRecreation.NEVER, None)


def _property(details: list[Detail], moves: WillChange, feeds: dict[str, str]) -> PropertyChange:
    """One property of a row: a parameter's change comes as two details, of which the one with a cause says more."""
    first = next((detail for detail in details if detail.cause), details[0])
    strictest = max((detail.recreation for detail in details), key=list(RequiresRecreation).index)
    known = is_known(first.after)
    return PropertyChange(
        name=first.path.removeprefix("/Properties").lstrip("/") or "Properties",
        before=first.before,
        after=first.after if known else None,
        known=known or (first.after is None and first.before is not None),
        certain=moves is WillChange.YES,
        recreation=strictest,
        cause=feeds.get(first.cause, first.cause) if first.cause else None,
    )


def _awaited(phantoms: Phantoms, path: ResourcePath, change: Change) -> tuple[str, ...]:
    """What a phantom waits for: other nested stacks' outputs, else what it names in its own nested stack."""
    feeds = phantoms.unknown_parameters(path)
    causes = {detail.cause for detail in change.details if detail.cause}
    return tuple(sorted({feeds[cause] for cause in causes if cause in feeds} or causes))
