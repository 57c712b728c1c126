"""Values that are not there, not there yet, or there: one model for all who evaluate a template.

- `ABSENT`: nothing is there. `AWS::NoValue` is this same object: "the corresponding property is removed" (user guide,
  "Pseudo parameters reference"), so that what holds it and what was never written are one and the same.
- `None`: a null that is written. CloudFormation refuses it in a template; it is neither absent nor an empty text.
- `Unknown`: there, but only the execution knows what: an attribute of a resource that is still to be created, a
  sibling's output during a review. What is computed from one is unknown too, and waits for the same.
- Everything else is known. All spellings of a scalar are one value: CloudFormation reads 80 and '80' alike.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeAlias

from cloudformation.refusals import ValidationError
from cloudformation.scalars import text_of

KNOWN_AFTER_APPLY = "{{changeSet:KNOWN_AFTER_APPLY}}"
PLACEHOLDER = "{{IntrinsicFunction:"
_LONG = 256
_PLACEHOLDER = re.compile(re.escape(PLACEHOLDER) + r"([^{}]*)}}")


class Absent:
    """Nothing: a property that is not there, or that `AWS::NoValue` removes."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


class Source(NamedTuple):
    """What a value waits for: Ref ('') or an attribute of a resource, or (None) a parameter whose value is not shown.

    `path` leads to its stack from the one whose template is evaluated, or from the root of a tree that is evaluated
    as a whole.
    """

    path: tuple[str, ...]
    name: str
    attribute: str | None


class Unknown:
    """A value that only the execution knows.

    `text` is for people; two with one `key` are the same value; `sources` say why it is not known;
    `placeholder` is what a change set shows in its place.
    """

    __slots__ = ("key", "placeholder", "sources", "text")

    def __init__(
        self, text: str, key: str, sources: frozenset[Source] = frozenset(), placeholder: str = KNOWN_AFTER_APPLY
    ) -> None:
        self.text, self.key, self.sources, self.placeholder = text, key, sources, placeholder

    def __repr__(self) -> str:
        return f"Unknown({self.text!r}, {self.key!r})"

    def __eq__(self, other: object) -> bool:
        return self.key == other.key if isinstance(other, Unknown) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def is_text(self) -> bool:
        """Whether a nested change set has text in its place, which conditions and functions then read."""
        return self.placeholder.startswith(PLACEHOLDER)


Truth: TypeAlias = "bool | Unknown"


def awaited(path: tuple[str, ...], name: str, attribute: str = "", placeholder: str = KNOWN_AFTER_APPLY) -> Unknown:
    """Ref ('') or an attribute of a resource that is not known yet."""
    entity = f"{name}.{attribute}" if attribute else name
    waits = frozenset({Source(path, name, attribute)})
    return Unknown(f"${{{entity}}}", f"{'/'.join(path)}:{entity}", waits, placeholder)


def unevaluated(
    function: str, argument: Any, *, text: str | None = None, key: str | None = None, waits: Any = None
) -> Unknown:
    """What a function gives that cannot be evaluated over what is known of its argument.

    `text` and `key` where the function itself says more than its argument; `waits` what else is waited for.
    """
    return Unknown(
        shown({function: argument}) if text is None else text,
        f"{function} {canonical(argument)}" if key is None else key,
        sources([argument, waits]),
        _computed_placeholder(function, argument),
    )


def placeholder(stack: str, entity: str, function: str) -> str:
    """What a nested change set of a stack has in the place of `Logical.Attribute` under a function.

    A computed value names the function in place of the source (aws-cloudformation/cfn-language-discussion#152).
    """
    return f"{PLACEHOLDER}{stack}/{entity}/{function}}}}}"


def _computed_placeholder(function: str, argument: Any) -> str:
    first = next(unknowns(argument), None)
    if first is None or not first.is_text:
        return KNOWN_AFTER_APPLY
    return placeholder(_parts(first.placeholder)[0], "", function)


def _parts(text: str) -> tuple[str, str, str]:
    """Stack, source and function of a placeholder; the stack may be named by its ARN, which has slashes."""
    hit = _PLACEHOLDER.search(text)
    stack, entity, function = ["", "", *(hit[1] if hit else "").rsplit("/", 2)][-3:]
    return stack, entity, function


def fed_by(text: str) -> str | None:
    """The `Logical.Attribute` whose place a placeholder takes in a text; '' for a computed one, None where none is."""
    return _parts(text)[1] if _PLACEHOLDER.search(text) else None


def fed(text: str) -> Unknown:
    """A parameter's value that is a placeholder."""
    stack, entity, _ = _parts(text)
    name, _, attribute = entity.partition(".")
    waits = frozenset({Source((stack,), name, attribute)}) if name else frozenset()
    return Unknown(f"${{{entity}}}" if entity else text, text, waits, text)


def shows_unknown(text: str) -> bool:
    """Whether a text has in it what a change set shows for a value that is not known."""
    return KNOWN_AFTER_APPLY in text or _PLACEHOLDER.search(text) is not None


def refuse_placeholders(values: Any) -> None:
    """Refuse what a nested change set shows for a value to come where it stands in a template as text.

    It may be a parameter's value. It gets into the text where a transform, or somebody before CloudFormation, took it
    for a literal one (aws/serverless-application-model#3824, aws-cloudformation/cfn-language-discussion#152).
    """
    hit = _PLACEHOLDER.search(json.dumps(values, ensure_ascii=False))
    if hit:
        raise ValidationError(f"Usage of {hit[0]} is not allowed.")


def is_unknown(value: Any) -> bool:
    """Whether a resolved value is unknown, as a whole or somewhere inside."""
    if isinstance(value, (dict, list, tuple)):
        return any(map(is_unknown, value.values() if isinstance(value, dict) else value))
    return isinstance(value, Unknown)


def unknowns(value: Any) -> Iterator[Unknown]:
    """What is not known of a value, in order."""
    if isinstance(value, Unknown):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ():
        yield from unknowns(item)


def sources(value: Any) -> frozenset[Source]:
    """All that a value waits for."""
    return frozenset().union(*(unknown.sources for unknown in unknowns(value)))


def canonical(value: Any) -> str:
    """One text for all spellings of a value.

    What is not known stands in it by its key, a long one as a digest: keys of keys of keys would double with every
    function.
    """
    return json.dumps(_plain(value, _digest, {"absent": True}), sort_keys=True)


def _digest(unknown: Unknown) -> dict[str, str]:
    if len(unknown.key) < _LONG:
        return {"unknown": unknown.key}
    # OpenSSL takes longer to load than a whole tree to evaluate.
    from hashlib import sha256

    return {"unknown": f"sha256:{sha256(unknown.key.encode()).hexdigest()}"}


def is_settled(text: str) -> bool:
    """Whether nothing in a canonical text stands for what is not known; a quote within a text is escaped there."""
    return '{"unknown": "' not in text


def shown(value: Any) -> str:
    """A value for people: a scalar as it is, else compact JSON, with `${Name}` for what is not known."""
    plain = _plain(value, lambda unknown: unknown.text, "")
    return plain if isinstance(plain, str) else json.dumps(plain, separators=(", ", ": "))


def _plain(value: Any, late: Callable[[Unknown], Any], absent: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _plain(item, late, absent) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, late, absent) for item in value]
    if isinstance(value, Unknown):
        return late(value)
    return absent if value is ABSENT else None if value is None else text_of(value)
