"""A value that only the execution of a change set knows: what it reads, and whether two of them are the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeAlias

from cloudformation.scalars import text_of as scalar_text
from deployment.review.phantoms import Path


@dataclass(frozen=True)
class Source:
    """What a value waits for: Ref ('') or an attribute of a resource, or (None) a parameter that is not told."""

    path: Path
    name: str
    attribute: str | None


@dataclass(frozen=True)
class Later:
    """A value that only the execution knows; `text` is for people, and two with one `key` are the same value."""

    text: str
    key: str
    sources: frozenset[Source] = frozenset()


class Absent:
    """`AWS::NoValue`, or a property that is not there."""


ABSENT = Absent()
Truth: TypeAlias = "bool | Later"


def is_known(value: Any) -> bool:
    """Whether a value holds nothing that only the execution knows."""
    return next(_laters(value), None) is None


def sources(value: Any) -> frozenset[Source]:
    """All that a value waits for."""
    return frozenset().union(*(each.sources for each in _laters(value)))


def laters(value: Any) -> tuple[Later, ...]:
    """What is not known of a value."""
    return tuple(_laters(value))


def _laters(value: Any) -> Iterator[Later]:
    if isinstance(value, Later):
        yield value
    inside: Iterable[Any] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inside:
        yield from _laters(each)


def canonical(value: Any) -> str:
    """One text for all spellings of a value: CloudFormation reads 80 and '80' alike.

    What it reads stands in it as a digest: a key of keys of keys would double with every layer.
    """
    return json.dumps(_plain(value, lambda later: {"later": sha256(later.key.encode()).hexdigest()}), sort_keys=True)


def shown(value: Any) -> str:
    """A value for people: a scalar as it is, else compact JSON, with `${Name}` for what is not known."""
    plain = _plain(value, lambda later: later.text)
    return plain if isinstance(plain, str) else json.dumps(plain, separators=(", ", ": "))


def _plain(value: Any, late: Callable[[Later], Any]) -> Any:
    if isinstance(value, Later):
        return late(value)
    if isinstance(value, dict):
        return {str(name): _plain(each, late) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each, late) for each in value]
    return "" if value is None or value is ABSENT else scalar_text(value)


def equal(left: Any, right: Any) -> Truth:
    """Fn::Equals."""
    if canonical(left) == canonical(right):
        return True
    both = [left, right]
    return False if is_known(both) else Later("a condition", f"equals {canonical(both)}", sources(both))


def all_of(truths: list[Truth]) -> Truth:
    """Fn::And."""
    return False if False in truths else _undecided("and", truths) or True


def any_of(truths: list[Truth]) -> Truth:
    """Fn::Or."""
    return True if True in truths else _undecided("or", truths) or False


def not_of(truths: list[Truth]) -> Truth:
    """Fn::Not."""
    return _undecided("not", truths) or truths != [True]


def _undecided(name: str, truths: list[Truth]) -> Later | None:
    open_ones = [each for each in truths if isinstance(each, Later)]
    return Later("a condition", f"{name} {canonical(truths)}", sources(open_ones)) if open_ones else None
