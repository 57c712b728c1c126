"""AllowedPattern is a Java regular expression that must match the whole value; this is the same in Python's terms.

Docs: "CloudFormation template Parameters syntax", AllowedPattern. What the two languages write differently is
rewritten; what Python cannot say is not guessed at: such a pattern is left to CloudFormation.
"""

from __future__ import annotations

import re
from functools import lru_cache

# java.util.regex.Pattern, "POSIX character classes (US-ASCII only)", as members of a bracketed class.
_POSIX = {
    "Lower": "a-z",
    "Upper": "A-Z",
    "ASCII": r"\x00-\x7F",
    "Alpha": "a-zA-Z",
    "Digit": "0-9",
    "Alnum": "a-zA-Z0-9",
    "Punct": r"!-/:-@\[-`{-~",
    "Graph": "!-~",
    "Print": " -~",
    "Blank": r" \t",
    "Cntrl": r"\x00-\x1F\x7F",
    "XDigit": "0-9a-fA-F",
    "Space": r" \t\n\x0B\f\r",
}
_ESCAPES = {"z": r"\Z", "Z": r"(?=\n?\Z)", "h": r"[ \t\xA0]", "R": r"(?:\r\n|[\n-\r])", "e": r"\x1B"}


class _UnsayableError(Exception):
    """The pattern uses something that Python's regular expressions do not have."""


def matches(pattern: str, value: str) -> bool | None:
    """Whether the whole value matches; None where only CloudFormation can tell."""
    compiled = _compiled(pattern)
    return None if compiled is None else compiled.fullmatch(value) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(_translated(pattern), re.ASCII)
    except (_UnsayableError, re.error, OverflowError):
        return None


def _translated(pattern: str) -> str:
    written: list[str] = []
    at, in_class = 0, False
    while at < len(pattern):
        taken, text = _token(pattern, at, in_class)
        if pattern[at] == "[":
            in_class = True
        elif pattern[at] == "]" and taken == 1:
            in_class = False
        written.append(text)
        at += taken
    return "".join(written)


def _token(pattern: str, at: int, in_class: bool) -> tuple[int, str]:
    """How many characters the token at `at` has, and what Python writes for it."""
    character = pattern[at]
    if character == "\\":
        return _escape(pattern, at, in_class)
    if in_class and (character == "[" or pattern.startswith("&&", at)):
        raise _UnsayableError  # unions and intersections of classes
    if pattern.startswith("(?<", at) and pattern[at + 3 : at + 4] not in ("=", "!"):
        return 3, "(?P<"
    return 1, character


def _escape(pattern: str, at: int, in_class: bool) -> tuple[int, str]:
    letter = pattern[at + 1 : at + 2]
    if letter == "Q":
        end = pattern.find("\\E", at)
        quoted = pattern[at + 2 : end if end >= 0 else len(pattern)]
        return len(quoted) + (4 if end >= 0 else 2), re.escape(quoted)
    if letter in ("p", "P"):
        return _posix(pattern, at, in_class, negated=letter == "P")
    if letter in _ESCAPES and not in_class:
        return 2, _ESCAPES[letter]
    return 2, pattern[at : at + 2]


def _posix(pattern: str, at: int, in_class: bool, *, negated: bool) -> tuple[int, str]:
    found = re.compile(r"\{(\w+)\}").match(pattern, at + 2)
    members = _POSIX.get(found[1]) if found else None
    if found is None or members is None or (in_class and negated):
        raise _UnsayableError  # \p{L} and other Unicode properties
    return found.end() - at, members if in_class else f"[{'^' if negated else ''}{members}]"
