r"""Patterns that Java, ECMAScript (with the flag u) and Python's `re` read alike, as what they are made of.

Characters, classes, groups, alternatives and quantifiers; `^` where an alternative begins and `$` where it ends; what
must not follow, as `(?!a|b$)`, where `$` is the very end to ECMAScript, so that it takes more. `\d`, `\s` and `\w` are
spelled out: Java's are those of ASCII.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_SHORT = {"d": "0-9", "w": "A-Za-z0-9_", "s": r"\t-\r "}
_QUANTIFIER = re.compile(r"(?:([?*+])|\{([0-9]{1,3})(,([0-9]{0,3}))?\})\??(?![+])", re.ASCII)
_QUANTIFIERS = ("?", "*", "+", "{")
_ITEM = re.compile(
    r"(?P<class>\[\^?(?:[^\[\]\\&^]|\\[\]\[\\^./dsw-])+\])|\\(?:(?P<short>[dswDSW])|(?P<escaped>[\^$\\.*+?()\[\]{}|/]))"
    r"|(?P<plain>[^\^$\\.*+?()\[\]{}|])|(?P<any>\.)",
    re.ASCII,
)
_OPENING = re.compile(r"\((?:\?[:!])?(?!\?)")
_NOT_FOLLOWED = "(?!"
_MEMBER = re.compile(r"\\(.)|(.)", re.DOTALL)
Ranges = tuple[tuple[str, str], ...]
_CODES = {"t": "\t", "r": "\r"}


class Item(NamedTuple):
    """What is repeated or stands alone: how it is written, and what it is made of.

    A character or a class has `ranges` (or all but these, where `negated`), a group its alternatives in `inside`;
    `^`, `$` and `.` have neither.
    """

    written: str
    optional: bool = False
    ranges: Ranges = ()
    negated: bool = False
    inside: tuple[tuple["Item", ...], ...] = ()

    def may_hold(self, others: Ranges) -> bool:
        """Whether a character or a class takes any of these; `.` does, and what is negated may."""
        if self.negated or self.written[0] == ".":
            return True
        return any(max(first, start) <= min(last, end) for first, last in self.ranges for start, end in others)


Alternatives = tuple[tuple[Item, ...], ...]


@lru_cache(maxsize=256)
def alike_pattern(pattern: str) -> Alternatives | None:
    """The alternatives of the pattern; None where the three may not read it alike."""
    if not pattern.isascii() or not pattern.isprintable():
        return None
    try:
        reader = _Reader(pattern)
        alternatives = reader.alternatives("^$")
    except _NotAlikeError:
        return None
    return alternatives if reader.place == len(pattern) else None


class _NotAlikeError(Exception):
    """Something else begins here."""


class _Reader:
    """A place in a pattern."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.place = 0

    def _at(self) -> str:
        return self.pattern[self.place : self.place + 1]

    def alternatives(self, anchors: str = "") -> Alternatives:
        found = [self._sequence(anchors)]
        while self._at() == "|":
            self.place += 1
            found.append(self._sequence(anchors))
        return tuple(found)

    def _sequence(self, anchors: str) -> tuple[Item, ...]:
        items: list[Item] = []
        while (character := self._at()) not in ("", "|", ")"):
            if character in anchors and (not items if character == "^" else self._ends()):
                self.place += 1
                items.append(Item(character))
            else:
                items.append(self._quantified(self._group() if character == "(" else self._item()))
        return tuple(items)

    def _ends(self) -> bool:
        return self.pattern[self.place + 1 : self.place + 2] in ("", "|", ")")

    def _group(self) -> Item:
        opening = self._match(_OPENING)
        must_not_follow = opening[0] == _NOT_FOLLOWED
        inside = self.alternatives("$" if must_not_follow else "")
        if self._at() != ")":
            raise _NotAlikeError
        self.place += 1
        written = f"{opening[0]}{'|'.join(map(_text, inside))})"
        if must_not_follow and _QUANTIFIER.match(self.pattern, self.place):
            raise _NotAlikeError
        return Item(written, optional=True) if must_not_follow else Item(written, inside=inside)

    def _item(self) -> Item:
        match = self._match(_ITEM)
        if match["any"]:
            return Item(".")
        if match["class"]:
            return _class(match["class"])
        if short := match["short"]:
            return _class(f"[{'^' if short.isupper() else ''}{_SHORT[short.lower()]}]")
        character = match["escaped"] or match["plain"]
        return Item(match[0], ranges=((character, character),))

    def _quantified(self, item: Item) -> Item:
        if self._at() not in _QUANTIFIERS:
            return item
        match = _QUANTIFIER.match(self.pattern, self.place)
        if match is None:
            return item
        sign, least, several, most = match.groups()
        if several and most and int(most) < int(least):
            raise _NotAlikeError
        self.place = match.end()
        optional = sign in ("?", "*") or (sign is None and int(least) == 0)
        return Item(item.written + match[0], optional, item.ranges, item.negated, item.inside)

    def _match(self, form: re.Pattern[str]) -> re.Match[str]:
        match = form.match(self.pattern, self.place)
        if match is None:
            raise _NotAlikeError
        self.place = match.end()
        return match


def _text(items: tuple[Item, ...]) -> str:
    return "".join(item.written for item in items)


@lru_cache(maxsize=256)
def _class(written: str) -> Item:
    """A class with what `\\d` and its like stand for put in."""
    spelled = re.sub(r"\\(.)", lambda escape: _SHORT.get(escape[1], escape[0]), written, flags=re.DOTALL)
    negated = spelled.startswith("[^")
    return Item(spelled, ranges=tuple(_ranges(spelled[2 if negated else 1 : -1], written)), negated=negated)


def _ranges(members: str, written: str) -> Iterator[tuple[str, str]]:
    """The ranges of a class; a hyphen is one at either end or behind a backslash."""
    characters = [(_CODES.get(one, one) or other, bool(one)) for one, other in _MEMBER.findall(members)]
    place = 0
    while place < len(characters):
        first, ranged = characters[place][0], characters[place + 1 : place + 3]
        if len(ranged) == 2 and ranged[0] == ("-", False):
            # A class of several characters is no end of a range.
            if ranged[1][0] < first or re.search(r"\\[dsw]-[^\]]|-\\[dsw]", written):
                raise _NotAlikeError
            yield first, ranged[1][0]
            place += 3
        else:
            yield first, first
            place += 1
