"""What changes below the root by the templates and parameters of both sides alone, where CloudFormation cannot say it.

What is added and removed is known, and whose text or value changes; whether that replaces is not, so that such a
resource MAY be replaced. What reads it is followed through every layer. A doubt is told as one, never left out
(docs/decisions/0010).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from cloudformation.policies import deletion_policy, removal_action
from cloudformation.references import references
from cloudformation.statuses import RequiresRecreation
from cloudformation.unknown import Source, Truth, Unknown, sources
from deployment.review.phantoms import WillChange, identifies
from deployment.review.property_differences import Differences
from deployment.review.review import Kind, LayerReview, PropertyChange, ResourceChange
from deployment.review.stack_templates import StackTemplates
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import STACK_TYPE
from deployment.template.values import Values

_HARMLESS = {"AWS::LanguageExtensions"}


class Comparison:
    """A tree before and after; `root` is what CloudFormation itself says of the root.

    `given` names the root's parameters that get another value, or one that cannot be compared.
    """

    def __init__(
        self, before: Values, after: Values, root: LayerReview, given: frozenset[str], standing: StackTemplates
    ) -> None:
        self._before = before
        self._after = after
        self._root = root
        self._listed = {change.path: change for change in root.resources}
        self._folded = {phantom.path for phantom in root.folded}
        self._given = given
        self._standing = standing
        self._known: dict[ResourcePath, ResourceChange | None] = {}
        self._differences = Differences(before, after, self._moves)

    def tree(self) -> LayerReview:
        """The root as CloudFormation describes it, and all below it as it is compared here."""
        gone = {path for path, change in self._listed.items() if change.kind is Kind.REMOVED}
        nested = [self._nested(layer.path) for layer in self._root.layers if layer.path not in gone]
        fed = [change for name in self._names(ROOT) if (change := self._change(ROOT / name)) and change.local]
        unread = [stack for stack in nested if isinstance(stack, ResourceChange)]
        layers = tuple(stack for stack in nested if isinstance(stack, LayerReview))
        return replace(self._root, resources=(*self._root.resources, *fed, *unread), layers=layers)

    def _layer(self, path: ResourcePath) -> LayerReview:
        parts: list[LayerReview | ResourceChange | None] = []
        for name in self._names(path):
            at = path / name
            parts.append(self._nested(at) if self._type(at) == STACK_TYPE else self._change(at))
        resources = tuple(part for part in parts if isinstance(part, ResourceChange))
        layers = tuple(part for part in parts if isinstance(part, LayerReview))
        return LayerReview(path, Kind.ADDED if self._is_new(path) else None, resources, (), layers)

    def _nested(self, at: ResourcePath) -> LayerReview | ResourceChange | None:
        """A nested stack: a layer, or a row where it goes or nothing can be said of what is in it."""
        was, will = self._stood(at), _stands(self._after, at)
        if not any(side.resource(at.parent, at.name) for side in (self._before, self._after)):
            return self._unread(at)  # CloudFormation lists it: a macro makes it
        if len(at) > 1 and self._standing.lacks(at):  # it was looked up: what its condition is now is known
            if was is not False and not self._turns(was, will):
                return None
            was = False
        if will is False:
            return None if was is False else self._removed(at, certain=was is True)
        if self._readable(at):
            return self._layer(at)
        return LayerReview(at, None, (), (), ()) if self._same(at) else self._unread(at)

    def _unread(self, at: ResourcePath) -> ResourceChange:
        kind = Kind.ADDED if self._is_new(at) else Kind.MAY_BE_REPLACED
        return ResourceChange(at, STACK_TYPE, kind, self._standing.arn(at), None, (), local=True)

    def _readable(self, path: ResourcePath) -> bool:
        """Whether both sides of a layer are there, and say themselves what they make: a macro may make anything."""
        sides = [self._after] if self._is_new(path) else [self._before, self._after]
        whole = all(path in side.documents and not _macros(side, path) for side in sides)
        return whole and not self._rewritten_above(path)

    def _rewritten_above(self, path: ResourcePath) -> bool:
        """Whether a macro may give a layer something else; AWS::LanguageExtensions leaves alone what is written out."""
        above = [ResourcePath(path[:length]) for length in range(len(path))]
        return any(_macros(side, layer) - _HARMLESS for side in (self._before, self._after) for layer in above)

    def _same(self, path: ResourcePath) -> bool:
        """Whether a layer that cannot be read is given what it was given."""
        old, new = self._before.documents.get(path), self._after.documents.get(path)
        if old is None or old != new or (self._rewritten_above(path) and not self._same(path.parent)):
            return False
        names = self._after.section(path, "Parameters")
        return not any(
            self._differences.differ(self._before.parameter(path, name), self._after.parameter(path, name))
            for name in names
        )

    def _is_new(self, path: ResourcePath) -> bool:
        """Whether a layer does not stand yet; CloudFormation itself says it of the first level."""
        if len(path) < 2:
            return not self._before.documents if not path else self._kind_of(path) is Kind.ADDED
        if self._is_new(path.parent) or self._standing.lacks(path):
            return True
        return _stands(self._before, path) is False

    def _kind_of(self, path: ResourcePath) -> Kind | None:
        return next((layer.kind for layer in self._root.layers if layer.path == path), None)

    def _stood(self, at: ResourcePath) -> Truth:
        return False if self._is_new(at.parent) else _stands(self._before, at)

    def _names(self, path: ResourcePath) -> list[str]:
        old = set() if self._is_new(path) else set(self._before.section(path, "Resources"))
        return sorted(old.union(self._after.section(path, "Resources")))

    def _type(self, at: ResourcePath) -> str:
        """What stands there, or will: a type that is another one now names what would be lost."""
        old = None if self._stood(at) is False else self._before.resource(at.parent, at.name)
        return str((old or self._after.resource(at.parent, at.name) or {}).get("Type"))

    def _change(self, at: ResourcePath) -> ResourceChange | None:
        """What happens to a resource, if anything does."""
        if at not in self._known:
            self._known[at] = None  # what leads back to itself adds nothing
            self._known[at] = self._change_of(at)
        return self._known[at]

    def _change_of(self, at: ResourcePath) -> ResourceChange | None:
        was, will = self._stood(at), _stands(self._after, at)
        if len(at) == 1:  # CloudFormation lists what the root itself says; what its layers feed, it does not know
            own = at in self._listed or at in self._folded or False in (was, will) or self._type(at) == STACK_TYPE
            return self._listed.get(at) if own else self._modified(at, fed=True)
        if will is False:
            return None if was is False else self._removed(at, certain=was is True)
        if was is False:
            return ResourceChange(at, self._type(at), Kind.ADDED, None, None, (), local=True, certain=will is True)
        if self._turns(was, will):
            return replace(self._removed(at, certain=False), properties=tuple(self._condition(at)))
        return self._modified(at, fed=False)

    def _turns(self, was: Truth, will: Truth) -> bool:
        """Whether a condition may be answered otherwise than before."""
        if isinstance(was, Unknown) and isinstance(will, Unknown):
            return was != will or self._moves(will) is not WillChange.NO
        return was is not will

    def _condition(self, at: ResourcePath) -> Iterator[PropertyChange]:
        old, new = ((side.resource(at.parent, at.name) or {}).get("Condition") for side in (self._before, self._after))
        yield PropertyChange("Condition", old, None, False, False, RequiresRecreation.NEVER, str(new or old))

    def _removed(self, at: ResourcePath, *, certain: bool) -> ResourceChange:
        kind, body = self._type(at), self._before.resource(at.parent, at.name) or {}
        physical = self._standing.arn(at) if kind == STACK_TYPE else None
        policy = removal_action(deletion_policy(kind, body))
        return ResourceChange(at, kind, Kind.REMOVED, physical, policy, (), local=True, certain=certain)

    def _modified(self, at: ResourcePath, *, fed: bool) -> ResourceChange | None:
        """A resource that stands on both sides; `fed`: only by what CloudFormation did not look at."""
        old, new = (side.resource(at.parent, at.name) or {} for side in (self._before, self._after))
        sides = [dict(body.get("Properties") or {}) for body in (old, new)]
        if fed:
            names = [name for name, expression in sides[1].items() if self._is_fed(expression)]
            sides = [{name: side[name] for name in names if name in side} for side in sides]
        properties = list(self._differences.properties(at.parent, *sides))
        if not fed:
            properties += self._differences.beside(at.parent, old, new)
        if not properties:
            return None
        replaces = any(change.recreation is not RequiresRecreation.NEVER for change in properties)
        kind = Kind.MAY_BE_REPLACED if replaces else Kind.CHANGED
        policy = _replace_policy(old, new) if replaces else None
        return ResourceChange(at, self._type(at), kind, None, policy, tuple(properties), local=True)

    def _is_fed(self, expression: Any) -> bool:
        """Whether an expression of the root reads an output of a layer, or a resource that does and so may change."""
        return any(
            (read.attribute or "").startswith("Outputs.")
            or ((change := self._change(ROOT / read.name)) is not None and change.local)
            for read in references(expression)
        )

    def _moves(self, value: Any) -> WillChange:
        """Whether what a value waits for becomes another one."""
        return max((self._source(source) for source in sources(value)), default=WillChange.NO)

    def _source(self, source: Source) -> WillChange:
        if source.attribute is None:  # a parameter that is not told; below the root one that SSM resolves
            return WillChange.MAY if source.path or source.name in self._given else WillChange.NO
        stack = ResourcePath(source.path)
        at = stack / source.name
        if (self._after.resource(stack, source.name) or {}).get("Type") == STACK_TYPE:
            if self._is_new(at):
                return WillChange.YES
            return WillChange.MAY if source.attribute.startswith("Outputs.") and not self._same(at) else WillChange.NO
        change = self._change(at)
        if change is None:
            return WillChange.NO
        if change.kind is Kind.CHANGED:
            return WillChange.NO if identifies(source.attribute or None) else WillChange.MAY
        return WillChange.YES if change.certain and change.kind is not Kind.MAY_BE_REPLACED else WillChange.MAY


def _macros(side: Values, path: ResourcePath) -> set[str]:
    """What a layer's template is run through before CloudFormation reads it."""
    said = side.documents.get(path, {}).get("Transform", [])
    return {str(macro) for macro in (said if isinstance(said, list) else [said])}


def _stands(side: Values, at: ResourcePath) -> Truth:
    """Whether a side has a resource: its template does, and the condition that it is made under holds."""
    body = side.resource(at.parent, at.name)
    if body is None:
        return False
    return side.condition(at.parent, str(body["Condition"])) if "Condition" in body else True


def _replace_policy(*sides: Any) -> str:
    """CloudFormation's PolicyAction of a replacement; what only one side keeps is not sure to be kept."""
    said = {str(body.get("UpdateReplacePolicy", "Delete")) for body in sides}
    return f"ReplaceAnd{said.pop()}" if len(said) == 1 else "ReplaceAndDelete"
