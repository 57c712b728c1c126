"""How one resource differs between two sides of a local comparison: each innermost value that changes, or may."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cloudformation.references import references
from cloudformation.statuses import RequiresRecreation
from cloudformation.template.update_behaviors import is_updated_in_place
from cloudformation.unknown import ABSENT, Source, canonical, shown, unknowns
from deployment.review.review import PropertyChange, WillChange
from deployment.template.resource_path import ResourcePath
from deployment.template.stored_by_tree import SECRETS, StoredByTree
from deployment.template.values import Values

# Attributes of a resource beside its properties; a change of one of them replaces nothing.
_ATTRIBUTES = ("CreationPolicy", "DeletionPolicy", "Metadata", "UpdatePolicy", "UpdateReplacePolicy")
_NAMED = re.compile(r"\$\{([^}]+)\}")


@dataclass(frozen=True)
class Differences:
    """Two sides, and whether what a value waits for becomes another one."""

    before: Values
    after: Values
    moves: Callable[[Any], WillChange]
    stored: StoredByTree

    def properties(
        self, path: ResourcePath, old: Mapping[str, Any], new: Mapping[str, Any], kind: str = ""
    ) -> Iterator[PropertyChange]:
        """Two bodies' Properties in a nested stack; a change may replace, unless its type updates in place."""
        for name in sorted({*old, *new}):
            cause = self._moved_parameter(path, new.get(name))
            for change in self._member(path, name, (old, new), RequiresRecreation.CONDITIONALLY, cause):
                stays = is_updated_in_place(kind, change.name.split("/"))
                yield replace(change, recreation=RequiresRecreation.NEVER) if stays else change

    def beside(self, path: ResourcePath, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[PropertyChange]:
        """What else two bodies say: their types, and attributes that replace nothing."""
        if old.get("Type") != new.get("Type"):
            both = old.get("Type"), new.get("Type")
            yield PropertyChange("Type", *both, True, True, RequiresRecreation.ALWAYS, None)
        for name in _ATTRIBUTES:
            yield from self._member(path, name, (old, new), RequiresRecreation.NEVER, None)

    def condition(self, at: ResourcePath) -> PropertyChange:
        """That a resource's condition may be answered otherwise."""
        old, new = ((side.resource(at.parent, at.name) or {}).get("Condition") for side in self._both)
        return PropertyChange("Condition", old, None, False, False, RequiresRecreation.NEVER, str(new or old))

    def secrets(
        self,
        at: ResourcePath,
        kind: str,
        changes: tuple[PropertyChange, ...],
        moves: Callable[[frozenset[Source]], WillChange],
    ) -> Iterator[PropertyChange]:
        """What else changes of a resource with the secrets of the tree that it reads, by what `moves` says of writers.

        That a secret changes is no change of who reads it, but who is updated reads it again (user guide, "Get a
        secret or secret value from Secrets Manager", Considerations).
        """
        said = {change.name.split("/")[0] for change in changes}
        properties = _properties(self.after.resource(at.parent, at.name))
        for name in sorted(set(properties) - said):
            value = self.after.value(at.parent, properties[name])
            writers = self.stored.writers(value, SECRETS)
            if moves(writers) is not WillChange.NO:
                stays = is_updated_in_place(kind, [name])
                recreation = RequiresRecreation.NEVER if stays else RequiresRecreation.CONDITIONALLY
                yield PropertyChange(
                    name, shown(value), None, False, False, recreation, min(writer.name for writer in writers)
                )

    def own_tags(self, path: ResourcePath) -> tuple[PropertyChange, ...]:
        """The tags that change of a nested stack itself, or of one above it: each resource in it gets them."""
        return tuple(
            replace(tag, certain=False, recreation=RequiresRecreation.NEVER)
            for at in (ResourcePath(path[:length]) for length in range(1, len(path) + 1))
            for old, new in [[_tags(side.resource(at.parent, at.name)) for side in self._both]]
            for tag in self.properties(at.parent, old, new)
        )

    @property
    def _both(self) -> tuple[Values, Values]:
        return self.before, self.after

    def differ(self, old: Any, new: Any) -> bool:
        """Whether two values are not the same, or may not be."""
        return any(self._differing((), old, new, RequiresRecreation.NEVER, None))

    def _member(
        self,
        path: ResourcePath,
        name: str,
        bodies: tuple[Mapping[str, Any], Mapping[str, Any]],
        recreation: RequiresRecreation,
        cause: str | None,
    ) -> Iterator[PropertyChange]:
        old, new = (
            side.value(path, body[name]) if name in body else ABSENT
            for side, body in zip(self._both, bodies, strict=True)
        )
        yield from self._differing((name,), old, new, recreation, cause)

    def _differing(
        self, pointer: tuple[str, ...], old: Any, new: Any, recreation: RequiresRecreation, cause: str | None
    ) -> Iterator[PropertyChange]:
        if isinstance(old, dict) and isinstance(new, dict):
            pairs = [(name, old.get(name, ABSENT), new.get(name, ABSENT)) for name in sorted({*old, *new}, key=str)]
        elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
            pairs = [(str(number), *both) for number, both in enumerate(zip(old, new, strict=True))]
        else:
            yield from self._leaf("/".join(pointer), old, new, recreation, cause)
            return
        for name, before, after in pairs:
            yield from self._differing((*pointer, str(name)), before, after, recreation, cause)

    def _leaf(
        self, name: str, old: Any, new: Any, recreation: RequiresRecreation, cause: str | None
    ) -> Iterator[PropertyChange]:
        moves = self.moves(new) if canonical(old) == canonical(new) else WillChange.YES
        if moves is WillChange.NO:
            return
        before, after = (None if side is ABSENT else shown(side) for side in (old, new))
        if before != after:
            yield PropertyChange(name, before, after, True, True, recreation, cause)
        else:
            yield PropertyChange(name, before, None, False, moves is WillChange.YES, recreation, self._awaited(new))

    def _awaited(self, value: Any) -> str | None:
        """What a value waits for that may be another one."""
        waiting = [*unknowns(value)]
        moving = [unknown for unknown in waiting if self.moves(unknown) is not WillChange.NO] or waiting
        return next(iter(_NAMED.findall(" ".join(unknown.text for unknown in moving))), None)

    def _moved_parameter(self, path: ResourcePath, expression: Any) -> str | None:
        """The parameter of a nested stack that an expression reads and that gets another value."""
        for name in (read.name for read in references(expression) if read.attribute is None):
            if all(name in side.section(path, "Parameters") for side in self._both):
                old, new = (side.parameter(path, name) for side in self._both)
                if canonical(old) != canonical(new):
                    return name
        return None


def _properties(body: Mapping[str, Any] | None) -> Mapping[str, Any]:
    properties = (body or {}).get("Properties")
    return properties if isinstance(properties, dict) else {}


def _tags(body: Mapping[str, Any] | None) -> dict[str, Any]:
    properties = _properties(body)
    return {"Tags": properties["Tags"]} if "Tags" in properties else {}
