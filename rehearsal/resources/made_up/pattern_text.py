"""Text that a registry schema's pattern matches, drawn from the pattern itself.

Patterns are searched for, as AWS's validator does: `^` and `$` say where a text begins and ends. Each draw is checked
against the pattern, since look-aheads are not followed; a few sizes are tried. Python's own parser of
regular expressions reads the pattern, so that what it cannot read is not drawn from.
"""

import importlib
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

Token = Callable[[int, str], str]

_PARSER: Any = importlib.import_module("re._parser")
_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
# What a class of characters is drawn from, the first that it allows anything of: ids look like that.
_LIKED = ("abcdefghijklmnopqrstuvwxyz0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", _PRINTABLE)
_CLASSES = {
    "CATEGORY_DIGIT": "0123456789",
    "CATEGORY_SPACE": " ",
    "CATEGORY_WORD": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_",
}
# How many of a repeated character are wanted, one after another, until a text fits.
_WANTED = (12, 5, 1, 36, 0, 70)
_DRAWING = ("IN", "ANY", "MAX_REPEAT", "MIN_REPEAT")
_ONE_CHARACTER = ("IN", "ANY", "NOT_LITERAL", "CATEGORY")


def text_of(pattern: str, token: Token, least: int = 0, most: int | None = None) -> str | None:
    """A text that the pattern finds, of a length within bounds; None where none was found.

    `token` draws so many characters of an alphabet.
    """
    tree = _parsed(pattern)
    if tree is None:
        return None
    for wanted in (*_WANTED, least):
        text = "".join(_drawn(tree, token, wanted))
        if (
            (text or wanted == least)
            and least <= len(text) <= (len(text) if most is None else most)
            and re.search(pattern, text)
        ):
            return text
    return None


@lru_cache(maxsize=512)
def _parsed(pattern: str) -> Any:
    try:
        return _PARSER.parse(pattern)
    except (re.error, OverflowError):
        return None


def _drawn(tree: Any, token: Token, wanted: int) -> Iterator[str]:
    for operation, argument in tree:
        name = str(operation)
        if name == "LITERAL":
            yield chr(argument)
        elif name in _ONE_CHARACTER:
            yield token(1, _alphabet(name, argument))
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            yield from _repeated(argument, token, wanted)
        elif name == "BRANCH":
            yield from _drawn(argument[1][_branch(argument[1], wanted)], token, wanted)
        elif name in ("SUBPATTERN", "ATOMIC_GROUP"):
            yield from _drawn(argument[-1] if name == "SUBPATTERN" else argument, token, wanted)


def _branch(branches: Sequence[Any], wanted: int) -> int:
    """The first alternative in which something is drawn, else the first; the last one when those did not do."""
    if wanted in _WANTED[3:]:
        return len(branches) - 1
    drawing = (number for number, branch in enumerate(branches) if any(str(part[0]) in _DRAWING for part in branch))
    return next(drawing, 0)


def _repeated(argument: Any, token: Token, wanted: int) -> Iterator[str]:
    least, most, inner = argument
    operation, what = inner[0] if len(inner) == 1 else (None, None)
    if str(operation) in _ONE_CHARACTER:
        count = max(int(least), min(int(most), wanted))
        if count:
            yield token(count, _alphabet(str(operation), what))
        return
    for _ in range(max(int(least), min(int(most), wanted == 36))):
        yield from _drawn(inner, token, wanted)


def _alphabet(name: str, argument: Any) -> str:
    """The characters that an operation allows: lower case and digits where it may, else what comes next to them."""
    if name == "ANY":
        return _LIKED[0]
    if name == "NOT_LITERAL":
        return _LIKED[0].replace(chr(argument), "")
    allowed = _allowed(tuple((str(kind), what) for kind, what in argument))
    return next((liked for liked in (_kept(liked, allowed) for liked in _LIKED) if liked), "x")


def _kept(liked: str, allowed: frozenset[str]) -> str:
    return "".join(character for character in liked if character in allowed)


@lru_cache(maxsize=512)
def _allowed(members: tuple[tuple[str, Any], ...]) -> frozenset[str]:
    characters: set[str] = set()
    for kind, what in members:
        if kind == "LITERAL":
            characters.add(chr(what))
        elif kind == "RANGE":
            characters.update(map(chr, range(what[0], min(what[1], 0x7E) + 1)))
        elif kind == "CATEGORY":
            characters.update(_category(str(what)))
    return frozenset(set(_PRINTABLE) - characters if ("NEGATE", None) in members else characters)


def _category(name: str) -> set[str]:
    if "NOT_" in name:
        return set(_PRINTABLE) - set(_CLASSES[name.replace("NOT_", "")])
    return set(_CLASSES[name])
