"""What a change set means: one tree of all nested stacks, each change judged, phantom changes distinguished."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, IntEnum

from cloudformation.statuses import RequiresRecreation
from deployment.diagnosis.undeletable import NOTHING, Undeletable
from deployment.settings.setting_change import SettingChange
from deployment.template.costs.cost_change import CostChange
from deployment.template.resource_path import ResourcePath
from deployment.template.ways_out import Leaving


class WillChange(IntEnum):
    """Whether something changes when the change set is executed."""

    NO = 0
    MAY = 1
    YES = 2


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
    was found by comparing templates here. What is not `certain` is perhaps added or removed.
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

    def updated(self, name: str) -> PropertyChange | None:
        """What changes of a property while the resource stays, or may stay; None otherwise."""
        if self.kind not in (Kind.CHANGED, Kind.MAY_BE_REPLACED):
            return None
        return next((changed for changed in self.properties if changed.name == name), None)

    def perhaps(self) -> ResourceChange:
        """The same change, of which it is not known whether it will be made."""
        return replace(self, certain=False)


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

    def perhaps(self) -> LayerReview:
        """The same nested stack, of which it is not known whether it will be made."""
        return replace(
            self,
            resources=tuple(change.perhaps() for change in self.resources),
            layers=tuple(layer.perhaps() for layer in self.layers),
        )

    @property
    def touched(self) -> bool:
        """Whether anything changes in this layer or below it."""
        return self.kind is not None or bool(self.resources) or any(layer.touched for layer in self.layers)


@dataclass(frozen=True)
class Local:
    """That the nested stacks were compared here, without CloudFormation: why, and what else is to be known of it."""

    reasons: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class OutputChange:
    """An output of the root, or one that a nested stack exports, that gets another value or goes; None where there is
    none.

    `known` says whether `after` is a value; `certain` whether it will be another one. `export` is the name that other
    stacks import it by: before and after.
    """

    path: ResourcePath
    before: str | None
    after: str | None
    known: bool
    certain: bool
    export: tuple[str | None, str | None] = (None, None)
    importers: tuple[str, ...] = ()
    """The stacks that import it: CloudFormation refuses to change or remove an export that is in use."""
    importers_unread: str | None = None
    """Why it is not known who imports it."""


@dataclass(frozen=True)
class Review:
    """The whole tree, with the nested stacks whose templates say something else than before.

    `local` is there where CloudFormation reported the root alone. `settings` are what the run changes beside resources,
    `notes` what else is to be known before it is approved.
    """

    root: LayerReview
    rewritten: tuple[ResourcePath, ...]
    local: Local | None = None
    outputs: tuple[OutputChange, ...] = ()
    settings: tuple[SettingChange, ...] = ()
    notes: tuple[str, ...] = ()
    cost: CostChange | None = None
    """What the changes make of a month's bill, where prices are known and anything of it differs."""
    leaving: tuple[Leaving, ...] = ()
    """The services whose tasks leave all their subnets."""
    undeletable_before: Undeletable = NOTHING
    undeletable_after: Undeletable = NOTHING

    @property
    def resources(self) -> tuple[ResourceChange, ...]:
        """Every resource that changes, over all nested stacks."""
        return tuple(resource for layer in self.root.walk() for resource in layer.resources)

    @property
    def folded(self) -> tuple[Folded, ...]:
        """Every phantom, over all nested stacks."""
        return tuple(folded for layer in self.root.walk() for folded in layer.folded)

    def count(self, kind: Kind) -> int:
        """How many resources meet that fate."""
        return sum(resource.kind is kind for resource in self.resources)
