"""What a change set means: one tree of all layers, each change judged, what only looks like a change told apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from cloudformation.statuses import ChangeAction, RequiresRecreation
from deployment.change_set.change_set import Change, ChangeSet, Detail
from deployment.change_set.lifecycle import unchanged
from deployment.review.phantoms import Phantoms, WillChange, is_known
from deployment.review.stack_templates import template_urls
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import STACK_TYPE, Documents

# What a parent lists about a nested stack because the child changes; the child's own rows say it better.
_SAID_BY_THE_LAYER = {None, "TemplateURL", "Parameters"}


class Kind(Enum):
    """What happens to a resource."""

    ADDED = "added"
    CHANGED = "changed in place"
    MAY_BE_REPLACED = "may be replaced"
    REPLACED = "replaced"
    REMOVED = "removed"
    IMPORTED = "imported"


@dataclass(frozen=True)
class PropertyChange:
    """One property before and after; `after` is None where it is only known after execution or is removed."""

    name: str
    before: str | None
    after: str | None
    known: bool
    certain: bool
    recreation: RequiresRecreation
    cause: str | None


@dataclass(frozen=True)
class ResourceChange:
    """One resource that changes; `policy` says what becomes of the old one where something goes.

    `guard` says why the change needs an approval of its own (guards.py); None where it does not. One that is `local`
    was found by comparing templates here, not said by CloudFormation; only such a one may be not `certain`.
    """

    path: ResourcePath
    type: str
    kind: Kind
    physical_id: str | None
    policy: str | None
    properties: tuple[PropertyChange, ...]
    guard: str | None = None
    local: bool = False
    certain: bool = True


@dataclass(frozen=True)
class Folded:
    """A resource that is listed as changed and is not: it waits for values that will be what they are."""

    path: ResourcePath
    type: str
    waits_for: tuple[str, ...]


@dataclass(frozen=True)
class LayerReview:
    """One stack of the tree: what changes in it, and what only seems to."""

    path: ResourcePath
    kind: Kind | None
    resources: tuple[ResourceChange, ...]
    folded: tuple[Folded, ...]
    layers: tuple[LayerReview, ...]

    def walk(self) -> Iterator[LayerReview]:
        """This layer and all below it, in order."""
        yield self
        for layer in self.layers:
            yield from layer.walk()

    @property
    def touched(self) -> bool:
        """Whether anything changes in this layer or below it."""
        return self.kind is not None or bool(self.resources) or any(layer.touched for layer in self.layers)


@dataclass(frozen=True)
class Local:
    """That the layers were compared here, without CloudFormation: why, and what else is to be known of it."""

    reasons: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Review:
    """The whole tree, with the layers whose templates say something else than before.

    `local` is there where CloudFormation told of the root alone.
    """

    root: LayerReview
    rewritten: tuple[ResourcePath, ...]
    local: Local | None = None

    @property
    def resources(self) -> tuple[ResourceChange, ...]:
        """Every resource that changes, over all layers."""
        return tuple(resource for layer in self.root.walk() for resource in layer.resources)

    @property
    def folded(self) -> tuple[Folded, ...]:
        """Every phantom, over all layers."""
        return tuple(folded for layer in self.root.walk() for folded in layer.folded)

    def count(self, kind: Kind) -> int:
        """How many resources meet that fate."""
        return sum(resource.kind is kind for resource in self.resources)


def review(
    root: ChangeSet,
    before: Documents,
    after: Documents,
    changed: frozenset[ResourcePath],
    given: frozenset[str] = frozenset(),
) -> Review:
    """Judges a tree of change sets.

    `after` has the document of every template that is sent, `before` the old ones of the layers in `changed`, as far
    as they could be read. `given` names the root's parameters that get another value.
    """
    phantoms = Phantoms(root, before, after, changed, given)
    return Review(_layer(phantoms, root, ROOT, None, after), tuple(sorted(changed)))


def _layer(
    phantoms: Phantoms, change_set: ChangeSet, path: ResourcePath, kind: Kind | None, after: Documents
) -> LayerReview:
    resources: list[ResourceChange] = []
    folded: list[Folded] = []
    layers: dict[str, LayerReview] = {}
    for change in change_set.changes:
        own = change
        if change.type == STACK_TYPE and change.action is not ChangeAction.REMOVE:
            layers[change.logical_id] = _nested(phantoms, change_set, path, change, after)
            own = _without_layer(change)
            if not own.details:
                continue
        if phantoms.resource(path, own) is WillChange.NO:
            folded.append(Folded(path / change.logical_id, change.type, _awaited(phantoms, path, own)))
        else:
            resources.append(_resource(phantoms, path, own))
    nested = template_urls(after.get(path, {}))
    for logical_id in nested:
        layers.setdefault(logical_id, LayerReview(path / logical_id, None, (), (), ()))
    ordered = [name for name in nested if name in layers]
    ordered += [name for name in layers if name not in ordered]
    return LayerReview(path, kind, tuple(resources), tuple(folded), tuple(layers[name] for name in ordered))


def _nested(phantoms: Phantoms, parent: ChangeSet, path: ResourcePath, change: Change, after: Documents) -> LayerReview:
    child = parent.children.get(change.logical_id)
    kind = Kind.ADDED if change.action is ChangeAction.ADD else None
    if child is None or unchanged(child):
        return LayerReview(path / change.logical_id, kind, (), (), ())
    return _layer(phantoms, child, path / change.logical_id, kind, after)


def _without_layer(change: Change) -> Change:
    """A nested stack's row without what its own change set says better; nothing is left of a new one."""
    kept = () if change.action is ChangeAction.ADD else change.details
    details = tuple(detail for detail in kept if detail.name not in _SAID_BY_THE_LAYER)
    return replace(change, details=details)


def _resource(phantoms: Phantoms, path: ResourcePath, change: Change) -> ResourceChange:
    return ResourceChange(
        path=path / change.logical_id,
        type=change.type,
        kind=_kind(phantoms, path, change),
        physical_id=change.physical_id,
        policy=change.policy,
        properties=tuple(
            _property(details, moves, phantoms.unknown_parameters(path))
            for _, details, moves in phantoms.details(path, change)
            if moves is not WillChange.NO
        ),
    )


def _kind(phantoms: Phantoms, path: ResourcePath, change: Change) -> Kind:
    if change.action is not ChangeAction.MODIFY:
        return {
            ChangeAction.ADD: Kind.ADDED,
            ChangeAction.REMOVE: Kind.REMOVED,
            ChangeAction.IMPORT: Kind.IMPORTED,
        }.get(change.action, Kind.CHANGED)
    replaced = phantoms.recreated(path, change)
    return {WillChange.YES: Kind.REPLACED, WillChange.MAY: Kind.MAY_BE_REPLACED, WillChange.NO: Kind.CHANGED}[replaced]


def _property(details: list[Detail], moves: WillChange, feeds: dict[str, str]) -> PropertyChange:
    """One property of a row: a parameter's change comes as two details, of which the one with a cause tells more."""
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
    """What a phantom waits for: other layers' outputs, else what it names in its own layer."""
    feeds = phantoms.unknown_parameters(path)
    causes = {detail.cause for detail in change.details if detail.cause}
    return tuple(sorted({feeds[cause] for cause in causes if cause in feeds} or causes))
