"""A tree of nested stacks before and after: what CloudFormation says of each, and what both sides say where it says
nothing.

Of a nested stack that CloudFormation reports nothing of, it is known what is added, removed and changed; whether that
replaces is not known. What reads it is followed through every nested stack, as is what CloudFormation cannot evaluate:
what a sibling will output, or stores. What is uncertain is shown as such, never left out (docs/decisions/0007, 0010).
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from cloudformation.resource_types.policies import deletion_policy, removal_action
from cloudformation.statuses import ChangeAction
from cloudformation.template.transforms import LANGUAGE_EXTENSIONS
from cloudformation.unknown import Truth, Unknown, canonical
from deployment.change_set.change_set import Change, ChangeSet
from deployment.change_set.lifecycle import unchanged
from deployment.review.constant_attributes import is_constant, made_anew
from deployment.review.listed_changes import Listed, listed, tag_changes
from deployment.review.phantoms import Phantoms
from deployment.review.property_differences import Differences
from deployment.review.review import Kind, LayerReview, PropertyChange, ResourceChange, WillChange
from deployment.review.sides import Sides, stands
from deployment.review.stack_templates import StackTemplates, template_urls
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.stored_by_tree import SSM, STORED
from deployment.template.template import STACK_TYPE
from deployment.template.unpinned import macros, moving_references

_ORDER = [Kind.CHANGED, Kind.MAY_BE_REPLACED, Kind.REPLACED]
_NOTHING = Listed((), ())
# What AWS runs itself, over nothing but the template.
_SAME_FROM_SAME = {LANGUAGE_EXTENSIONS, "AWS::Serverless-2016-10-31"}


class Comparison:
    """A tree before and after, with its change sets; `create` says that nothing stands yet."""

    def __init__(self, sides: Sides, tree: ChangeSet, standing: StackTemplates, *, create: bool) -> None:
        self._sides = sides
        self._before, self._after = sides.before, sides.after
        self._sets = dict(tree.walk())
        self._standing = standing
        self._create = create
        self._listed: dict[ResourcePath, Listed] = {}
        self._known: dict[ResourcePath, ResourceChange | None] = {}
        self._settled: set[ResourcePath] = set()
        self.phantoms = Phantoms(tree, sides, self._attribute)
        self._differences = Differences(self._before, self._after, self.phantoms.moves, sides.stored)
        self.untold: list[ResourcePath] = []
        """The nested stacks of which CloudFormation reports nothing, as far as `tree` has come."""

    def tree(self) -> LayerReview:
        """The whole tree: each nested stack as CloudFormation describes it, or as it is compared here."""
        return self._layer(ROOT)

    def _layer(self, path: ResourcePath) -> LayerReview:
        said = self._said(path) or _NOTHING
        parts: list[LayerReview | ResourceChange | None] = []
        for name in self._names(path):
            at = path / name
            parts.append(self._nested(at) if self._is_layer(at) else self._change(at))
        judged = {part.path: part for part in parts if isinstance(part, ResourceChange)}
        rows = [judged.pop(change.path, change) for change in said.resources]
        layers = tuple(part for part in parts if isinstance(part, LayerReview))
        shown = {*judged, *(layer.path for layer in layers)}
        folded = tuple(phantom for phantom in said.folded if phantom.path not in shown)
        kind = Kind.ADDED if path and self._is_new(path) else None
        return LayerReview(path, kind, (*rows, *judged.values()), folded, layers)

    def _said(self, path: ResourcePath) -> Listed | None:
        """What CloudFormation says of a nested stack; None where it says nothing."""
        if not self.phantoms.told(path):
            return None
        if path not in self._listed:
            self._listed[path] = _NOTHING  # while it is judged
            own = self._sets.get(path)
            if own is not None and not unchanged(own):
                self._listed[path] = listed(self.phantoms, self._sides, own, path)
        return self._listed[path]

    def _row(self, at: ResourcePath) -> Change | None:
        """CloudFormation's row of a resource."""
        rows = self._sets[at.parent].changes if at.parent in self._sets else ()
        return next((row for row in rows if row.logical_id == at.name), None)

    def _is_layer(self, at: ResourcePath) -> bool:
        """Whether a nested stack exists at a path or will; one that is removed is a row, as CloudFormation has it."""
        row = self._row(at)
        if row is None or row.type != STACK_TYPE:
            return (row.type if row else self._type(at)) == STACK_TYPE
        return row.action is not ChangeAction.REMOVE or self.phantoms.resource(at.parent, row) is WillChange.NO

    def _nested(self, at: ResourcePath) -> LayerReview | ResourceChange | None:
        """A nested stack, or a row where it goes or nothing can be said of what is in it."""
        row = self._row(at)
        if row is None and self._stood(at) is False and stands(self._after, at) is False:
            return None
        turned = self.phantoms.resource(at.parent, row) if row and row.action is ChangeAction.ADD else WillChange.YES
        if turned is WillChange.NO:
            return LayerReview(at, None, (), (), ())
        if row is None and self._after.resource(at.parent, at.name) is None and self._said(at.parent) is not None:
            return self._removed(at, certain=False)  # no template has it any more, and CloudFormation does not list it
        if self._said(at.parent) is not None and self._sides.is_answered_later(at):
            was, will = self._stood(at), stands(self._after, at)
            if was is False and row is None:
                return self._coming(at, will)
            if (
                was is not False
                and self.phantoms.turns(was, will, told=True)
                and (row is None or row.action is ChangeAction.MODIFY)
            ):
                return self._turned(at, was, will)
        if self.phantoms.told(at):
            return self._layer(at) if turned is WillChange.YES else self._layer(at).perhaps()
        self.untold.append(at)
        was, will = self._stood(at), stands(self._after, at)
        if not any(self._sides.bodies(at.parent, at.name)):
            return self._unread(at)  # CloudFormation lists it: a macro makes it
        if len(at) > 1 and self._standing.lacks(at):  # it was looked up: what its condition is now is known
            if was is not False and not self.phantoms.turns(was, will, told=False):
                return None
            was = False
            if isinstance(will, Unknown):
                return self._layer(at).perhaps()
        if will is False and self._row(at) is None:
            return None if was is False else self._removed(at, certain=was is True)
        if self._sides.legible(at, new=self._is_new(at)):
            return self._layer(at)
        return LayerReview(at, None, (), (), ()) if self._same(at) else self._unread(at)

    def _coming(self, at: ResourcePath, will: Truth) -> LayerReview | ResourceChange | None:
        """A nested stack that does not stand, and that CloudFormation will make though it does not list it."""
        if will is False:
            return None
        whole = self._layer(at) if self._sides.legible(at, new=True) else self._unread(at)
        sure = will is True and self.phantoms.is_carried_out(at.parent)
        return whole if sure else whole.perhaps()

    def _unread(self, at: ResourcePath) -> ResourceChange:
        kind = Kind.ADDED if self._is_new(at) else Kind.MAY_BE_REPLACED
        return ResourceChange(at, STACK_TYPE, kind, self._standing.arn(at), None, (), local=True)

    def _same(self, path: ResourcePath) -> bool:
        """Whether a nested stack that cannot be read is given what it was given, by texts that always make the same."""
        old, new = self._before.documents.get(path), self._after.documents.get(path)
        if self._sides.tags or self._differences.own_tags(path) or old is None or old != new or moving_references(old):
            return False
        if macros(old) - _SAME_FROM_SAME or self._after.reads_elsewhere(path.parent):
            return False
        names = self._after.section(path, "Parameters")
        return not any(
            self._differences.differ(self._before.parameter(path, name), self._after.parameter(path, name))
            for name in names
        )

    def _is_left(self, at: ResourcePath) -> bool:
        """Whether CloudFormation finds no change in a nested stack, which is given the same."""
        given, unlisted = self._sides.properties(at), at not in self._sets or unchanged(self._sets[at])
        told = unlisted and self.phantoms.told(at) and self._sides.readable(at.parent)
        return told and given is not None and not self._differences.differ(*given)

    def _is_new(self, path: ResourcePath) -> bool:
        """Whether a nested stack does not stand yet; CloudFormation itself says it where it lists the nested stack."""
        if not path:
            return self._create
        if self._is_new(path.parent):
            return True
        if path not in self._sets and self.phantoms.told(path):
            return False  # by not being listed
        if path.parent in self._sets:
            return self.phantoms.is_new(path)
        return self._standing.lacks(path) or stands(self._before, path) is False

    def _stood(self, at: ResourcePath) -> Truth:
        return False if self._is_new(at.parent) else stands(self._before, at)

    def _names(self, path: ResourcePath) -> list[str]:
        """The nested stacks below a nested stack as its template has them, then all else that either side has."""
        rows = self._sets[path].changes if path in self._sets else ()
        layers = [*template_urls(self._after.documents.get(path, {}))]
        layers += [row.logical_id for row in rows if row.type == STACK_TYPE]
        old = set() if self._is_new(path) else set(self._before.section(path, "Resources"))
        return list(dict.fromkeys([*layers, *sorted(old.union(self._after.section(path, "Resources")))]))

    def _type(self, at: ResourcePath) -> str:
        """What exists there, or will: another type names now what would be lost."""
        old, new = self._sides.bodies(at.parent, at.name)
        return str(((None if self._stood(at) is False else old) or new or {}).get("Type"))

    def _change(self, at: ResourcePath) -> ResourceChange | None:
        """What happens to a resource, if anything does."""
        if at not in self._known:
            self._known[at] = None  # what leads back to itself adds nothing
            self._known[at] = self._change_of(at)
            self._settled.add(at)
        return self._known[at]

    def _change_of(self, at: ResourcePath) -> ResourceChange | None:
        said = self._said(at.parent)
        row = next((change for change in said.resources if change.path == at), None) if said else None
        if row is not None and row.kind not in _ORDER:
            return row
        was, will = self._stood(at), stands(self._after, at)
        if said is not None and not self._sides.is_answered_later(at):
            return self._doubted(at, row)
        if will is False or was is False or self.phantoms.turns(was, will, told=said is not None):
            return self._turned(at, was, will)
        return self._modified(at) if said is None else self._doubted(at, row)

    def _turned(self, at: ResourcePath, was: Truth, will: Truth) -> ResourceChange | None:
        """A resource whose condition is answered otherwise, or may be."""
        sure = self.phantoms.is_carried_out(at.parent)
        if will is False:
            return None if was is False else self._removed(at, certain=was is True and sure)
        if was is False:
            certain = will is True and sure
            return ResourceChange(at, self._type(at), Kind.ADDED, None, None, (), local=True, certain=certain)
        return replace(self._removed(at, certain=False), properties=(self._differences.condition(at),))

    def _doubted(self, at: ResourcePath, row: ResourceChange | None) -> ResourceChange | None:
        """What CloudFormation says of a resource, and what it cannot: it evaluates no new outputs."""
        bodies = self._sides.bodies(at.parent, at.name)
        if None in bodies or self._is_new(at.parent) or False in (stands(side, at) for side in self._sides.both):
            return row
        listed = self._row(at)
        if row is None and listed and listed.action in (ChangeAction.ADD, ChangeAction.REMOVE):
            return self._modified(at)  # over a placeholder; it stays, and CloudFormation did not compare it
        fed = tuple(self._fed(at))
        if said := (*fed, *(row.properties if row else ())):
            fed += tuple(self._differences.secrets(at, self._type(at), said, self.phantoms.rewritten))
        if not fed:
            return row
        doubted = self._sides.changed(at, self._type(at), fed)
        if row is None:
            return doubted
        kind = max((row.kind, doubted.kind), key=_ORDER.index)
        return replace(row, kind=kind, properties=(*row.properties, *fed), policy=row.policy or doubted.policy)

    def _fed(self, at: ResourcePath) -> Iterator[PropertyChange]:
        """The properties of a resource that CloudFormation does not list and that may change all the same."""
        path, row = at.parent, self._row(at)
        known = self._sides.readable(path)
        stated = {detail.name for detail in row.details} if row else set()
        old, new = (dict((body or {}).get("Properties") or {}) for body in self._sides.bodies(at.parent, at.name))
        for name in sorted(set(old) & set(new) - stated):
            before, after = self._before.value(path, old[name]), self._after.value(path, new[name])
            same = canonical(before) == canonical(after)
            later = self.phantoms.rewritten(self._sides.stored.writers(after, SSM))
            later = max(later, self.phantoms.fed(after)) if known and same else later
            turns = known and not same and self._sides.turns_later(path, new[name])
            if later is not WillChange.NO or turns or (known and self._reads_untold(path, new[name])):
                yield from self._differences.properties(path, {name: old[name]}, {name: new[name]}, self._type(at))

    def _reads_untold(self, path: ResourcePath, expression: Any) -> bool:
        """Whether an expression reads an output of a nested stack without a report of CloudFormation, or what does."""
        return any(
            ((read.attribute or "").startswith("Outputs.") and not self.phantoms.told(path / read.name))
            or ((change := self._change(path / read.name)) is not None and change.local)
            for read in self._after.reads(path, expression)
            if self._after.resource(path, read.name) is not None
        )

    def _removed(self, at: ResourcePath, *, certain: bool) -> ResourceChange:
        kind, body = self._type(at), self._before.resource(at.parent, at.name) or {}
        physical = self._standing.arn(at) if kind == STACK_TYPE else None
        policy = removal_action(deletion_policy(kind, body))
        return ResourceChange(at, kind, Kind.REMOVED, physical, policy, (), local=True, certain=certain)

    def _modified(self, at: ResourcePath) -> ResourceChange | None:
        """A resource on both sides of a nested stack that CloudFormation reports nothing of."""
        old, new = (body or {} for body in self._sides.bodies(at.parent, at.name))
        before, after = (dict(body.get("Properties") or {}) for body in (old, new))
        properties = [*self._differences.properties(at.parent, before, after, self._type(at))]
        properties += self._differences.beside(at.parent, old, new)
        if properties:
            properties += self._differences.secrets(at, self._type(at), tuple(properties), self.phantoms.rewritten)
            return self._sides.changed(at, self._type(at), tuple(properties))
        # Whether its type takes tags is not known.
        tags = (*tag_changes(self._sides, certain=False), *self._differences.own_tags(at.parent))
        if not tags:
            return None
        return ResourceChange(at, self._type(at), Kind.CHANGED, None, None, tags, local=True)

    def _attribute(self, path: ResourcePath, name: str, attribute: str | None) -> WillChange:
        """Whether Ref ('') or an attribute becomes another one, of a resource that CloudFormation does not list."""
        at = path / name
        if at in self._known and at not in self._settled and attribute == STORED:
            return WillChange.MAY
        if self._type(at) == STACK_TYPE:
            return WillChange.NO if self._same(at) or self._is_left(at) else WillChange.MAY
        change = self._change(at)
        if change is None:
            return WillChange.NO
        if change.kind is Kind.CHANGED:
            names = (changed.name.partition("/")[0] for changed in change.properties)
            return WillChange.NO if is_constant(change.type, attribute, names) else WillChange.MAY
        sure = change.certain and change.kind is not Kind.MAY_BE_REPLACED
        return made_anew(change.type, attribute) if sure else WillChange.MAY
