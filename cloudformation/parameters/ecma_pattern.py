r"""AllowedPattern in ECMAScript's words, for JSON Schema: editors and validators of JSON Schema search with them.

A pattern that is read alike stays as it is written. Every other one is written anew by the reader of Java's patterns,
or left out: what is given never refuses what Java takes.
https://json-schema.org/draft-07/json-schema-validation (section 6.3.3)
"""

import re
from functools import lru_cache

from cloudformation.parameters.alike_pattern import Alternatives, Item, alike_pattern

_SPACE = r"\t-\r "
# What java_pattern writes for Python alone, and what ECMAScript has for it.
_FOR_ECMA = {r"\A": r"(?<![\s\S])", r"\Z": r"(?![\s\S])"}
_OF_PYTHON = re.compile(r"\\(?:\\|U[0-9a-f]{8}|.)|\(\?P<g[0-9]+>|\(\?>|\(\?P=", re.DOTALL)
_LETTERS = (("A", "Z"), ("a", "z"))
_BEGINS_A_NUMBER = (("+", "+"), ("-", "."), ("0", "9"))


@lru_cache(maxsize=256)
def ecma_pattern(pattern: str) -> str | None:
    """The pattern as one that is searched for; None where ECMAScript cannot say it, or where Java refuses it."""
    if (alternatives := alike_pattern(pattern)) is not None:
        spelled = "|".join("".join(item.written for item in one) for one in alternatives)
        return spelled if all(map(_is_anchored, alternatives)) else f"^(?:{spelled})$"
    # Most patterns are read alike: the reader of all others is not loaded for them.
    from cloudformation.parameters.allowed_pattern import InvalidPatternError, UnsayableError, java_pattern

    try:
        return f"^(?:{_OF_PYTHON.sub(_for_ecma, java_pattern(pattern).pattern)})$"
    except (InvalidPatternError, UnsayableError):
        return None


def whole(pattern: str) -> str:
    r"""A pattern of Python's that must match a whole text, as one that is searched for, with the characters that Python
    means: `.*` passes over more of them, and `\S` over those that are white space to Unicode alone."""
    spelled = pattern.replace(r"\S", f"[^{_SPACE}]").replace(".*", r"[^\n]*")
    return f"^(?:{spelled})$"


@lru_cache(maxsize=256)
def may_match_a_number(pattern: str) -> bool:
    """Whether what a number looks like may match: False where each alternative begins with something else."""
    alternatives = alike_pattern(pattern)
    return alternatives is None or any(map(_may_begin_a_number, alternatives))


@lru_cache(maxsize=256)
def may_match_a_word(pattern: str) -> bool:
    """Whether a word of letters may match, as `true`: False where each alternative needs another character."""
    alternatives = alike_pattern(pattern)
    return alternatives is None or not _needs_other_than_letters(alternatives)


def _is_anchored(items: tuple[Item, ...]) -> bool:
    return len(items) > 1 and items[0].written == "^" and items[-1].written == "$"


def _may_begin_a_number(items: tuple[Item, ...]) -> bool:
    first = next((item for item in items if item.written != "^"), None)
    if first is None or first.written == "$":
        return False
    return first.optional or bool(first.inside) or first.may_hold(_BEGINS_A_NUMBER)


def _needs_other_than_letters(alternatives: Alternatives) -> bool:
    return all(any(map(_is_needed, items)) or _is_empty(items) for items in alternatives)


def _is_needed(item: Item) -> bool:
    """Whether no match is without this, and it holds something that is no letter."""
    if item.optional or item.written in ("^", "$"):
        return False
    return _needs_other_than_letters(item.inside) if item.inside else not item.may_hold(_LETTERS)


def _is_empty(items: tuple[Item, ...]) -> bool:
    """An alternative of nothing, which no word matches."""
    return bool(items) and all(item.written in ("^", "$") for item in items)


def _for_ecma(token: re.Match[str]) -> str:
    text = token[0]
    # ECMAScript has nothing atomic, matches what a group that took no part holds, and knows words of ASCII alone.
    if text in ("(?>", "(?P=", r"\w"):
        from cloudformation.parameters.java_characters import UnsayableError

        raise UnsayableError
    if text.startswith("(?P<"):
        return "("
    return chr(int(text[2:], 16)) if text.startswith(r"\U") else _FOR_ECMA.get(text, text)
