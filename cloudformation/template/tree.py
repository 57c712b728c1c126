"""A tree of templates: what one says, and the templates that its nested stacks name."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol


class Tree(Protocol):
    """One template as it was read, and by logical id those that it nests; a template elsewhere (a URL) is not there."""

    @property
    def document(self) -> Mapping[str, Any]: ...

    @property
    def nested(self) -> Mapping[str, "Tree"]: ...


class PlainTree(NamedTuple):
    """A tree of documents that have no text of their own."""

    document: Mapping[str, Any]
    nested: Mapping[str, Tree] = {}


def section(template: Tree, name: str) -> Mapping[str, Any]:
    """A top-level section of a template, empty where it has none."""
    content = template.document.get(name)
    return content if isinstance(content, Mapping) else {}
