"""Plausible values for what only AWS writes, made from a registry schema.

A generic value follows the schema's type, enum and pattern, and the habits of AWS names (`...Arn`,
`...Id`, `...Endpoint`). It says nothing about a real resource.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from rehearsal.resources.identifier_words import Naming, Words
from rehearsal.resources.resource_schema import Schema, matches, value_types

SETTLED = ("ACTIVE", "AVAILABLE", "READY", "ENABLED", "CREATED", "COMPLETED", "SUCCEEDED", "RUNNING", "DEPLOYED")
RESOURCE_IDS = {
    "vpcid": "vpc-0{hex16}",
    "subnetid": "subnet-0{hex16}",
    "securitygroupid": "sg-0{hex16}",
    "networkinterfaceid": "eni-0{hex16}",
    "hostedzoneid": "Z{upper20}",
    "privateip": "10.0.{digits1}.{digits2}",
}
EMPTY: dict[str, Any] = {"boolean": False, "array": [], "object": {}}


def generated(type_name: str, attribute: str, schemas: Sequence[Schema], words: Words) -> Any:
    """A value of the right JSON type for an attribute in dotted form."""
    kinds = value_types(schemas)
    merged = {key: item for form in reversed(schemas) for key, item in form.items()}
    if "enum" in merged:
        by_name = {str(choice).upper(): choice for choice in merged["enum"]}
        return next((by_name[state] for state in SETTLED if state in by_name), merged["enum"][0])
    if merged.get("default") is not None:
        return deepcopy(merged["default"])
    if not kinds or "string" in kinds:
        return _text(type_name, attribute.rsplit(".", 1)[-1], merged, words)
    if kinds & {"integer", "number"}:
        return merged.get("minimum", 0)
    return deepcopy(EMPTY.get(min(kinds)))


def empty(schemas: Sequence[Schema]) -> Any:
    """What a writable property reads as when the template does not give it."""
    for form in schemas:
        if form.get("default") is not None:
            return deepcopy(form["default"])
    kinds = value_types(schemas)
    if not kinds or "string" in kinds:
        return ""
    return 0 if kinds & {"integer", "number"} else deepcopy(EMPTY.get(min(kinds)))


def name_from(schemas: Sequence[Schema], words: Words) -> str:
    """A generated name that keeps to the schema's length and, where it can, to its pattern."""
    limit = min((form["maxLength"] for form in schemas if "maxLength" in form), default=255)
    patterns = [form["pattern"] for form in schemas if "pattern" in form]
    for alphabet in ("mixed", "lower"):
        name = words.name(Naming("", limit, alphabet))[:limit]
        if all(matches(pattern, name) for pattern in patterns):
            return name
    return words.name(Naming("", limit))[:limit]


def _text(type_name: str, word: str, merged: Mapping[str, Any], words: Words) -> str:
    pattern = merged.get("pattern")
    drawn = [words.fill(shape) for shape in _shapes(type_name, word, merged)]
    fitting = [text for text in drawn if pattern is None or matches(pattern, text)]
    text: str = (fitting or drawn)[0]
    return text[: merged.get("maxLength", len(text))]


def _shapes(type_name: str, word: str, merged: Mapping[str, Any]) -> Iterator[str]:
    _, service, kind = (*type_name.lower().split("::"), "", "")[:3]
    if word.lower().endswith("arn"):
        yield f"arn:{{partition}}:{service}:{{region}}:{{account}}:{kind}/{{name}}"
        yield f"arn:{{partition}}:{service}:{{region}}:{{account}}:{kind}/{{uuid}}"
    yield from _prefixed(merged.get("pattern", ""))
    yield from _by_habit(service, word.lower(), merged.get("format"))
    yield from ("{uuid}", "{hex32}", "{hex17}", "{lower26}", "{lower10}", "{upper13}", "{digits12}", "{digits1}")


def _prefixed(pattern: str) -> Iterator[str]:
    """`^fs-[0-9a-f]{17}$` begins with `fs-`: such ids are the prefix and hexadecimal digits."""
    prefix = re.match(r"\^?\(?([a-z]{1,12}-)", pattern)
    if prefix:
        yield from (prefix[1] + "{hex17}", prefix[1] + "{hex8}", prefix[1] + "{lower10}", prefix[1] + "{uuid}")


def _by_habit(service: str, word: str, declared: str | None) -> Iterator[str]:
    if declared == "date-time" or word.endswith(("time", "date", "timestamp", "createdat", "updatedat")):
        yield "{now}"
    if word.endswith(("url", "uri")):
        yield f"https://{{lower10}}.{service}.{{region}}.{{suffix}}"
    if word.endswith(("endpoint", "address", "domain", "dnsname", "domainname", "host")):
        yield f"{{lower10}}.{service}.{{region}}.{{suffix}}"
    if word.endswith(("port", "version", "count", "revision")):
        yield "1"
    if word.endswith(("message", "reason")):
        yield ""
    if word in RESOURCE_IDS:
        yield RESOURCE_IDS[word]
    if word.endswith(("status", "state")):
        yield "ACTIVE"
    if word.endswith("name"):
        yield "{name}"
