"""What one resource is charged for by the hour, as far as its templates show: so many of something that has a price.

Nothing here knows a price. What is not known is said, with the reason, and never counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from cloudformation.scalars import text_of
from cloudformation.unknown import ABSENT, is_unknown
from deployment.template.resource_path import ResourcePath
from deployment.template.values import Values


@dataclass(frozen=True)
class Charge:
    """So many of one thing, each of which is made of `parts`: units of the table of prices, and how many of each.

    `scaled`: there may be more, since something scales them.
    """

    what: str
    parts: tuple[tuple[str, Decimal], ...]
    count: int = 1
    scaled: bool = False


@dataclass(frozen=True)
class Property:
    """A property of a resource that a charge depends on."""

    path: ResourcePath
    name: str


class NotKnownError(Exception):
    """What a resource is charged for cannot be said: why."""


@dataclass(frozen=True)
class Charged:
    """What a resource is charged for; `unknown` says why that is not known. It depends on the properties `reads`."""

    charges: tuple[Charge, ...] = ()
    unknown: str | None = None
    reads: frozenset[Property] = frozenset()


class Resource:
    """One resource on one side; `reads` are the properties that count, `new` says that it is yet to be made."""

    def __init__(
        self, side: Values, at: ResourcePath, reads: set[Property] | None = None, *, new: bool = False
    ) -> None:
        self.side = side
        self.at = at
        self.reads: set[Property] = set() if reads is None else reads
        self.new = new
        body = side.resource(at.parent, at.name)
        if body is None:
            raise NotKnownError("its template cannot be read here")
        if side.reads_elsewhere(at.parent):
            raise NotKnownError("a macro makes its template")
        self.type = text_of(body.get("Type", ""))
        properties = body.get("Properties")
        self._written = properties if isinstance(properties, dict) else {}

    def beside(self, at: ResourcePath, names: Iterable[str]) -> Resource:
        """Another resource of the same side, of which these properties count with this one's."""
        self.reads |= {Property(at, name) for name in names}
        return Resource(self.side, at, self.reads)

    def note(self, name: str) -> None:
        """Says that what is charged depends on a property."""
        self.reads.add(Property(self.at, name))

    def written(self, name: str) -> Any:
        """A property as it is written; ABSENT where it is not."""
        return self._written.get(name, ABSENT)

    def get(self, name: str) -> Any:
        """A property as it comes out, with what is not known within it."""
        expression = self.written(name)
        return ABSENT if expression is ABSENT else self.side.value(self.at.parent, expression)

    def text(self, name: str, default: str = "") -> str:
        """A scalar; raises NotKnownError where it is not known."""
        return scalar(name, self.get(name), default)

    def within(self, name: str, *members: str, default: str = "") -> str:
        """A scalar within an object."""
        value = self.get(name)
        for member in members:
            if not isinstance(value, dict):
                break
            value = value.get(member, ABSENT)
        return scalar(name, value, default)


def scalar(name: str, value: Any, default: str = "") -> str:
    """A value's text; raises NotKnownError where it is not known, or is no scalar."""
    if value is ABSENT:
        return default
    if is_unknown(value) or isinstance(value, (dict, list)):
        raise NotKnownError(f"{name} is not known here")
    return text_of(value)


def whole(name: str, text: str) -> int:
    """A count; raises NotKnownError for what is none."""
    if not (text.isascii() and text.isdecimal()):
        raise NotKnownError(f"{name} is not known here")
    return int(text)


def number(name: str, text: str) -> Decimal:
    """A number that is not negative; raises NotKnownError for what is none."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise NotKnownError(f"{name} is not known here") from None
    if not value.is_finite() or value < 0:
        raise NotKnownError(f"{name} is not known here")
    return value


def short(value: Decimal) -> str:
    """A number as it is read: `0.25`, `1`."""
    return f"{value.normalize():f}"


def resources(side: Values) -> Iterator[ResourcePath]:
    """Every resource that the templates of a side have, made or not."""
    return (path / name for path in side.documents for name in side.section(path, "Resources"))
