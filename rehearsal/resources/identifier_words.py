"""The words that identifiers are made of: where the resource lives, its name, random characters.

A shape such as `arn:{partition}:acm:{region}:{account}:certificate/{uuid}` is filled from these. Words
in lower case are ours, words that begin with a capital are the resource's own properties.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cloudformation.environment.keys.partitions import dns_suffix

Token = Callable[[int, str], str]
HEX = "0123456789abcdef"
DIGITS = "0123456789"
LOWER = "abcdefghijklmnopqrstuvwxyz0123456789"
UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
MIXED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
ALPHABETS = {"hex": HEX, "digits": DIGITS, "lower": LOWER, "upper": UPPER, "mixed": MIXED}


@dataclass(frozen=True)
class Where:
    """The account, the region and the stack that a resource belongs to; `now` is ISO 8601, simulated time."""

    account: str
    region: str
    partition: str
    stack_name: str
    stack_id: str
    now: str = "1970-01-01T00:00:00Z"


@dataclass(frozen=True)
class Naming:
    """How a type names a resource that the template leaves unnamed: `<stack>-<LogicalId>-<12 random>`."""

    property: str = ""
    limit: int = 255
    alphabet: str = "mixed"
    cut: tuple[int, int] | None = None  # letters of stack and logical id that stay when the name is too long
    form: str = "{stack}-{logical}-{random}"


@dataclass(frozen=True)
class Words:
    """One resource's words; random ones are drawn anew at each use, so a shape is filled once."""

    logical_id: str
    properties: Mapping[str, Any]
    where: Where
    token: Token
    known: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, word: str) -> str:
        if word in self.known:
            return self.known[word]
        if word[:1].isupper():
            return str(self.properties.get(word, ""))
        return self._place(word) or self.random(word)

    def _place(self, word: str) -> str | None:
        places = {
            "account": self.where.account,
            "region": self.where.region,
            "partition": self.where.partition,
            "stack": self.where.stack_name,
            "stack_id": self.where.stack_id,
            "now": self.where.now,
            "logical": self.logical_id,
            "suffix": dns_suffix(self.where.partition),
        }
        return places.get(word)

    def random(self, word: str) -> str:
        """`hex17`, `mixed12`, `uuid`: that many random characters of the alphabet."""
        if word == "uuid":
            return "-".join(self.token(length, HEX) for length in (8, 4, 4, 4, 12))
        alphabet = word.rstrip(DIGITS)
        return self.token(int(word[len(alphabet) :]), ALPHABETS[alphabet])

    def knowing(self, **known: str) -> Words:
        """The same words with more of them fixed."""
        return Words(self.logical_id, self.properties, self.where, self.token, {**self.known, **known})

    def fill(self, shape: Any) -> Any:
        """A shape with its words put in; lists and objects are filled through and through."""
        if isinstance(shape, str):
            return shape.format_map(self)
        if isinstance(shape, Mapping):
            return {name: self.fill(item) for name, item in shape.items()}
        return [self.fill(item) for item in shape] if isinstance(shape, (list, tuple)) else shape

    def name(self, naming: Naming) -> str:
        """The name that the template gives, or one as CloudFormation generates it."""
        given = self.properties.get(naming.property)
        return str(given) if given else self._generated(naming)

    def _generated(self, naming: Naming) -> str:
        random = self.token(12, ALPHABETS[naming.alphabet])
        stack, logical = self.where.stack_name, self.logical_id
        form = naming.form.format(stack="{0}", logical="{1}", random=random)
        if len(form.format(stack, logical)) > naming.limit:
            half = (naming.limit - len(form.format("", ""))) // 2
            if half < 1:  # no room for words: what makes the name unique goes first
                return f"{logical[:1]}{random}"[: naming.limit].lower()
            keep = naming.cut or (half, half)
            stack, logical = stack[: keep[0]].rstrip("-"), logical[: keep[1]]
        name = form.format(stack, logical)
        return name.lower() if naming.alphabet == "lower" else name


def tail(text: str) -> str:
    """What follows the last `/` or `:` of an ARN, or the text itself."""
    return text.replace(":", "/").rsplit("/", 1)[-1]
