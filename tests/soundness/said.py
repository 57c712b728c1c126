"""What a person was shown before the execution: the rows of a review, the approvals that were demanded.

The one place that reads the product's own review: if its form changes one day, it is read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from deployment.review.review import LayerReview, ResourceChange, Review
from deployment.run.telling import Question, Reviewed
from tests.soundness.facts import Path
from tests.soundness.vocabulary import STACK

_POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")


class Fate(Enum):
    """What a review says of a resource."""

    CREATED = "created"
    UPDATED = "updated"
    REPLACED = "replaced"
    REMOVED = "removed"


@dataclass(frozen=True)
class Row:
    """One line of a review; what is not `certain` may happen.

    One that is `beside` is about what touches no resource: policies, or a nested stack as its parent has it.
    """

    fate: Fate
    certain: bool = True
    beside: bool = False


@dataclass(frozen=True)
class Said:
    """All that was said: `whole` are layers with one row for all that is in them.

    `unchanged` are the layers that are said to change in nothing; `folded` the resources of which that is said;
    `settings` those that the run is said to change now.
    """

    rows: Mapping[Path, Row] = field(default_factory=dict)
    whole: Mapping[Path, Row] = field(default_factory=dict)
    folded: frozenset[Path] = frozenset()
    unchanged: frozenset[Path] = frozenset()
    demanded: frozenset[Path] = frozenset()
    outputs: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()
    imported: frozenset[str] = frozenset()
    """The exports that change or go, of which it is said that somebody imports them."""

    def of(self, path: Path) -> Row | None:
        """The row of a resource: its own, or that of the layer that it goes with."""
        return self.rows.get(path) or next((self.whole[above] for above in _above(path) if above in self.whole), None)

    def guards(self, path: Path) -> bool:
        """Whether an approval of its own was demanded for a resource, or for a layer that it is in."""
        return path in self.demanded or any(above in self.demanded for above in _above(path))


def _above(path: Path) -> Iterator[Path]:
    return (path[:length] for length in range(len(path) - 1, 0, -1))


def said(told: Reviewed, asked: Iterable[Question]) -> Said:
    """What a review showed, with the approvals that were then demanded."""
    root, rows = told.review.root, {}
    resources = list(told.review.resources)
    for change in resources:
        rows[tuple(change.path)] = _row(change)
    for layer in root.walk():
        if layer.kind is not None and layer.path:
            rows[tuple(layer.path)] = Row(Fate.CREATED, all(change.certain for change in layer.resources))
    return Said(
        rows=rows,
        whole={tuple(each.path): _row(each) for each in resources if each.type == STACK and _whole(each)},
        folded=frozenset(tuple(each.path) for each in told.review.folded),
        unchanged=frozenset(tuple(layer.path) for layer in root.walk() if _unchanged(layer)),
        demanded=frozenset(tuple(each.typed.split("/")) for each in asked if each.typed),
        outputs=_outputs(told.review),
        settings=frozenset(change.name for change in told.review.settings if not change.deferred),
        imported=frozenset(change.export[0] for change in told.review.outputs if change.importers and change.export[0]),
    )


def _unchanged(layer: LayerReview) -> bool:
    return not layer.touched


def _whole(change: ResourceChange) -> bool:
    """Whether a nested stack's row is for all that is in it: it goes, comes, or could not be looked into."""
    return _row(change).fate is not Fate.UPDATED


def _row(change: ResourceChange) -> Row:
    name = change.kind.name
    fates = {"ADDED": Fate.CREATED, "IMPORTED": Fate.CREATED, "REPLACE": Fate.REPLACED, "REMOVE": Fate.REMOVED}
    fate = next((fate for word, fate in fates.items() if word in name), Fate.UPDATED)
    certain = change.certain and not name.startswith("MAY")
    if fate is Fate.UPDATED and change.properties:
        certain = certain and any(each.certain for each in change.properties)
    policies = bool(change.properties) and all(each.name in _POLICIES for each in change.properties)
    return Row(fate, certain, fate is Fate.UPDATED and (policies or change.type == STACK))


def _outputs(review: Review) -> frozenset[str]:
    """The outputs of root that a review says change, or may."""
    return frozenset(change.path.name for change in review.outputs if len(change.path) == 1)
