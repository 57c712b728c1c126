"""Which properties a parameter of the root becomes, whole, through all templates of a tree.

A parameter is followed through the parameters of nested stacks and the branches of `Fn::If`; what is put together of
it (`Fn::Sub`, `Fn::Join`) is another value.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cloudformation.template.tree import Tree, section

ITEM = "*"
"""Stands in a property's path for any item of a list."""


@dataclass(frozen=True)
class ParameterUse:
    """A property that has a parameter's value: of which resource (logical ids from the root on), and where in it."""

    resource: tuple[str, ...]
    type: str
    property: tuple[str, ...]


def uses(tree: Tree, name: str) -> Iterator[ParameterUse]:
    """Every property that is the parameter `name` of the tree's root template, and nothing beside it."""
    for logical_id, body in section(tree, "Resources").items():
        if not isinstance(body, Mapping):
            continue
        properties = body.get("Properties") or {}
        for path in _referring(properties, name, ()):
            child = tree.nested.get(logical_id)
            if child is None:
                yield ParameterUse((logical_id,), str(body.get("Type")), path)
            elif path[0] == "Parameters":
                for use in uses(child, path[1]):
                    yield ParameterUse((logical_id, *use.resource), use.type, use.property)


def _referring(value: Any, name: str, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    match value:
        case {"Ref": referred} if len(value) == 1:
            if referred == name:
                yield path
        case {"Fn::If": [_, then, otherwise]} if len(value) == 1:
            yield from _referring(then, name, path)
            yield from _referring(otherwise, name, path)
        case dict():
            for key, item in value.items():
                if not str(key).startswith("Fn::"):
                    yield from _referring(item, name, (*path, str(key)))
        case list():
            for item in value:
                yield from _referring(item, name, (*path, ITEM))
