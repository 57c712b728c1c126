"""Whether a parameter's value fits its declaration, in the words of CloudFormation's refusals.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html; the texts that are
recorded are those for numbers, patterns, allowed values and the least length.
"""

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from cloudformation.limits import PARAMETER_VALUE_BYTES
from cloudformation.parameters.declarations import MASK, is_list, shape_of
from cloudformation.scalars import is_number, text_of

if TYPE_CHECKING:
    from decimal import Decimal

Matches = Callable[[str, str], bool | None]


class Constraint(Enum):
    """What a value can break."""

    SIZE = "size"
    TYPE = "type"
    SHAPE = "shape"
    ALLOWED_VALUES = "AllowedValues"
    ALLOWED_PATTERN = "AllowedPattern"
    LENGTH = "length"
    RANGE = "range"


class Breach(NamedTuple):
    """One constraint that a value breaks, and CloudFormation's text, which may quote a value."""

    constraint: Constraint
    text: str
    quoted: str = ""

    @property
    def describable(self) -> bool:
        """Whether a ConstraintDescription takes the place of the reason: not where the type itself is missed."""
        return self.constraint not in (Constraint.SIZE, Constraint.TYPE, Constraint.SHAPE)

    @property
    def masked(self) -> str:
        """The text for people who must not see the value."""
        return self.text.replace(f"value {self.quoted} for", f"value {MASK} for") if self.quoted else self.text


def members(kind: str, text: str) -> list[str]:
    """The members of a list type, trimmed as CloudFormation trims them; else the text alone."""
    return [item.strip() for item in text.split(",")] if is_list(kind) else [text]


def typed_value(kind: str, text: str) -> str | list[str]:
    """What a text is as a value of a parameter type: the members of a list type, else the text itself."""
    return members(kind, text) if is_list(kind) else text


def breaches(name: str, declaration: Mapping[str, Any], text: str, matches: Matches) -> Iterator[Breach]:
    """Each constraint that the text breaks as a value of the parameter; CloudFormation reports only the first.

    `matches` says whether a whole text matches an AllowedPattern, or None where it cannot say.
    """
    kind = text_of(declaration.get("Type", "String"))
    if len(text.encode("utf-8", "surrogatepass")) > PARAMETER_VALUE_BYTES:  # no recording holds the words of this one
        yield Breach(Constraint.SIZE, f"Parameter '{name}' must contain at most {PARAMETER_VALUE_BYTES} bytes")
    items = members(kind, text)
    yield from _type(name, kind, items)
    yield from _allowed_values(name, kind, declaration.get("AllowedValues"), items)
    yield from _allowed_pattern(name, kind, declaration.get("AllowedPattern"), items, matches)
    if kind in ("Number", "List<Number>"):
        yield from _range(name, declaration, items)
    elif not is_list(kind):
        yield from _length(name, declaration, text)


def _type(name: str, kind: str, items: list[str]) -> Iterator[Breach]:
    shape = shape_of(kind)
    strange = [item for item in items if shape and not shape.fullmatch(item)]
    if strange:
        text = f"Parameter validation failed: parameter value {strange[0]} for parameter name {name} does not exist"
        yield Breach(Constraint.SHAPE, text, strange[0])
    if kind == "Number" and not is_number(items[0]):
        yield Breach(Constraint.TYPE, f"Parameter '{name}' must be a number.")
    if kind == "List<Number>" and not all(is_number(item) for item in items):
        yield Breach(Constraint.TYPE, f"Parameter '{name}' must be a list of numbers.")


def _allowed_values(name: str, kind: str, allowed: Any, items: list[str]) -> Iterator[Breach]:
    if not isinstance(allowed, list):
        return
    texts = [text_of(value) for value in allowed]
    numbers = [_number(text) for text in texts] if kind in ("Number", "List<Number>") else []
    if not all(item in texts or (is_number(item) and _number(item) in numbers) for item in items):
        yield Breach(Constraint.ALLOWED_VALUES, f"Parameter '{name}' must be one of AllowedValues")


def _allowed_pattern(name: str, kind: str, pattern: Any, items: list[str], matches: Matches) -> Iterator[Breach]:
    if pattern is not None and any(matches(text_of(pattern), item) is False for item in items):
        subject = f"Each value of parameter '{name}'" if is_list(kind) else f"Parameter '{name}'"
        yield Breach(Constraint.ALLOWED_PATTERN, f"{subject} must match pattern {text_of(pattern)}")


def _length(name: str, declaration: Mapping[str, Any], text: str) -> Iterator[Breach]:
    """Of String and of the AWS-specific types alike (aws-cloudformation/cfn-lint#2193)."""
    least, most = _bound(declaration, "MinLength"), _bound(declaration, "MaxLength")
    if least is not None and len(text) < least:
        yield _breach(Constraint.LENGTH, name, f"contain at least {declaration['MinLength']} characters")
    if most is not None and len(text) > most:
        yield _breach(Constraint.LENGTH, name, f"contain at most {declaration['MaxLength']} characters")


def _range(name: str, declaration: Mapping[str, Any], items: list[str]) -> Iterator[Breach]:
    least, most = _bound(declaration, "MinValue"), _bound(declaration, "MaxValue")
    numbers = [number for item in items if (number := _number(item)) is not None]
    if least is not None and any(number < least for number in numbers):
        yield _breach(Constraint.RANGE, name, f"be a number not less than {declaration['MinValue']}")
    if most is not None and any(number > most for number in numbers):
        yield _breach(Constraint.RANGE, name, f"be a number not greater than {declaration['MaxValue']}")


def _breach(constraint: Constraint, name: str, wanted: str) -> Breach:
    return Breach(constraint, f"Parameter '{name}' must {wanted}")


def _bound(declaration: Mapping[str, Any], member: str) -> "Decimal | None":
    return _number(text_of(declaration.get(member)))


def _number(text: str) -> "Decimal | None":
    from decimal import Decimal, InvalidOperation  # a caller that only reads values does not load it

    try:
        return Decimal(text) if is_number(text) else None
    except InvalidOperation:  # an exponent that no computer holds
        return None
