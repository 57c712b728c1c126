"""Plausible values for what only AWS writes, made from a registry schema.

A generic value follows the schema's type, enum, pattern and length, and the habits of AWS names (`...Arn`,
`...Id`, `...Endpoint`); where no habit fits the pattern, it is drawn from the pattern. It says nothing about a real
resource.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from rehearsal.resources.identifier_words import Naming, Words
from rehearsal.resources.made_up.arns import arn_from
from rehearsal.resources.made_up.pattern_text import text_of
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


def generated(
    type_name: str,
    attribute: str,
    schemas: Sequence[Schema],
    words: Words,
    service: str = "",
    below: Callable[[str], Sequence[Schema]] = lambda path: (),
) -> Any:
    """A value of the right JSON type for an attribute in dotted form.

    `service` is the one that its ARNs name, `below` gives the schemas of what lies at a path.
    """
    kinds = value_types(schemas)
    merged = {key: item for form in reversed(schemas) for key, item in form.items()}
    if "enum" in merged:
        by_name = {str(choice).upper(): choice for choice in merged["enum"]}
        return next((by_name[state] for state in SETTLED if state in by_name), merged["enum"][0])
    if merged.get("default") is not None:
        return deepcopy(merged["default"])
    if not kinds or "string" in kinds:
        return _text(type_name, service, attribute.rsplit(".", 1)[-1], merged, words)
    if kinds & {"integer", "number"}:
        return merged.get("minimum", 0)

    def member(name: str) -> Any:
        path = f"{attribute}.{name}"
        return generated(type_name, path, below(path), words, service, below)

    if "object" in kinds:
        return {name: member(name) for name in merged.get("required", ()) if below(f"{attribute}.{name}")}
    if "array" in kinds:
        return [member("0") for _ in range(merged.get("minItems", 0))]
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
    """A generated name that keeps to the schema's length and pattern, if need be a text that the pattern gives."""
    merged = {key: item for form in reversed(schemas) for key, item in form.items()}
    limit = min((form["maxLength"] for form in schemas if "maxLength" in form), default=255)
    for alphabet in ("mixed", "lower"):
        name = words.name(Naming("", limit, alphabet))[:limit]
        if _fits(merged, name):
            return name
    return _drawn(merged, words) or words.name(Naming("", limit))[:limit]


def fits(schemas: Sequence[Schema], text: str) -> bool:
    """Whether a text keeps to the length and the pattern of every form that has them."""
    return all(_fits(form, text) for form in schemas)


def _fits(form: Schema, text: str) -> bool:
    if not form.get("minLength", 0) <= len(text) <= form.get("maxLength", len(text)):
        return False
    return "pattern" not in form or matches(form["pattern"], text)


def _drawn(form: Schema, words: Words) -> str | None:
    if "pattern" not in form:
        return None
    return text_of(form["pattern"], words.token, form.get("minLength", 0), form.get("maxLength"))


def _text(type_name: str, service: str, word: str, merged: Mapping[str, Any], words: Words) -> str:
    drawn = (str(words.fill(shape)) for shape in _shapes(type_name, service, word, merged))
    tried: list[str] = []
    for text in drawn:
        if _fits(merged, text):
            return text
        tried.append(text)
    if word.lower().endswith("arn") and "pattern" in merged:
        shape = arn_from(merged["pattern"], words.token)
        if shape is not None and _fits(merged, text := str(words.fill(shape))):
            return text
    own = _drawn(merged, words)
    return _stretched(tried[0], merged, words) if own is None else own


def _stretched(text: str, form: Schema, words: Words) -> str:
    """A text that no pattern gives, cut or lengthened to what the schema wants."""
    text += words.random(f"lower{max(form.get('minLength', 0) - len(text), 0)}")
    return text[: form.get("maxLength", len(text))]


def _shapes(type_name: str, service: str, word: str, merged: Mapping[str, Any]) -> Iterator[str]:
    _, named, kind = (*type_name.lower().split("::"), "", "")[:3]
    service = service or named
    if word.lower().endswith("arn"):
        yield f"arn:{{partition}}:{service}:{{region}}:{{account}}:{kind}/{{name}}"
        yield f"arn:{{partition}}:{service}:{{region}}:{{account}}:{kind}/{{uuid}}"
    yield from _prefixed(merged.get("pattern", ""))
    yield from _by_habit(service, word.lower(), merged.get("format"))
    yield from ("{uuid}", "{hex32}", "{hex17}", "{lower26}", "{lower10}", "{upper13}", "{digits12}")


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
