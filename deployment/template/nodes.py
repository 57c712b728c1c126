"""Where in a template's text something is written: the marks of its YAML nodes, never their values."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

# JSON writes 😀 as two escapes, which a YAML parser refuses.
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


def composed(text: str) -> yaml.Node | None:
    """The root node of a text; raises yaml.YAMLError for what is JSON and not YAML."""
    return yaml.compose(_SURROGATE.sub(r"\\u0041", text), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def child(node: yaml.Node | None, name: str) -> yaml.Node | None:
    """The value of a key; of a repeated one the last, which is the one that counts."""
    entry = _entry(node, name)
    return entry[1] if entry else None


def line_at(text: str, path: str, key: str | None = None) -> int | None:
    """The line, counted from 1, of what a path such as /Resources/Topic/Properties/Tags/0 leads to.

    Of a path that leads further than the text, the last that is there; with `key`, the line of that key below it where
    it has one. None where not even the resource is written there, as where a macro makes it.
    """
    try:
        reached = list(_along(composed(text), path.strip("/").split("/")))
    except yaml.YAMLError:
        return None
    if len(reached) < 2:
        return None
    below = _entry(reached[-1][1], key) if key else None
    mark = below[0].start_mark if below else reached[-1][0].start_mark
    return int(mark.line) + 1


def _along(node: yaml.Node | None, names: list[str]) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """Each key on the way with its value; of a list, the member for both."""
    for name in names:
        entry = _entry(node, name.replace("~1", "/").replace("~0", "~"))
        if entry is None:
            return
        yield entry
        node = entry[1]


def _entry(node: yaml.Node | None, name: str) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and name.isdecimal() and int(name) < len(node.value):
        return node.value[int(name)], node.value[int(name)]
    entries = node.value if isinstance(node, yaml.MappingNode) else []
    return next(((key, value) for key, value in reversed(entries) if key.value == name), None)
