"""Where two resolved values differ, as the property paths that a change set names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from cloudformation.references import intrinsic
from cloudformation.unknown import ABSENT, Truth, Unknown, is_unknown
from rehearsal.resources.resource_types import ResourceType

PropertyPath = tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """One path at which before and after differ; ABSENT is the value of the side that has nothing there."""

    path: PropertyPath
    before: Any
    after: Any

    @property
    def change_type(self) -> str:
        """`Add`, `Remove` or `Modify`, as Target.AttributeChangeType."""
        return "Add" if self.before is ABSENT else "Remove" if self.after is ABSENT else "Modify"


def pointer(path: Sequence[str]) -> str:
    """A path as JSON pointer (RFC 6901), as Target.Path and PropertyPath write it: a slash in a name is escaped."""
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in path)


def differences(kind: ResourceType, before: Any, after: Any, path: PropertyPath = ()) -> Iterator[Difference]:
    """Every difference, leaf by leaf; lists are compared item by item.

    What the type's schema says is the same (a number given as text, an unordered list) is none.
    """
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from differences(kind, before.get(key, ABSENT), after.get(key, ABSENT), (*path, key))
    elif isinstance(before, list) and isinstance(after, list):
        if is_unknown(after) or not kind.same(path, before, after):
            for index, (left, right) in enumerate(zip_longest(before, after, fillvalue=ABSENT)):
                yield from differences(kind, left, right, (*path, str(index)))
    elif before is ABSENT or after is ABSENT or isinstance(after, Unknown) or not kind.same(path, before, after):
        yield Difference(path, before, after)


def node_at(template_value: Any, path: Sequence[str], holds: Mapping[str, Truth]) -> Any:
    """The part of an unresolved value that decides the value at a path; ABSENT where there is none.

    The walk ends at the first intrinsic, which decides everything below it; a condition's chosen
    branch is walked on.
    """
    function = intrinsic(template_value)
    if function and function[0] == "Fn::If" and isinstance(function[1], list) and len(function[1]) == 3:
        branch = function[1][1] if holds.get(function[1][0]) is True else function[1][2]
        return node_at(branch, path, holds)
    if function or not path:
        return template_value
    if isinstance(template_value, dict):
        return node_at(template_value.get(path[0], ABSENT), path[1:], holds)
    if isinstance(template_value, list) and path[0].isdigit() and int(path[0]) < len(template_value):
        return node_at(template_value[int(path[0])], path[1:], holds)
    return ABSENT if isinstance(template_value, list) else template_value
