"""The registry schemas of resource types, read from disk as plain JSON, and how a property is found in one."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from cloudformation.template import schemas

Schema = Mapping[str, Any]
PREFIX = "/properties/"
COMBINERS = ("allOf", "anyOf", "oneOf")


class MissingSchemasError(Exception):
    """The folder of registry schemas is not on this machine."""


@lru_cache(maxsize=1)
def schema_folder() -> Path:
    """The folder with `providers/` and `resources/`; MissingSchemasError names what to install."""
    folder = schemas.schema_folder()
    if folder is None:
        raise MissingSchemasError(
            "The rehearsal needs the data of cfn-lint, which is not installed: pip install 'cfn-lint>=1.58'."
        )
    return folder


@lru_cache(maxsize=8)
def region_index(region: str) -> Mapping[str, str]:
    """Type name -> name of its schema file in that region; us-east-1 is used for an unknown Region."""
    providers = schema_folder() / "providers"
    path = providers / f"{region}.json"
    path = path if path.is_file() else providers / "us-east-1.json"
    index: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return index


def read_schema(file: str) -> Schema:
    """One schema file, by its name in the region's index."""
    schema: Schema = json.loads((schema_folder() / "resources" / f"{file}.json").read_text(encoding="utf-8"))
    return schema


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        return None


def matches(pattern: str, text: str) -> bool:
    """Whether a schema's pattern finds something in a text; one that Python cannot read is not judged."""
    compiled = _compiled(pattern)
    return compiled is None or compiled.search(text) is not None


def steps(pointer: str) -> tuple[str, ...]:
    """`/properties/Foo/*/Bar` -> ("Foo", "*", "Bar")."""
    return tuple(pointer.removeprefix(PREFIX).split("/"))


def resolve(root: Schema, node: Schema) -> Schema:
    """The node itself, or what its `$ref` names; a reference that leads nowhere allows everything."""
    for _ in range(16):
        reference = node.get("$ref")
        if not isinstance(reference, str):
            return node
        node = _lookup(root, reference)
    return {}


def _lookup(root: Schema, reference: str) -> Schema:
    node: Any = root
    for step in reference.removeprefix("#/").split("/"):
        node = node.get(step) if isinstance(node, Mapping) else None
    return node if isinstance(node, Mapping) else {}


def forms(root: Schema, node: Schema, depth: int = 0) -> Iterator[Schema]:
    """The node and every alternative it is made of (allOf, anyOf, oneOf), references resolved."""
    here = resolve(root, node)
    yield here
    if depth < 4:
        for combiner in COMBINERS:
            for part in here.get(combiner, ()):
                yield from forms(root, part, depth + 1)


def children(form: Schema, step: str) -> Iterator[Schema]:
    """The nodes that a form gives a value one step below it: a property's name, a list's index."""
    properties = form.get("properties", {})
    if step in properties:
        yield properties[step]
        return
    items = form.get("items")
    if isinstance(items, Mapping) and (step == "*" or step.isdigit()):
        yield items
    yield from form.get("patternProperties", {}).values()
    if isinstance(form.get("additionalProperties"), Mapping):
        yield form["additionalProperties"]


def at(root: Schema, path: Sequence[str]) -> tuple[Schema, ...]:
    """Every form that the schema gives the value at a property path; empty where it says nothing."""
    nodes: list[Schema] = [root]
    for step in path:
        nodes = [child for node in nodes for form in forms(root, node) for child in children(form, step)]
    return tuple(form for node in nodes for form in forms(root, node))


def value_types(alternatives: Sequence[Schema]) -> frozenset[str]:
    """The JSON types that any of the forms allows."""
    names: set[str] = set()
    for form in alternatives:
        declared = form.get("type", ())
        names.update((declared,) if isinstance(declared, str) else declared)
    return frozenset(names)
