"""Physical ids, Ref and attributes of resources that exist only in a rehearsal.

Names that the template gives are used; everything else is drawn from the injected source of random
characters, in the shapes that AWS uses: those of known types are in known_identifiers.py, those of all others are
made from their schemas in generated_values.py.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rehearsal.resources.generated_values import empty, fits, generated, name_from
from rehearsal.resources.identifier_shapes import Shape
from rehearsal.resources.identifier_words import Naming, Words, tail
from rehearsal.resources.known_identifiers import SHAPES
from rehearsal.resources.made_up.return_values import REF
from rehearsal.resources.replacement import requires_recreation
from rehearsal.resources.resource_schema import Schema
from rehearsal.resources.resource_types import ResourceType

_NAMED = re.compile(r"\{([A-Z][\w/]*)\}")
_COUNTED = "{revision}"
LAUNCH_TEMPLATE = "AWS::EC2::LaunchTemplate"


@dataclass(frozen=True)
class Identity:
    """What a template can know of a resource that exists: its physical id, its Ref, its attributes."""

    physical_id: str
    ref: str
    attributes: dict[str, Any]


def new_resource(kind: ResourceType, words: Words, revision: int = 1) -> Identity:
    """The identity of a resource that is created now; `revision` counts where its service counts."""
    shape, words = SHAPES.get(kind.name), words.knowing(revision=str(revision))
    if shape:
        physical_id, words, parts = _shaped(kind, shape, words)
    else:
        physical_id, words, parts = _documented(kind, kind.published, words)
    attributes = {name: _attribute(kind, name, shape, words, parts) for name in sorted(kind.attributes)}
    return Identity(physical_id, physical_id, attributes)


def is_counted(kind: ResourceType) -> bool:
    """Whether a type's resources are revisions of one name, which their service numbers from 1."""
    shape = SHAPES.get(kind.name)
    return any(form.endswith(_COUNTED) for form in ([shape.id] if shape else kind.published.values()))


def form_is_known(kind: ResourceType, what: str) -> bool:
    """Whether what Ref (or an attribute, in dotted form) of a type looks like was published, or is noted here."""
    shape = SHAPES.get(kind.name)
    if shape:
        return what == REF or what in shape.attributes or what.replace(".", "/") in kind.primary_identifier
    identifier = kind.primary_identifier[0] if len(kind.primary_identifier) == 1 else ""  # without more, it is Ref
    return what.replace(".", "/") in kind.published or (what == REF and identifier in kind.published)


def imported_id(kind: ResourceType, identifier: Mapping[str, str]) -> str:
    """The physical id of a resource that exists, from its primary identifier: Ref where that is a part of it."""
    ref = {} if kind.name in SHAPES else kind.published
    named = _NAMED.findall(ref.get(REF, ""))
    if not named or any(name not in identifier for name in named):
        return "|".join(identifier.values())
    return _NAMED.sub(lambda found: identifier[found[1]], ref[REF])


def updated(identity: Identity, kind: ResourceType, properties: Mapping[str, Any]) -> Identity:
    """The identity after an update in place: what mirrors a property changes, ids and names stay."""
    attributes = {name: _mirrored(kind, name, properties, old) for name, old in identity.attributes.items()}
    if kind.name == LAUNCH_TEMPLATE:
        attributes["LatestVersionNumber"] = str(int(attributes["LatestVersionNumber"]) + 1)
    return replace(identity, attributes=attributes)


def _shaped(kind: ResourceType, shape: Shape, words: Words) -> tuple[str, Words, dict[str, Any]]:
    name = words.name(shape.naming or Naming())
    address = ".".join(str(int(words["hex2"], 16) % 254 + 1) for _ in range(4))
    path, slashed = words["Path"] or "/", f"/{name.removeprefix('/')}"
    words = words.knowing(name=name, address=address, path=path, slashed=slashed)
    words = words.knowing(**(shape.words(words) if shape.words else {}))
    physical_id = words.fill(shape.id) or words["name"]
    parts = dict.fromkeys((kind.drawn or kind.primary_identifier)[:1], physical_id)
    return physical_id, words.knowing(id=physical_id, tail=tail(physical_id)), parts


def _documented(kind: ResourceType, forms: Mapping[str, str], words: Words) -> tuple[str, Words, dict[str, Any]]:
    """What is published of Ref and of the identifying attributes; the rest is made from the schema.

    Without a published Ref it is the primary identifier, whose parts are joined by `|`, as the Cloud Control API
    writes them.
    """
    words = words.knowing(name=name_from((), words))
    parts: dict[str, Any] = {}

    def part(pointer: str) -> Any:
        if pointer not in parts:
            parts[pointer] = _part(kind, pointer, forms, words, part)
        return parts[pointer]

    identifier = "|".join(f"{{{pointer}}}" for pointer in kind.primary_identifier)
    physical_id = _filled(forms.get(REF, identifier), words, part)
    for pointer in (*kind.primary_identifier, *(what for what in forms if what != REF)):
        part(pointer)
    names = [str(parts[pointer]) for pointer in kind.primary_identifier if pointer not in kind.drawn]
    name = names[-1] if names else words["name"]
    return physical_id, words.knowing(id=physical_id, tail=tail(physical_id), name=name), parts


def _part(kind: ResourceType, pointer: str, forms: Mapping[str, str], words: Words, part: Callable[[str], Any]) -> Any:
    """One part of an identifier, or another attribute whose form is published."""
    path = tuple(pointer.split("/"))
    given = _given(words.properties, path)
    if given is not None:
        return given
    published = _filled(forms[pointer], words, part) if pointer in forms else None
    if published is not None and fits(kind.forms_at(path), published):  # else the registry is the newer of the two
        return published
    if _aws_writes(kind, path):
        return _made(kind, ".".join(path), words)
    return name_from(kind.forms_at(path), words)


def _filled(form: str, words: Words, part: Callable[[str], Any]) -> str:
    """A form with the parts that it names put in, which begin with a capital."""
    named = {name: str(part(name)) for name in _NAMED.findall(form)}
    text: str = words.fill(_NAMED.sub(lambda found: named[found[1]].replace("{", "{{").replace("}", "}}"), form))
    return text


def _made(kind: ResourceType, attribute: str, words: Words) -> Any:
    """What AWS would write there, made from the schema."""

    def forms(dotted: str) -> tuple[Schema, ...]:
        return kind.forms_at(tuple(dotted.split(".")))

    return generated(kind.name, attribute, forms(attribute), words, kind.service, forms)


def _given(properties: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = properties
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _attribute(kind: ResourceType, name: str, shape: Shape | None, words: Words, parts: Mapping[str, Any]) -> Any:
    path = tuple(name.split("."))
    if shape and name in shape.attributes:
        return words.fill(shape.attributes[name])
    if "/".join(path) in parts:
        return parts["/".join(path)]
    given = _given(words.properties, path)
    if given is not None:
        return given
    return _made(kind, name, words) if _aws_writes(kind, path) else empty(kind.forms_at(path))


def _aws_writes(kind: ResourceType, path: tuple[str, ...]) -> bool:
    return any(path[: len(pointer)] == pointer for pointer in kind.read_only)


def _mirrored(kind: ResourceType, name: str, properties: Mapping[str, Any], old: Any) -> Any:
    path = tuple(name.split("."))
    if _aws_writes(kind, path) or "/".join(path) in kind.primary_identifier:
        return old
    given = _given(properties, path)
    if given is not None:
        return given
    return old if requires_recreation(kind, path) == "Always" else empty(kind.forms_at(path))
