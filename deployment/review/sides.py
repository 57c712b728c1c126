"""The two sides of a review: what a tree of templates says before and after, and what else is known of both."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cloudformation.parameters.declarations import MASK
from cloudformation.scalars import text_of
from cloudformation.unknown import Truth, is_unknown
from deployment.stack.stack import Stack
from deployment.template.resource_path import ResourcePath
from deployment.template.unpinned import reads_elsewhere
from deployment.template.values import Values


@dataclass(frozen=True)
class Sides:
    """What a tree of templates says, before and after.

    `moved` are the root's parameters that get another value, or one that cannot be compared, `tags` the stack's tags
    that differ, before and after. `now` is the old side with what nested stacks output now, `standing` these stacks.
    """

    before: Values
    after: Values
    moved: frozenset[str] = frozenset()
    tags: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    now: Values | None = None
    standing: Mapping[ResourcePath, Stack] = field(default_factory=dict)

    def bodies(self, path: ResourcePath, name: str) -> tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]:
        """A resource's body before and after."""
        return self.before.resource(path, name), self.after.resource(path, name)

    def properties(self, at: ResourcePath) -> tuple[Any, Any] | None:
        """The properties of a resource before and after, as far as they are known; None where one side has none."""
        old, new = self.bodies(at.parent, at.name)
        if old is None or new is None:
            return None
        return self.before.value(at.parent, old.get("Properties")), self.after.value(at.parent, new.get("Properties"))

    def readable(self, path: ResourcePath) -> bool:
        """Whether both sides of a layer are there, and say themselves what they make."""
        return all(path in side.documents and not reads_elsewhere(path, side.documents) for side in self.both)

    def is_stale(self, path: ResourcePath, name: str) -> bool:
        """Whether a layer's parameter is another one now than what the outputs of its siblings make it."""
        held = self.standing[path].parameters.get(name) if path in self.standing else None
        if self.now is None or held in (None, MASK) or name not in self.now.section(path, "Parameters"):
            return False
        given = self.now.parameter(path, name)
        text = ",".join(map(text_of, given)) if isinstance(given, list) and not is_unknown(given) else given
        return not is_unknown(text) and text_of(text) != held

    @property
    def both(self) -> tuple[Values, Values]:
        """The two sides, the old one first."""
        return self.before, self.after


def stands(side: Values, at: ResourcePath) -> Truth:
    """Whether a side has a resource: its template does, and the condition that it is made under holds."""
    body = side.resource(at.parent, at.name)
    if body is None:
        return False
    return side.condition(at.parent, str(body["Condition"])) if "Condition" in body else True
