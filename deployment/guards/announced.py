"""What a second change set may change, as it was announced before the first; anything else stops it.

It gives parameters other values over the same templates, so that both sides can be compared before the stack exists.
What that comparison does not foresee, what is guarded, and what is unknown was not announced: nobody approved it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cloudformation.unknown import Truth, canonical
from deployment.guards.guards import needing_approval
from deployment.review.review import Kind, ResourceChange, Review
from deployment.review.sides import stands
from deployment.template.resource_path import ResourcePath
from deployment.template.template import STACK_TYPE
from deployment.template.values import Values


@dataclass(frozen=True)
class Announced:
    """The resources that change: how, and of those in place which properties; and outputs that may."""

    changes: tuple[ResourceChange, ...] = ()
    properties: Mapping[ResourcePath, frozenset[str]] = field(default_factory=dict)
    outputs: frozenset[ResourcePath] = frozenset()

    @property
    def note(self) -> str:
        """As one sentence for a review."""
        what = [f"{change.path} {change.kind.value}{self._of(change)}" for change in self.changes]
        return f"the second change set, after the creation, may change this and nothing else: {', '.join(what)}"

    def _of(self, change: ResourceChange) -> str:
        names = self.properties.get(change.path)
        return f" ({', '.join(sorted(names))})" if names else ""


def announced(before: Values, after: Values) -> Announced:
    """How two sides of the same templates differ, resource by resource, over all nested stacks."""
    changes: list[ResourceChange] = []
    properties: dict[ResourcePath, frozenset[str]] = {}
    for path in after.documents:
        for name in after.section(path, "Resources"):
            at = path / name
            body = after.resource(path, name) or {}
            kind = _kind(before, after, at)
            names = _differing(before, after, path, body) if kind is Kind.CHANGED else frozenset[str]()
            if body.get("Type") == STACK_TYPE or kind is None or (kind is Kind.CHANGED and not names):
                continue
            changes.append(ResourceChange(at, str(body.get("Type")), kind, None, None, (), local=True))
            properties |= {at: names} if names else {}
    return Announced(tuple(changes), properties, frozenset(_outputs(before, after)))


def resources(side: Values) -> Iterator[ResourcePath]:
    """Every resource of a side that may stand, over all nested stacks."""
    every = (path / name for path in side.documents for name in side.section(path, "Resources"))
    return (at for at in every if _stands(side, at) is not False)


def _kind(before: Values, after: Values, at: ResourcePath) -> Kind | None:
    was, will = _stands(before, at), _stands(after, at)
    if will is False:
        return None if was is False else Kind.REMOVED
    return Kind.ADDED if was is False else Kind.CHANGED


def _stands(side: Values, at: ResourcePath) -> Truth:
    """Whether a side has a resource, in a nested stack that it has."""
    truths = [stands(side, ResourcePath(at[: length + 1])) for length in range(len(at))]
    return False if False in truths else next((truth for truth in truths if truth is not True), True)


def _differing(before: Values, after: Values, path: ResourcePath, body: Mapping[str, Any]) -> frozenset[str]:
    """The names of the properties, and of the attributes beside them, that come to another value."""
    members = [*_mapping(body.get("Properties")).items()]
    members += [(name, value) for name, value in body.items() if name != "Properties"]
    return frozenset(
        name
        for name, value in members
        if canonical(before.value(path, {name: value})) != canonical(after.value(path, {name: value}))
    )


def _outputs(before: Values, after: Values) -> Iterator[ResourcePath]:
    for path in after.documents:
        for name, body in after.section(path, "Outputs").items():
            if canonical(before.value(path, body)) != canonical(after.value(path, body)):
                yield path / name


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def unannounced(review: Review, announcement: Announced, settings: frozenset[str]) -> Iterator[str]:
    """Each thing in the review of the second change set that was not announced, a line each.

    `settings` are the names of those that were announced with the first.
    """
    kinds = {change.path: change.kind for change in announcement.changes}
    for change in review.resources:
        more = {changed.name.split("/")[0] for changed in change.properties}
        more -= announcement.properties.get(change.path, frozenset())
        if kinds.get(change.path) is not change.kind:
            yield f"{change.path}: {change.kind.value}{'' if change.certain else ', perhaps'}"
        elif more and change.kind is Kind.CHANGED:
            yield f"{change.path}: {', '.join(sorted(more))} changes"
    yield from (f"{path} {why}" for path, why in needing_approval(review).items())
    yield from (f"{path or 'root'}: its template says something else" for path in review.rewritten)
    yield from (f"output {output.path} changes" for output in review.outputs if output.path not in announcement.outputs)
    yield from (f"setting {change.name}" for change in review.settings if change.name not in settings)
    yield from review.local.notes if review.local else ()
