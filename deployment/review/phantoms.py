"""Whether a value really changes that CloudFormation lists as changed because it does not know it yet.

A nested change set cannot see what a sibling will output: it puts a placeholder there, and every resource that uses it
is listed as modified or even replaced, although nothing changes (user guide, "Change sets for nested stacks"). Here
each such row is followed to the sibling's output and to the resource behind it. What cannot be decided MAY move: a
doubt is shown, never folded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Any

from cloudformation.references import condition_names, references
from cloudformation.statuses import ChangeAction, ChangeSource, Replacement, RequiresRecreation
from cloudformation.unknown import fed_by, shows_unknown
from deployment.change_set.change_set import Change, ChangeSet, Detail
from deployment.template.resource_path import ResourcePath
from deployment.template.template import Documents

# Attributes that stay what they are while a resource is updated in place: what identifies it.
_IDENTIFIES = re.compile(r"(Arn|Id|FullName|DNSName|HostedZoneID|Name)$")


class WillChange(IntEnum):
    """Whether something changes when the change set is executed."""

    NO = 0
    MAY = 1
    YES = 2


class Phantoms:
    """Follows unknown values through one tree of change sets.

    `before` has the documents of changed layers only; `given` names the root's parameters that get another value.
    """

    def __init__(
        self,
        root: ChangeSet,
        before: Documents,
        after: Documents,
        changed: frozenset[ResourcePath],
        given: frozenset[str] = frozenset(),
    ) -> None:
        self._given = given
        self._sets = dict(root.walk())
        self._rows = {
            path: {change.logical_id: change for change in change_set.changes}
            for path, change_set in self._sets.items()
        }
        self._before = before
        self._after = after
        self._changed = changed
        self._known: dict[tuple[ResourcePath, str], WillChange] = {}

    def details(self, path: ResourcePath, change: Change) -> Iterator[tuple[str, list[Detail], WillChange]]:
        """The details of a row by the property that they are about, and whether that property really changes."""
        grouped: dict[str, list[Detail]] = {}
        for detail in change.details:
            grouped.setdefault(detail.path, []).append(detail)
        for pointer, details in sorted(grouped.items()):
            yield pointer, details, self._property(path, change, details)

    def resource(self, path: ResourcePath, change: Change) -> WillChange:
        """Whether a listed resource changes at all."""
        if change.action is not ChangeAction.MODIFY or not change.details:
            return WillChange.YES
        return max(moves for _, _, moves in self.details(path, change))

    def recreated(self, path: ResourcePath, change: Change) -> WillChange:
        """Whether a modified resource is replaced."""
        if not change.details:
            return {Replacement.TRUE: WillChange.YES, Replacement.CONDITIONAL: WillChange.MAY}.get(
                change.replacement or Replacement.FALSE, WillChange.NO
            )
        strongest = WillChange.NO
        for _, details, moves in self.details(path, change):
            needed = {detail.recreation for detail in details}
            if RequiresRecreation.ALWAYS in needed:
                strongest = max(strongest, moves)
            elif RequiresRecreation.CONDITIONALLY in needed:
                strongest = max(strongest, min(moves, WillChange.MAY))
        return strongest

    def unknown_parameters(self, path: ResourcePath) -> dict[str, str]:
        """The parameters of a layer that another one's output feeds, each with its `Layer.Output`."""
        values = self._sets[path].parameters if path in self._sets else {}
        return {name: feed for name, value in values.items() if (feed := _feed(value)) is not None}

    def _property(self, path: ResourcePath, change: Change, details: list[Detail]) -> WillChange:
        if self._rewritten(path, change.logical_id, details[0].name):
            return WillChange.YES
        caused = [detail for detail in details if detail.cause]
        if caused:
            return max(self._cause(path, detail) for detail in caused)
        return max(self._alone(path, detail) for detail in details)

    def _rewritten(self, path: ResourcePath, logical_id: str, name: str | None) -> bool:
        """Whether the template itself now says something else about this property."""
        if path not in self._changed or path not in self._before or name is None:
            return False
        old, new = (_resource(documents.get(path, {}), logical_id) for documents in (self._before, self._after))
        return bool(old.get("Properties", {}).get(name) != new.get("Properties", {}).get(name))

    def _cause(self, path: ResourcePath, detail: Detail) -> WillChange:
        cause = detail.cause or ""
        if detail.source is ChangeSource.PARAMETER_REFERENCE:
            feed = self.unknown_parameters(path).get(cause)
            return WillChange.YES if feed is None else self._at_least_doubted(path, self._fed(path, feed))
        logical_id, _, attribute = cause.partition(".")
        return self._value(path, logical_id, attribute or None)

    def _alone(self, path: ResourcePath, detail: Detail) -> WillChange:
        if detail.source is ChangeSource.AUTOMATIC:
            return WillChange.NO
        if is_known(detail.after):
            return WillChange.NO if detail.before is not None and detail.before == detail.after else WillChange.YES
        feeds = self.unknown_parameters(path).values()
        if not feeds:
            return WillChange.MAY
        return self._at_least_doubted(path, max(self._fed(path, feed) for feed in feeds))

    def _at_least_doubted(self, path: ResourcePath, moves: WillChange) -> WillChange:
        """A template that changed, and whose old text is not at hand, may use a fed value in a new place."""
        doubted = path in self._changed and path not in self._before
        return max(moves, WillChange.MAY) if doubted else moves

    def _fed(self, path: ResourcePath, feed: str) -> WillChange:
        layer, _, output = feed.partition(".")
        return self.output(path.parent / layer, output) if output else WillChange.MAY

    def output(self, path: ResourcePath, name: str) -> WillChange:
        """Whether an output of a nested stack gets another value."""
        key = (path, name)
        if key not in self._known:
            self._known[key] = WillChange.NO  # what leads back to itself adds nothing
            self._known[key] = self._output(path, name)
        return self._known[key]

    def _output(self, path: ResourcePath, name: str) -> WillChange:
        row = self._rows.get(path.parent, {}).get(path.name)
        if row is None:
            return WillChange.NO
        if row.action is not ChangeAction.MODIFY:
            return WillChange.YES
        if path not in self._after or path not in self._sets:
            return WillChange.MAY
        new = self._after[path].get("Outputs", {}).get(name)
        if path in self._changed:
            if path not in self._before:
                return WillChange.MAY
            if self._before[path].get("Outputs", {}).get(name) != new:
                return WillChange.YES
        return self._expression(path, (new or {}).get("Value"))

    def _expression(self, path: ResourcePath, expression: Any) -> WillChange:
        """Whether an expression in a layer gives another value: by what it reads, and by the conditions it turns on."""
        conditions = self._after.get(path, {}).get("Conditions", {})
        moved = [self._value(path, read.name, read.attribute) for read in references(expression)]
        moved += [self._expression(path, conditions.get(name)) for name in condition_names(expression)]
        return max(moved, default=WillChange.NO)

    def _parameter(self, path: ResourcePath, name: str) -> WillChange:
        """Whether a parameter that no sibling feeds gets another value: it does where its parent gives it one."""
        if not path:
            return WillChange.YES if name in self._given else WillChange.NO
        above, old = (_resource(documents.get(path.parent, {}), path.name) for documents in (self._after, self._before))
        given = above.get("Properties", {}).get("Parameters", {}).get(name)
        if old and old.get("Properties", {}).get("Parameters", {}).get(name) != given:
            return WillChange.YES
        return self._expression(path.parent, given)

    def _value(self, path: ResourcePath, logical_id: str, attribute: str | None) -> WillChange:
        """Whether Ref (None) or GetAtt of something in a layer gives another value."""
        if attribute is not None and attribute.startswith("Outputs."):
            return self.output(path / logical_id, attribute.removeprefix("Outputs."))
        feed = self.unknown_parameters(path).get(logical_id)
        if feed is not None:
            return self._fed(path, feed)
        if attribute is None and logical_id in self._after.get(path, {}).get("Parameters", {}):
            return self._parameter(path, logical_id)
        change = self._rows.get(path, {}).get(logical_id)
        if change is None:
            return WillChange.NO
        if change.action is not ChangeAction.MODIFY:
            return WillChange.YES
        replaced = self.recreated(path, change)
        if identifies(attribute) or replaced is WillChange.YES:
            return replaced
        return max(replaced, min(self.resource(path, change), WillChange.MAY))


def identifies(attribute: str | None) -> bool:
    """Whether Ref (None) or an attribute stays what it is while its resource is updated in place."""
    return attribute is None or _IDENTIFIES.search(attribute) is not None


def is_known(value: str | None) -> bool:
    """Whether a value is known before the execution, and was not left out of the description."""
    return value is not None and not shows_unknown(value)


def _feed(value: str) -> str | None:
    """`Layer.Output` where a placeholder stands for a sibling's output, the bare text for another one."""
    source = fed_by(value)
    if source is None:
        return None
    layer, _, attribute = source.partition(".")
    is_output = attribute.startswith("Outputs.")
    return f"{layer}.{attribute.removeprefix('Outputs.')}" if is_output else source.replace(".", "/")


def _resource(document: Mapping[str, Any], logical_id: str) -> Mapping[str, Any]:
    resource = document.get("Resources", {}).get(logical_id)
    return resource if isinstance(resource, dict) else {}
