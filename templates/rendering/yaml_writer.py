"""Template -> YAML that people review.

One pass over `Template.to_dict()`, one list of lines. The order of sections is that of the CloudFormation guide
(template anatomy), entries are separated by a blank line, list items are indented under their key, intrinsic functions
take their short form where YAML has room for the tag, and a string is quoted only when YAML 1.1 or the 1.2 core schema
would read it as something else. Nothing is ever an alias, and the same object gives the same bytes.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from templates.rendering.yaml_scalar import constant, scalar

WIDTH = 100
_LONGEST_KEY = 1000  # YAML 1.1, 9.1.2: a simple key has at most 1,024 characters, on one line
MARK = "# Rendered from "

SECTIONS = (
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Rules",
    "Mappings",
    "Conditions",
    "Transform",
    "Resources",
    "Outputs",
)
# How an entry of a section reads: what it is first, its body last. Keys that are not named keep their place between.
FIRST = {
    "Parameters": ("Type", "Description", "Default"),
    "Rules": ("RuleCondition",),
    "Resources": ("Type", "Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy"),
    "Outputs": ("Description", "Condition", "Value", "Export"),
}
LAST = {"Parameters": ("ConstraintDescription",), "Resources": ("Properties",)}

# Functions that CloudFormation reads in short form. The functions of Rules (Fn::Contains, ...) have none.
_NAMES = "And Base64 Cidr Equals FindInMap GetAZs GetAtt If ImportValue Join Not Or Select Split Sub Transform"
TAGS = {"Ref": "!Ref", "Condition": "!Condition"} | {f"Fn::{name}": f"!{name}" for name in str.split(_NAMES)}


def write(document: Mapping[str, Any], source: str, known: dict[int, list[str]] | None = None) -> str:
    """Give the YAML text of `document` (the shape of `Template.to_dict()`), made from the module `source`.

    `known` holds, by their `id`, the lines of parameters that were written before and are still there.
    Raises TypeError for what no template can contain: a key that is not text, a value that is no JSON value.
    """
    lines = [f"{MARK}{source} by render.py. Do not edit: change that module and render again."]
    for section in _ordered(document, SECTIONS, ()):
        if section != "AWSTemplateFormatVersion":
            lines.append("")
        body = document[section]
        if isinstance(body, dict) and body and not _function(body):
            lines.append(_lead(lines, "", section))
            _entries(lines, section, body, {} if known is None else known)
        else:
            _value(lines, _lead(lines, "", section), body, 2)
    return "\n".join(lines) + "\n"


def _entries(lines: list[str], section: str, body: Mapping[str, Any], known: dict[int, list[str]]) -> None:
    for number, (name, entry) in enumerate(body.items()):
        if number:
            lines.append("")
        if section != "Parameters":
            _entry(lines, section, name, entry)
            continue
        if id(entry) not in known:
            _entry(known.setdefault(id(entry), []), section, name, entry)
        lines += known[id(entry)]


def _entry(lines: list[str], section: str, name: str, entry: Any) -> None:
    if section in FIRST and isinstance(entry, dict):
        entry = {key: entry[key] for key in _ordered(entry, FIRST[section], LAST.get(section, ()))}
    _value(lines, _lead(lines, "  ", name), entry, 4)


def _ordered(keys: Mapping[str, Any], first: Iterable[str], last: Sequence[str]) -> list[str]:
    front = [key for key in first if key in keys]
    middle = [key for key in keys if key not in front and key not in last]
    return front + middle + [key for key in last if key in keys]


def _value(lines: list[str], lead: str, value: Any, indent: int) -> None:
    """Write `value` after `lead` ("  Key:" or "  -"); what needs lines of its own stands `indent` columns in."""
    if isinstance(value, str):
        _text(lines, lead, value, indent)
        return
    tag = ""
    if isinstance(value, dict):
        if function := _function(value):
            tag, value = function
            if (flow := _flow_call(tag, value)) is not None and len(lead) + len(flow) < WIDTH:
                lines.append(f"{lead} {flow}")
                return
            tag = f" {tag}"
        elif value:
            lines.append(lead)
            _mapping(lines, " " * indent, value, indent)
            return
    if isinstance(value, (list, tuple)) and value:
        lines.append(f"{lead}{tag}")
        _sequence(lines, " " * indent, value, indent)
    elif isinstance(value, str):
        _text(lines, f"{lead}{tag}", value, indent)
    else:
        lines.append(f"{lead}{tag} {constant(value)}")


def _mapping(lines: list[str], first: str, mapping: Mapping[str, Any], indent: int) -> None:
    pad = " " * indent
    for key, value in mapping.items():
        lead = _lead(lines, first, key)
        first = pad
        if isinstance(value, str):
            _text(lines, lead, value, indent + 2)
            continue
        flow = _flow_sequence(value) if isinstance(value, list) and key.startswith("Fn::") else None
        if flow is not None and len(lead) + len(flow) < WIDTH:
            lines.append(f"{lead} {flow}")
        else:
            _value(lines, lead, value, indent + 2)


def _sequence(lines: list[str], first: str, items: Iterable[Any], indent: int) -> None:
    pad = " " * indent
    for item in items:
        if isinstance(item, str):
            _text(lines, f"{first}-", item, indent + 2)
        elif isinstance(item, dict) and item and not _function(item):
            _mapping(lines, f"{first}- ", item, indent + 2)
        elif isinstance(item, (list, tuple)) and item:
            _sequence(lines, f"{first}- ", item, indent + 2)
        else:
            _value(lines, f"{first}-", item, indent + 2)
        first = pad


def _function(value: Mapping[str, Any]) -> tuple[str, Any] | None:
    """Give tag and argument of an intrinsic function that can be written in short form.

    A node has one tag, so a function directly under a function keeps its long name, and so does an argument that the
    tag would turn into something else on reading.
    """
    if len(value) != 1:
        return None
    ((name, argument),) = value.items()
    tag = TAGS.get(name)
    if tag is None:
        return None
    if tag == "!GetAtt":
        return (tag, ".".join(argument)) if _is_attribute(argument) else None
    if isinstance(argument, str) or (isinstance(argument, (list, tuple)) and tag not in ("!Ref", "!Condition")):
        return tag, argument
    return None


def _is_attribute(argument: Any) -> bool:
    if not isinstance(argument, (list, tuple)) or len(argument) != 2:
        return False
    return all(isinstance(part, str) and part for part in argument) and "." not in argument[0]


def _flow_call(tag: str, argument: Any) -> str | None:
    """Give a function with a list on one line, or None when it needs more."""
    if isinstance(argument, str):
        return None
    flow = _flow_sequence(argument)
    return None if flow is None else f"{tag} {flow}"


def _flow_sequence(items: Iterable[Any]) -> str | None:
    parts: list[str] = []
    room = WIDTH
    for item in items:
        part = _flow(item)
        if part is None or (room := room - len(part) - 2) < 0:
            return None
        parts.append(part)
    return f"[{', '.join(parts)}]"


def _flow(value: Any) -> str | None:
    if isinstance(value, str):
        return None if "\n" in value or len(value) > WIDTH else scalar(value, flow=True)
    if isinstance(value, (list, tuple)):
        return _flow_sequence(value)
    if not isinstance(value, dict):
        return constant(value)
    if not (function := _function(value)):
        return None if value else "{}"
    tag, argument = function
    flow = _flow(argument)
    return None if flow is None else f"{tag} {flow}"


def _text(lines: list[str], lead: str, text: str, indent: int) -> None:
    """Write a string: as a literal block if it has lines, in wrapped lines if it is long, else on this line."""
    if "\n" in text and _fits_block(text):
        pad = " " * indent
        lines.append(f"{lead} |" if text.endswith("\n") else f"{lead} |-")
        lines.extend(pad + line if line else "" for line in text.removesuffix("\n").split("\n"))
    elif len(lead) + len(text) > WIDTH and _fits_fold(text):
        lines.append(f"{lead} >-")
        lines.extend(_folded(text, " " * indent))
    else:
        lines.append(f"{lead} {scalar(text)}")


def _fits_block(text: str) -> bool:
    # An empty or indented first line would need an indentation indicator, and empty lines at the end would swallow the
    # blank line before the next entry: quotes are clearer.
    if text[0] in "\n " or text.endswith("\n\n"):
        return False
    return all(line.isprintable() and (not line or line.strip(" ")) for line in text.split("\n"))


def _fits_fold(text: str) -> bool:
    return " " in text and "  " not in text and text == text.strip(" ") and text.isprintable()


@cache
def _folded(text: str, pad: str) -> list[str]:
    """The lines of a text; a description stands in root and in a layer."""
    lines, line, room = [], "", WIDTH - len(pad)
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > room:
            lines.append(pad + line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, pad + line]


def _lead(lines: list[str], first: str, key: Any) -> str:
    """What a value comes after: its key, which has its own line if it is too long for a simple one."""
    text = _key(key)
    if len(text) <= _LONGEST_KEY:
        return f"{first}{text}:"
    lines.append(f"{first}? {text}")
    return f"{' ' * len(first)}:"


@lru_cache(maxsize=1024)
def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"the keys of a template must be strings, not {key!r}")
    return scalar(key)
