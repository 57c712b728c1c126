"""Whether a value really changes that CloudFormation lists as changed because it does not know it yet.

A nested change set cannot see what a sibling will output: it puts a placeholder there, and every resource that uses it
is listed as modified or even replaced, although nothing changes (user guide, "Change sets for nested stacks"). Here
both sides of each such value are evaluated, through all nested stacks, and what they read is followed to the resources
behind it. "It stays" needs evidence: both sides are one expression over the same inputs, and none of what it reads
changes. All else MAY change: an uncertain change is shown, never collapsed (docs/decisions/0007).
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from cloudformation.statuses import ChangeAction, Replacement, RequiresRecreation
from cloudformation.unknown import ABSENT, Source, Truth, Unknown, canonical, is_unknown, shown, sources
from deployment.change_set.change_set import Change, ChangeSet, Detail, feeding_output, is_same
from deployment.change_set.lifecycle import unchanged
from deployment.review.constant_attributes import is_constant, made_anew
from deployment.review.review import WillChange
from deployment.review.sides import Sides, pointed, stands
from deployment.template.resource_path import ResourcePath
from deployment.template.stored_by_tree import BESIDE, SSM, STORED
from deployment.template.template import STACK_TYPE
from deployment.template.unpinned import PUT_TOGETHER
from deployment.template.values import MOVING

_MEMBERS = frozenset(("CreationPolicy", "DeletionPolicy", "Metadata", "UpdatePolicy", "UpdateReplacePolicy"))


class Phantoms:
    """Follows unknown values through one tree of change sets.

    `compared` answers for a resource of a nested stack that CloudFormation reports nothing of.
    """

    def __init__(
        self,
        root: ChangeSet,
        sides: Sides,
        compared: Callable[[ResourcePath, str, str | None], WillChange] = lambda *_: WillChange.MAY,
    ) -> None:
        self._sides = sides
        self._sets = dict(root.walk())
        self._rows = {path: {row.logical_id: row for row in known.changes} for path, known in self._sets.items()}
        self._compared = compared
        self._known: dict[Source, WillChange] = {}
        self._details: dict[tuple[ResourcePath, Change], list[tuple[str, list[Detail], WillChange]]] = {}

    def told(self, path: ResourcePath) -> bool:
        """Whether CloudFormation said what changes in a nested stack: by its change set, or by not listing it.

        Of one that does not stand, its silence says nothing where it answered the condition over a placeholder.
        """
        if path in self._sets:
            known = self._sets[path]
            return unchanged(known) or known.listed
        if not self.told(path.parent) or not self._lists_layers(path.parent):
            return False
        return path.name not in self._rows.get(path.parent, {}) and not self._comes_later(path)

    def is_carried_out(self, path: ResourcePath) -> bool:
        """Whether a nested stack is updated for sure: one whose own change set lists nothing may be left as it is."""
        own = self._sets.get(path)
        return not self.told(path) or (own is not None and not unchanged(own))

    def _comes_later(self, path: ResourcePath) -> bool:
        """Whether a nested stack that CloudFormation does not list may be made once a sibling has its outputs."""
        if not self._sides.is_answered_later(path) or path.name in self._rows.get(path.parent, {}):
            return False
        stood = not self.is_new(path.parent) and stands(self._sides.before, path) is not False
        return not stood and stands(self._sides.after, path) is not False

    def _lists_layers(self, path: ResourcePath) -> bool:
        """Whether the change sets of a nested stack include those of the nested stacks below it."""
        return path not in self._sets or self._sets[path].nested

    def is_new(self, path: ResourcePath) -> bool:
        """Whether a nested stack, or one above it, is listed as added, or may come without being listed."""
        if not path:
            return False
        row = self._rows.get(path.parent, {}).get(path.name)
        added = row is not None and row.action is ChangeAction.ADD
        comes = self._turned(path.parent, path.name, added=True) is not WillChange.NO if added else False
        return comes or self.is_new(path.parent) or (self.told(path.parent) and self._comes_later(path))

    def details(self, path: ResourcePath, change: Change) -> Iterator[tuple[str, list[Detail], WillChange]]:
        """The details of a row by the property that they are about, and whether that property really changes."""
        if (path, change) not in self._details:
            grouped: dict[str, list[Detail]] = {}
            for detail in change.details:
                grouped.setdefault(detail.path, []).append(detail)
            judged = {pointer: self._detailed(path, change.logical_id, grouped[pointer]) for pointer in grouped}
            self._details[path, change] = [(pointer, grouped[pointer], judged[pointer]) for pointer in sorted(grouped)]
        yield from self._details[path, change]

    def resource(self, path: ResourcePath, change: Change) -> WillChange:
        """Whether a listed resource changes at all."""
        if change.action in (ChangeAction.ADD, ChangeAction.REMOVE):
            return self._turned(path, change.logical_id, added=change.action is ChangeAction.ADD)
        if change.action is not ChangeAction.MODIFY or not change.details:
            return WillChange.YES
        return max(moves for _, _, moves in self.details(path, change))

    def _turned(self, path: ResourcePath, name: str, *, added: bool) -> WillChange:
        """Whether a resource that is listed as added or removed is.

        CloudFormation answers its condition over placeholders: over what a sibling outputs, it is answered otherwise.
        """
        old, new = self._sides.bodies(path, name)
        if not any("Condition" in (body or {}) for body in (old, new)):
            return WillChange.YES
        was, will = (stands(side, path / name) for side in self._sides.both)
        known = not (isinstance(was, Unknown) or isinstance(will, Unknown))
        if old is None or new is None:
            never = added and will is False and self._sides.readable(path)
            return WillChange.NO if never else WillChange.YES if known else WillChange.MAY
        if known:
            is_so = was is will and will is not added and self._sides.readable(path)
            return WillChange.NO if is_so else WillChange.YES
        condition = {"Condition": new.get("Condition")}
        fed = self._sides.after.waits_for_layers(path, condition)
        if not fed and all(source.attribute in (None, MOVING) for source in sources([was, will])):
            return WillChange.YES  # CloudFormation knows it
        same = was == will and self._sides.readable(path)
        return min(self.moves(will), WillChange.MAY) if same else WillChange.MAY

    def recreated(self, path: ResourcePath, change: Change) -> WillChange:
        """Whether a modified resource is replaced."""
        worst = _BY_REPLACEMENT[change.replacement]
        strongest, explained = WillChange.NO, False
        for _, details, moves in self.details(path, change):
            needed = {detail.recreation for detail in details}
            explained |= needed != {RequiresRecreation.NEVER}
            if RequiresRecreation.ALWAYS in needed:
                strongest = max(strongest, moves)
            elif RequiresRecreation.CONDITIONALLY in needed:
                strongest = max(strongest, min(moves, WillChange.MAY))
        if change.details and (explained or change.replacement is None):
            return strongest
        return min(worst, self.resource(path, change))  # the row says what no detail of it does

    def unknown_parameters(self, path: ResourcePath) -> dict[str, str]:
        """The parameters of a nested stack that another one's output feeds, each with its `Layer.Output`."""
        values = self._sets[path].parameters if path in self._sets else {}
        return {name: feed for name, value in values.items() if (feed := feeding_output(value)) is not None}

    def moves(self, value: Any) -> WillChange:
        """Whether anything that a value waits for becomes another one; under another name, the same may be stored."""
        waits = sources(value)
        most = WillChange.MAY if any(source.name == PUT_TOGETHER for source in waits) else WillChange.YES
        return min(max(map(self._source, waits), default=WillChange.NO), most)

    def fed(self, value: Any) -> WillChange:
        """Whether what a value waits for changes, of what CloudFormation does not know when it makes a change set.

        What Systems Manager stores it reads itself, and lists what changes by that; what the tree stores there, while
        the change set is executed, it reads again in the turn of each resource (user guide, "Dynamic references").
        """
        waits = sources(value)
        later = {source for source in waits if source.attribute not in (None, MOVING) or self._sides.is_reread(source)}
        return max([*map(self._source, later), self.rewritten(self._sides.stored.writers(value, SSM))])

    def turns(self, was: Truth, will: Truth, *, told: bool) -> bool:
        """Whether a condition may have another result than before; of a nested stack in `told`, CloudFormation did it.

        Except for what only the execution will decide: then it did over placeholders, or over what was stored before.
        """
        if not (isinstance(was, Unknown) and isinstance(will, Unknown)):
            return was is not will
        waits = any(source.attribute not in (None, MOVING) for source in will.sources)
        return was != will or (self.moves if waits or not told else self.fed)(will) is not WillChange.NO

    def rewritten(self, writers: Iterable[Source]) -> WillChange:
        """Whether resources of the tree store another value; who reads it may come before them, or after."""
        return min(max(map(self._stores_another, writers), default=WillChange.NO), WillChange.MAY)

    def _stores_another(self, writer: Source) -> WillChange:
        row = self._rows.get(ResourcePath(writer.path), {}).get(writer.name)
        beside = row is not None and row.details and {detail.name for detail in row.details} <= BESIDE
        return WillChange.NO if beside else self._source(writer)

    def property(self, path: ResourcePath, name: str, pointer: tuple[str, ...]) -> WillChange:
        """Whether a value of a resource becomes another one, by both sides of it.

        `pointer` leads to it from the resource's body: `("Properties", "VpcId")`.
        """
        bodies = self._sides.bodies(path, name)
        if None in bodies or not self._sides.readable(path):
            return WillChange.MAY
        old, new = (self._sides.pointed(side, path / name, pointer) for side in self._sides.both)
        if old is ABSENT and new is ABSENT:
            return WillChange.MAY  # listed, although neither template has it
        stale = self._sides.is_stale(path, pointed(bodies[1], pointer[:2]))
        return max(self.between(old, new), WillChange.MAY if stale else WillChange.NO)

    def between(self, old: Any, new: Any) -> WillChange:
        """Whether a value that is `old` becomes another one where it will be `new`."""
        if canonical(old) == canonical(new):
            return self.moves(new)
        return max(self.moves(new), WillChange.MAY) if is_unknown(old) or is_unknown(new) else WillChange.YES

    def _detailed(self, path: ResourcePath, name: str, details: list[Detail]) -> WillChange:
        """What the details of one property say; where they leave it open, what both its sides come to."""
        first = details[0]
        pointer = tuple(part.replace("~1", "/").replace("~0", "~") for part in first.path.split("/")[1:])
        if self._sides.tags and (first.attribute == "Tags" or (first.name or "").endswith("Tags")):
            return WillChange.YES
        same = is_same(details)
        if first.attribute == "Tags" and same is None:
            return self._tags(path, name)
        if first.attribute == "Properties" and first.name is None:
            return self._any(path, name)
        if first.attribute not in ("Properties", "Tags", *_MEMBERS):
            return WillChange.YES  # new to us
        if same:  # over placeholders, which a condition may answer otherwise
            return self._answered_later(path, name, pointer)
        if same is None:
            return self.property(path, name, pointer)
        expression = pointed(self._sides.after.resource(path, name), pointer[:2])
        if not (self._sides.readable(path) and self._sides.after.waits_for_layers(path, expression)):
            return WillChange.YES
        held = shown(self._sides.pointed(self._sides.before, path / name, pointer)) == first.before
        return max(self.property(path, name, pointer), WillChange.NO if held else WillChange.MAY)

    def _answered_later(self, path: ResourcePath, name: str, pointer: tuple[str, ...]) -> WillChange:
        """Whether a value that is the same over placeholders may be another one: a condition is answered again."""
        old, new = (self._sides.pointed(side, path / name, pointer) for side in self._sides.both)
        expression = pointed(self._sides.after.resource(path, name), pointer[:2])
        turns = canonical(old) != canonical(new) and self._sides.turns_later(path, expression)
        return WillChange.MAY if turns else min(self.fed(new), WillChange.MAY)

    def _tags(self, path: ResourcePath, name: str) -> WillChange:
        """Tags have neither a name nor values where they are an attribute of their own (recorded)."""
        tags = [member for member in self._sides.members(path / name) if member.endswith(("Tags", "TagSet"))]
        moves = max((self.property(path, name, ("Properties", member)) for member in tags), default=WillChange.MAY)
        body = self._sides.after.resource(path, name)
        waits = any(self._sides.after.waits(path, pointed(body, ("Properties", member))) for member in tags)
        return moves if waits else max(moves, WillChange.MAY)  # CloudFormation knew all of it, and lists it

    def _any(self, path: ResourcePath, name: str) -> WillChange:
        """A row that names no property: whichever may be meant, and the stack's tags."""
        if self._sides.tags:
            return WillChange.MAY
        members = self._sides.members(path / name)
        return max((self.property(path, name, ("Properties", member)) for member in members), default=WillChange.MAY)

    def _source(self, source: Source) -> WillChange:
        if source not in self._known:
            # What leads back to itself adds nothing; by names, two resources may well read what the other one stores.
            self._known[source] = WillChange.MAY if source.attribute == STORED else WillChange.NO
            self._known[source] = self._judged(source)
        return self._known[source]

    def _judged(self, source: Source) -> WillChange:
        path, name = ResourcePath(source.path), source.name
        if source.attribute == MOVING:
            return WillChange.MAY
        if self._sides.is_reread(source) and self.told(path):
            return self.rewritten(self._sides.stored.writers_for(path, name))
        if source.attribute is None:  # a parameter whose value is not shown, or that is read from Systems Manager
            return WillChange.MAY if path or name in self._sides.moved else WillChange.NO
        body = self._sides.after.resource(path, name)
        if body is None:
            return WillChange.MAY  # made by a macro, or not there
        if body.get("Type") == STACK_TYPE:
            return self._of_layer(path / name, source.attribute)
        if self.is_new(path):
            return made_anew(str(body.get("Type")), source.attribute)
        if not self.told(path):
            return self._compared(path, name, source.attribute)
        return self._of_row(path, name, str(body.get("Type")), source.attribute)

    def _of_layer(self, at: ResourcePath, attribute: str) -> WillChange:
        """Ref of a nested stack, or an output that no template at hand explains."""
        if self.is_new(at):
            return WillChange.YES
        return self._compared(at.parent, at.name, attribute) if attribute.startswith("Outputs.") else WillChange.NO

    def _of_row(self, path: ResourcePath, name: str, kind: str, attribute: str) -> WillChange:
        change = self._rows.get(path, {}).get(name)
        if change is None:
            return self._compared(path, name, attribute)
        if change.action in (ChangeAction.ADD, ChangeAction.REMOVE):
            turned = self._turned(path, name, added=change.action is ChangeAction.ADD)
            if turned is WillChange.NO:
                return self._compared(path, name, attribute)
            return min(turned, made_anew(kind, attribute))
        if change.action is not ChangeAction.MODIFY:
            return WillChange.MAY if change.action is ChangeAction.DYNAMIC else WillChange.YES
        replaced = self.recreated(path, change)
        if replaced is WillChange.YES or is_constant(kind, attribute, (detail.name for detail in change.details)):
            return min(replaced, made_anew(kind, attribute))
        return max(replaced, min(self.resource(path, change), WillChange.MAY))


_BY_REPLACEMENT = {
    Replacement.TRUE: WillChange.YES,
    Replacement.CONDITIONAL: WillChange.MAY,
    Replacement.FALSE: WillChange.NO,
    None: WillChange.MAY,
}
