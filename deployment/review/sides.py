"""The two sides of a review: what a tree of templates says before and after, and what else is known of both."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cloudformation.parameters.declarations import MASK
from cloudformation.references import condition_names
from cloudformation.scalars import text_of
from cloudformation.statuses import RequiresRecreation
from cloudformation.unknown import ABSENT, Source, Truth, Unknown, is_unknown, sources
from deployment.review.review import Kind, PropertyChange, ResourceChange
from deployment.stack.stack import Stack
from deployment.template.resource_path import ResourcePath
from deployment.template.stored_by_tree import SSM, StoredByTree
from deployment.template.unpinned import macros
from deployment.template.values import Values


@dataclass(frozen=True)
class Sides:
    """What a tree of templates says, before and after.

    `moved` are the root's parameters that get another value, or one that cannot be compared, `tags` the stack's tags
    that differ, before and after. `now` is the old side with what nested stacks output now, `standing` these stacks.
    `reread` are parameters, with their nested stacks, that Systems Manager is asked for once more while all is
    executed; `unseen` what is listed as changed that may store values and stands in no template.
    """

    before: Values
    after: Values
    moved: frozenset[str] = frozenset()
    tags: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    now: Values | None = None
    standing: Mapping[ResourcePath, Stack] = field(default_factory=dict)
    reread: frozenset[tuple[ResourcePath, str]] = frozenset()
    unseen: frozenset[Source] = frozenset()

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
        """Whether both sides of a nested stack are there, and say themselves what they make."""
        return all(path in side.documents and not side.reads_elsewhere(path) for side in self.both)

    def legible(self, path: ResourcePath, *, new: bool) -> bool:
        """Whether the relevant sides of a nested stack exist, and say all that they make: a macro may make anything."""
        return all(
            path in side.documents and not macros(side.documents[path]) and not side.reads_elsewhere(path.parent)
            for side in ([self.after] if new else self.both)
        )

    def is_stale(self, path: ResourcePath, expression: Any) -> bool:
        """Whether a parameter that an expression reads is not what its layer would be given as all stands now.

        Somebody may have updated a nested stack beside its root: then the root's next update gives it another value.
        """
        names = {read.name for read in self.after.reads(path, expression) if read.attribute is None}
        return any(self._is_another(path, name) for name in names)

    def _is_another(self, path: ResourcePath, name: str) -> bool:
        """Whether a nested stack's parameter is another one now than what the outputs of its siblings make it."""
        held = self.standing[path].parameters.get(name) if path in self.standing else None
        if self.now is None or held in (None, MASK) or name not in self.now.section(path, "Parameters"):
            return False
        given = self.now.parameter(path, name)
        text = ",".join(map(text_of, given)) if isinstance(given, list) and not is_unknown(given) else given
        return not is_unknown(text) and text_of(text) != held

    def is_answered_later(self, at: ResourcePath) -> bool:
        """Whether the condition of a resource to come, in a nested stack, reads what a nested stack or a resource will
        be.

        CloudFormation answers it over a placeholder while it makes a change set, and again while it executes.
        """
        body = self.after.resource(at.parent, at.name) or {}
        return "Condition" in body and self.turns_later(at.parent, {"Condition": body["Condition"]})

    def turns_later(self, path: ResourcePath, expression: Any) -> bool:
        """Whether an expression to come turns on such a condition: CloudFormation took one branch of it meanwhile."""
        names = set(condition_names(expression))
        read = [self.after.condition(path, name) for name in names]
        stored = any(map(self.is_reread, sources(read))) or bool(self.stored.writers(read, SSM))
        return stored or any(self.after.is_fed(path, {"Condition": name}) for name in names)

    def is_reread(self, source: Source) -> bool:
        """Whether a value waits for what Systems Manager is asked for while all is executed."""
        return source.attribute is None and (ResourcePath(source.path), source.name) in self.reread

    @cached_property
    def stored(self) -> StoredByTree:
        """What the tree itself stores."""
        return StoredByTree(self.before, self.after, self.unseen)

    def members(self, at: ResourcePath) -> list[str]:
        """The names of the properties of a resource, of both sides."""
        bodies = (pointed(body, ("Properties",)) for body in self.bodies(at.parent, at.name))
        return sorted({member for body in bodies if isinstance(body, dict) for member in body})

    def pointed(self, side: Values, at: ResourcePath, pointer: tuple[str, ...]) -> Any:
        """A value of a resource on one side, with what is not known within it.

        `pointer` leads to it from the resource's body: `("Properties", "VpcId")`.
        """
        whole = 2 if pointer[0] == "Properties" else 1
        body = side.resource(at.parent, at.name)
        return pointed(side.value(at.parent, pointed(body, pointer[:whole])), pointer[whole:])

    def policy(self, at: ResourcePath) -> str:
        """CloudFormation's PolicyAction of a replacement; what only one side keeps is not sure to be kept."""
        bodies = (body or {} for body in self.bodies(at.parent, at.name))
        said = {str(body.get("UpdateReplacePolicy", "Delete")) for body in bodies}
        return f"ReplaceAnd{said.pop()}" if len(said) == 1 else "ReplaceAndDelete"

    def changed(self, at: ResourcePath, kind: str, properties: tuple[PropertyChange, ...]) -> ResourceChange:
        """A resource of which properties change, or may, as was found here."""
        replaces = any(change.recreation is not RequiresRecreation.NEVER for change in properties)
        fate, policy = (Kind.MAY_BE_REPLACED, self.policy(at)) if replaces else (Kind.CHANGED, None)
        return ResourceChange(at, kind, fate, None, policy, properties, local=True)

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


def pointed(value: Any, pointer: tuple[str, ...]) -> Any:
    """What is at a pointer in a value; what is not known as a whole is not known within."""
    for part in pointer:
        if isinstance(value, Unknown):
            return value
        if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            value = value.get(part, ABSENT) if isinstance(value, dict) else ABSENT
    return value
