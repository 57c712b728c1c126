"""Fn::ForEach: a fragment of a template once for every item of a collection.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
Where the identifier of a loop is replaced was measured on an account (ministackorg/ministack#1739): in the keys
of the fragment, in the text of a Fn::Sub, and by a Ref; any other text keeps it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cloudformation.refusals import ValidationError
from cloudformation.scalars import text_of
from cloudformation.template.transforms import LOOP
from rehearsal.language.transforms.transform_failure import failed, layout

MAXIMUM_DEPTH = 5  # RFC 0009 of aws-cloudformation/cfn-language-discussion
NO_COLLECTION = "Could not find a collection or could not be resolved for Fn::ForEach"
_PLACEHOLDER = re.compile(r"([$&])\{([^!${}][^${}]*)\}")
_NOT_ALPHANUMERIC = re.compile(r"[^A-Za-z0-9]")


@dataclass(frozen=True)
class Bound:
    """The values of the identifiers of the loops around a place."""

    items: Mapping[str, str] = field(default_factory=dict)

    def key(self, text: str) -> str:
        """A key of a fragment: `${Identifier}` is the item, `&{Identifier}` its letters and digits alone."""
        return _PLACEHOLDER.sub(self._item, text)

    def _item(self, hit: re.Match[str]) -> str:
        item = self.items.get(hit[2])
        if item is None:
            return hit[0]
        return item if hit[1] == "$" else _NOT_ALPHANUMERIC.sub("", item)


def expanded(
    entries: Mapping[str, Any], bound: Bound, collection: Callable[[Any, Bound], Any]
) -> Iterator[tuple[str, Any, Bound]]:
    """The members of an object with its loops unrolled: key, value as it is written, and what is bound there.

    `collection` evaluates the collection of a loop. Errors: TemplateError in the words of the transform for a
    loop of the wrong form and for keys that meet.
    """
    seen = {key for key in entries if not key.startswith(LOOP)}
    for key, value in entries.items():
        if not key.startswith(LOOP):
            yield key, value, bound
            continue
        for made in _unrolled(value, bound, collection):
            if made[0] in seen:
                raise failed(f"Duplicate key '{made[0]}' when merging keys to parent object in Fn::ForEach")
            seen.add(made[0])
            yield made


def _unrolled(loop: Any, bound: Bound, collection: Callable[[Any, Bound], Any]) -> Iterator[tuple[str, Any, Bound]]:
    identifier, items, fragment = _parts(loop)
    if len(bound.items) >= MAXIMUM_DEPTH or identifier in bound.items:
        reason = (
            "its identifier is already used"
            if identifier in bound.items
            else f"more than {MAXIMUM_DEPTH} loops are nested"
        )
        raise ValidationError(f"Fn::ForEach over {identifier} is not simulated: {reason}")
    for item in _items(collection(items, bound)):
        inner = Bound({**bound.items, identifier: item})
        for key, value in fragment.items():
            if key.startswith(LOOP):
                yield from _unrolled(value, inner, collection)
            else:
                yield inner.key(key), value, inner


def _parts(loop: Any) -> tuple[str, Any, dict[str, Any]]:
    if not isinstance(loop, list) or len(loop) != 3:
        raise layout("Fn::ForEach")
    identifier, items, fragment = loop
    if not isinstance(identifier, str) or not identifier or isinstance(items, str) or not isinstance(fragment, dict):
        raise layout("Fn::ForEach")
    return identifier, items, fragment


def _items(collected: Any) -> list[str]:
    if not isinstance(collected, list) or any(isinstance(item, (dict, list)) for item in collected):
        raise failed(NO_COLLECTION)
    return [text_of(item) for item in collected]


def check_loops(document: Mapping[str, Any]) -> None:
    """Refuse loops whose names or identifiers are not their own, which the guide forbids.

    It wants names that are unique within the template; the template of aws/aws-cdk's integ.foreach, which is deployed,
    has loops of one name in two sections. Errors: ValidationError; what CloudFormation says to them is not known.
    """
    parameters = document.get("Parameters", {})
    for section in ("Conditions", "Resources", "Outputs"):
        taken = {*parameters, *document.get("Resources", {})}
        for name, loop in _loops(document.get(section, {})):
            if name in taken:
                raise ValidationError(f"{LOOP}{name} is not simulated: its name is already used")
            if isinstance(loop, list) and loop and isinstance(loop[0], str) and loop[0] in parameters:
                raise ValidationError(f"Fn::ForEach over {loop[0]} is not simulated: its identifier is already used")
            taken.add(name)


def _loops(value: Any) -> Iterator[tuple[str, Any]]:
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, dict):
            yield from ((key.removeprefix(LOOP), item) for key, item in current.items() if key.startswith(LOOP))
        waiting += current.values() if isinstance(current, dict) else current if isinstance(current, list) else ()
