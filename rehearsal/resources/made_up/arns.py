"""The service and the form of an ARN, from the pattern that a registry schema has for it.

`arn:partition:service:region:account-id:resource`; only the resource part may contain more colons.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

import re
from functools import lru_cache

from rehearsal.resources.made_up.pattern_text import Token, text_of

_SERVICE = re.compile(r"[a-z0-9-]+")
_GROUPED = re.compile(r"\^?\((arn:[^()|]*)\)\$?")
_OPENING, _CLOSING = "([{", ")]}"
# What comes to nothing: a Region or an account that the ARN of a global service leaves out.
_NOTHING = ("", "()", "()?")


def arn_from(pattern: str, token: Token) -> str | None:
    """An ARN's shape, with words for partition, region and account, and a resource as the pattern has it.

    None for a pattern that does not name its service in the place where an ARN does.
    """
    parts = arn_parts(pattern)
    if parts is None:
        return None
    service, region, account, resource = parts
    drawn = text_of(f"^{resource}", token) or ""
    where = ["" if part in _NOTHING else word for part, word in ((region, "{region}"), (account, "{account}"))]
    escaped = drawn.replace("{", "{{").replace("}", "}}")
    return ":".join(("arn", "{partition}", service, *where, escaped))


@lru_cache(maxsize=512)
def arn_parts(pattern: str) -> tuple[str, str, str, str] | None:
    """The patterns of service, region, account and resource."""
    grouped = _GROUPED.fullmatch(pattern)
    parts = _split((f"^{grouped[1]}" if grouped else pattern).replace("\\:", ":"))
    if len(parts) < 6 or parts[0].lstrip("^") != "arn" or not _SERVICE.fullmatch(parts[2]):
        return None
    return parts[2], parts[3], parts[4], ":".join(parts[5:])


def _split(pattern: str) -> list[str]:
    """The parts between the colons outside of groups and classes."""
    depth, parts = 0, [""]
    for number, character in enumerate(pattern):
        escaped = number > 0 and pattern[number - 1] == "\\"
        if not escaped:
            depth += (character in _OPENING) - (character in _CLOSING)
        if character == ":" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts
