"""One value of a template -> one YAML scalar, with quotes only where YAML would read something else.

What must be quoted is judged by YAML 1.1 and by the core schema of 1.2 at once: parsers of both are in use.
"""

from functools import cache
from typing import Any

# A plain scalar has no indicator in front, and in a flow sequence none of the second kind anywhere.
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`=<~ ")
_FLOW_INDICATORS = frozenset(",?[]{}")
# Everything that some YAML takes for a number, a date or a time starts with one of the first and is made of the second.
# A few harmless words are too; they get quotes for nothing.
_NUMBER_STARTS = frozenset("-+.0123456789")
_NUMBER_LETTERS = "-+.:_0123456789abcdefABCDEFoOxXtTzZ "
_WORDS = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", ".nan", "+.inf"))


@cache
def scalar(text: str, flow: bool = False) -> str:
    """Give `text` on one line; `flow` says that it is within brackets."""
    if not text.isprintable():
        return f'"{"".join(_escaped(character) for character in text)}"'
    if _is_plain(text) and not (flow and not _FLOW_INDICATORS.isdisjoint(text)):
        return text
    if "\\" in text or '"' in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def _is_plain(text: str) -> bool:
    if not text or text[0] in _INDICATORS or text[-1] in ": " or ": " in text or " #" in text:
        return False
    looks_like_a_number = text[0] in _NUMBER_STARTS and not text.strip(_NUMBER_LETTERS)
    return not looks_like_a_number and text.lower() not in _WORDS


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    return "\\n" if character == "\n" else f"\\U{ord(character):08x}"


def constant(value: Any) -> str:
    """Give a number, a truth value, null, or an empty list or mapping. Raises TypeError for what is none of these."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and value - value == 0:
        text = repr(value)
        # YAML 1.1 takes 1e+20 for text: a float must show its point.
        return text if "." in text else text.replace("e", ".0e")
    if isinstance(value, (dict, list, tuple)) and not value:
        return "{}" if isinstance(value, dict) else "[]"
    raise TypeError(f"a template cannot contain {value!r}")
