"""Texts of a YAML file as JSON Schema sees them: a reader of YAML has made numbers and booleans of some of them.

deploy.py takes a scalar as the text that was written. A schema sees what YAML 1.2's core schema (and YAML 1.1) makes of
it, so `200` is a number where the text 200 is meant, and what is refused must be refused however it was written.
https://yaml.org/spec/1.2.2/#103-core-schema
"""

import re
from collections.abc import Iterable
from typing import Any

import yaml

from cloudformation.parameters.ecma_pattern import may_match_a_number, may_match_a_word
from cloudformation.scalars import NUMBER, is_number

Schema = dict[str, Any]
ANY_TEXT: Schema = {"type": ["string", "number", "boolean"]}
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BOOLEANS = {"true", "false", "yes", "no", "on", "off"}
_PLAIN = re.compile(r"0|[1-9][0-9]{0,14}")
_NUMERIC = re.compile(r"[-+.0-9][-+.0-9A-Za-z_:]*")
_CORE = re.compile(r"[+-]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_SPACE = r"[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
AROUND = f"^{_SPACE}|{_SPACE}$"
"""White space before or after, which CloudFormation takes away from the members of a list."""
A_NUMBER = f"^{NUMBER}$"


def text(searched: str, pattern: str) -> Schema:
    """A text of the form `pattern`, in which `searched` finds something; a number or boolean where its text may fit."""
    kinds = ["number"] * may_match_a_number(pattern) + ["boolean"] * may_match_a_word(pattern)
    return {"type": ["string", *kinds] if kinds else "string", "pattern": searched}


def one_of(texts: Iterable[str]) -> Schema:
    """One of these texts, with quotes or without."""
    written = list(texts)
    plain = [value for one in written for value in readings(one)]
    return {"enum": _distinct([*plain, *written])}


def plain(written: str) -> Any:
    """The values that mean a string without quotes."""
    return next(iter(readings(written)), written)


def readings(written: str) -> list[Any]:
    """What readers of YAML make of a text without quotes that is another thing to them."""
    if written in ("true", "false"):
        return [written == "true"]
    if _PLAIN.fullmatch(written):
        return [int(written)]
    if not _NUMERIC.fullmatch(written) and written.lower() not in _BOOLEANS:
        return []
    return _distinct([value for value in (_core(written), _older(written)) if value is not None])


def _core(written: str) -> Any:
    if written in ("True", "TRUE", "False", "FALSE"):
        return written.lower() == "true"
    if _CORE.fullmatch(written):
        return int(written, 0) if written[:2] in ("0o", "0x") else int(written)
    return float(written) if is_number(written) and abs(float(written)) < float("inf") else None


def _older(written: str) -> Any:
    try:
        value = yaml.load(written, _LOADER)
    except yaml.YAMLError:
        return None
    # What is not finite, JSON cannot say.
    return value if isinstance(value, int) or (isinstance(value, float) and abs(value) < float("inf")) else None


def _distinct(values: Iterable[Any]) -> list[Any]:
    return list({(isinstance(value, bool), isinstance(value, str), value): value for value in values}.values())
