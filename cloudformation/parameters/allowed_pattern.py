"""AllowedPattern: a regular expression of Java's that must match a whole value, as Python's engines write it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html, AllowedPattern. What
Java's own documentation leaves open was asked of Java 17 (tests/cloudformation/parameters/java_patterns.json). Flags
are applied while a pattern is read; what is written holds none, and `re` and the package `regex` read it alike.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from cloudformation.parameters.java_characters import ANY, END, CharacterReader, InvalidPatternError, UnsayableError

__all__ = ["InvalidPatternError", "UnsayableError", "java_pattern"]

_END = r"(?=(?:\r\n|(?<!\r)\n|[\r\x85\u2028\u2029])?\Z)"
_BOUNDARIES = {
    "A": r"\A",
    "G": r"\A",
    "z": r"\Z",
    "Z": _END,
    "R": r"(?:\r\n|[\n-\r\x85\u2028\u2029])",
    "b": r"(?:(?<!\w)(?=\w)|(?<=\w)(?!\w))",  # letters of every script are words to Java here, though not in \w
    "B": r"(?:(?<!\w)(?!\w)|(?<=\w)(?=\w))",
}
_SIGNS = {"^": r"\A", "$": _END, ".": r"[^\n\r\x85\u2028\u2029]"}
_SIGNS_OF_LINES = {
    "^": r"(?:(?!\Z)(?:\A|(?<=[\n\x85\u2028\u2029])|(?<=\r)(?!\n)))",
    "$": r"(?=\Z|(?<!\r)\n|[\r\x85\u2028\u2029])",
}
_OPENING = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)>|(<?[=!]|>)|([imsxducU]*)(?:-([imsxducU]*))?([:)])")
_NAMED = re.compile(r"k<([a-zA-Z][a-zA-Z0-9]*)>")
_QUANTIFIER = re.compile(r"[?*+]|\{([0-9]+)(?:,([0-9]*))?\}")


@lru_cache(maxsize=256)
def java_pattern(pattern: str, engine: Any = re) -> Any:
    """The pattern compiled by `re` or `regex`, whose `fullmatch` says whether a value is allowed.

    Errors: InvalidPatternError where Java refuses it; UnsayableError where the engine cannot say it.
    """
    try:
        syntax = _Syntax(pattern)
        source = syntax.alternatives()
        if syntax.peek() != END:
            raise InvalidPatternError
        return engine.compile(source)
    except (engine.error, OverflowError, RecursionError, MemoryError) as error:
        raise UnsayableError(pattern) from error


class _Syntax(CharacterReader):
    """One pass over a pattern, by recursive descent, as Java's own compiler goes."""

    def __init__(self, pattern: str) -> None:
        super().__init__(pattern)
        self.names: dict[str, int] = {}
        self.groups = 0
        self.settled: set[int] = set()  # the groups that a reference may name: not open, not set anew by a loop
        self.awaited: set[int] = set()
        self.behind = False

    def alternatives(self) -> str:
        """What stands between brackets, or in the whole pattern."""
        written = [self._sequence()]
        while self.takes("|"):
            written.append(self._sequence())
        return "|".join(written)

    def _sequence(self) -> str:
        written = ""
        while (character := self.peek()) not in ("|", ")", END):
            before = self.groups
            item = self._item(character)
            written += "" if item is None else self._quantified(item, before)
        return written

    def _item(self, character: str) -> str | None:
        """One item without its quantifier; None where flags were set for what follows."""
        if character == "{":  # nothing, repeated: the quantifier is read next
            return ""
        if character == "\\":
            return self.named_class() or self._escape()
        self.place += 1
        if character == "(":
            return self._group()
        if character == "[":
            return self.bracketed()
        if character in "?*+":
            raise InvalidPatternError
        if character == "." and "s" in self.flags:
            return ANY
        found = _SIGNS_OF_LINES.get(character) if "m" in self.flags else None
        return found or _SIGNS.get(character) or self.range(character, character)

    def _escape(self) -> str:
        self.place += 1
        letter = self.at(self.place)
        if letter in _BOUNDARIES:
            self.place += 1
            if letter == "b" and self.at(self.place) == "{":
                raise UnsayableError
            return _BOUNDARIES[letter]
        if letter == "k":
            name = self.match(_NAMED)[1]
            return self._reference(self.names.get(name))
        if letter in "123456789":
            number, self.place = int(letter), self.place + 1
            while self.peek() in "0123456789" and number * 10 + int(self.peek()) <= self.groups:
                number, self.place = number * 10 + int(self.peek()), self.place + 1
            return self._reference(number)
        character = self.escaped()
        return self.range(character, character)

    def _reference(self, number: int | None) -> str:
        if number is None:
            raise InvalidPatternError
        if self.behind or "i" in self.flags or (number <= self.groups and number not in self.settled):
            raise UnsayableError
        if number > self.groups:  # nothing is in it
            self.awaited.add(number)
            return "(?!)"
        return f"(?P=g{number})"

    def _group(self) -> str | None:
        flags, behind, before = self.flags, self.behind, self.groups
        opening = self._opening()
        if opening is None:
            return None
        number = self.groups
        self.behind = behind or opening.startswith(("(?<=", "(?<!"))
        inside = self.alternatives()
        if not self.takes(")"):
            raise InvalidPatternError
        self.flags, self.behind = flags, behind
        self.settled |= {number} if number > before else set()
        self.settled -= set(range(before + 1, self.groups + 1)) if opening in ("(?!", "(?<!", "(?<=") else set()
        return f"{opening}{inside})"

    def _opening(self) -> str | None:
        """How Python opens the group whose bracket has been passed; None for flags, which are set from here on."""
        if not self.takes("?"):
            return self._capturing(None)
        name, look, more, less, end = self.match(_OPENING).groups()
        if name:
            return self._capturing(name)
        if look:
            return f"(?{look}"
        self.flags = (self.flags | set(more)) - set(less or "")
        if self.flags & set("dcU") or {"i", "u"} <= self.flags:  # Unicode's letter case and classes, Unix's line ends
            raise UnsayableError
        return None if end == ")" else "(?:"

    def _capturing(self, name: str | None) -> str:
        self.groups += 1
        if name in self.names:
            raise InvalidPatternError
        if self.groups in self.awaited:
            raise UnsayableError
        self.names |= {name: self.groups} if name else {}
        return f"(?P<g{self.groups}>"

    def _quantified(self, item: str, before: int) -> str:
        if self.peek() not in ("?", "*", "+", "{"):
            return item
        found = self.match(_QUANTIFIER)
        item = item.replace("(?:", "(?>", 1) if item == _BOUNDARIES["R"] else item
        least, most = found.groups()
        if most and int(most) < int(least):
            raise InvalidPatternError
        if self.behind and (least is None or most is not None):  # look-behinds of many lengths
            raise UnsayableError
        self.settled -= set(range(before + 1, self.groups + 1))
        if self.takes("+"):  # each round is atomic too
            return f"(?>(?>{item}){found[0]})"
        return f"(?:{item}){found[0]}{'?' * self.takes('?')}"
