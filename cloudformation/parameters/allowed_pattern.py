"""AllowedPattern: a regular expression of Java's that must match a whole value, as Python's engines write it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html, AllowedPattern. What
Java's own documentation leaves open was asked of Java 17 (tests/cloudformation/parameters/java_patterns.json). Flags
are applied while a pattern is read; what is written holds none, and `re` and the package `regex` read it alike.
"""

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
_QUANTIFIER = re.compile(r"[?*+]|\{([0-9]{1,10})(?:,([0-9]{0,10}))?\}")
_MOST = 0x7FFFFFFF
_OF_MANY_LENGTHS = re.compile(r"\)[?*+{]|\(\?P=|\(\?!\)")


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
        if syntax.reset and syntax.refers:  # what a group then holds is a matter of each engine's own
            raise UnsayableError
        return engine.compile(source)
    except (engine.error, OverflowError, RecursionError, MemoryError) as error:
        raise UnsayableError from error


class _Syntax(CharacterReader):
    """One pass over a pattern, by recursive descent, as Java's own compiler goes."""

    def __init__(self, pattern: str) -> None:
        super().__init__(pattern)
        self.groups = 0
        self.names: dict[str, int] = {}
        self.refers = False
        self.reset = False  # whether a loop or a look may set groups, and set them anew

    def alternatives(self) -> str:
        """The content of brackets, or of the whole pattern."""
        written = [self._sequence()]
        while self.takes("|"):
            written.append(self._sequence())
        return "|".join(written)

    def _sequence(self) -> str:
        written: list[str] = []
        while (character := self.peek()) not in ("|", ")", END):
            before, item = self.groups, self._item(character)
            written += [] if item is None else [self._quantified(item, before)]
        return "".join(written)

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
        of_lines = _SIGNS_OF_LINES.get(character) if "m" in self.flags else None
        return of_lines or _SIGNS.get(character) or self.range(character, character)

    def _escape(self) -> str:
        self.place += 1
        letter = self.at(self.place)
        if letter in _BOUNDARIES:
            self.place += 1
            if letter == "b" and self.at(self.place) == "{":
                raise UnsayableError
            return _BOUNDARIES[letter]
        if letter == "k":
            return self._reference(self.names.get(self.match(_NAMED)[1]))
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
        if "i" in self.flags:
            raise UnsayableError
        self.refers = True
        return f"(?P=g{number})" if number <= self.groups else "(?!)"  # nothing is in a group that comes later

    def _group(self) -> str | None:
        flags, before = self.flags, self.groups
        opening = self._opening() if self.takes("?") else self._capturing("")
        if opening is None:
            return None
        inside = self.alternatives()
        if not self.takes(")"):
            raise InvalidPatternError
        if opening in ("(?<=", "(?<!") and _OF_MANY_LENGTHS.search(inside):  # Java refuses some of them
            raise UnsayableError
        self.flags = flags
        self.reset |= opening in ("(?!", "(?<=", "(?<!") and self.groups > before
        return f"{opening}{inside})"

    def _opening(self) -> str | None:
        """How Python opens a group of another kind; None for flags, which are set from here on."""
        name, look, more, less, end = self.match(_OPENING).groups()
        if name or look:
            return self._capturing(name) if name else f"(?{look}"
        self.flags = (self.flags | set(more)) - set(less or "")
        if self.flags & set("dcU") or {"i", "u"} <= self.flags:  # Unicode's letter case and classes, Unix's line ends
            raise UnsayableError
        return None if end == ")" else "(?:"

    def _capturing(self, name: str) -> str:
        if name in self.names:
            raise InvalidPatternError
        self.groups += 1
        self.names |= {name: self.groups} if name else {}
        return f"(?P<g{self.groups}>"

    def _quantified(self, item: str, before: int) -> str:
        if self.peek() not in ("?", "*", "+", "{"):
            return item
        quantifier = self.match(_QUANTIFIER)
        least, most = int(quantifier[1] or 0), int(quantifier[2] or quantifier[1] or 0)
        if not least <= most <= _MOST:
            raise InvalidPatternError
        self.reset |= self.groups > before
        if item == _BOUNDARIES["R"]:
            item = f"(?>{item})"
        if self.takes("+"):  # each round is atomic too
            return f"(?>(?>{item}){quantifier[0]})"
        return f"(?:{item}){quantifier[0]}{'?' * self.takes('?')}"
