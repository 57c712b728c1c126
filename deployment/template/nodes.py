"""Where in a template's text something is written: the marks of its YAML nodes, never their values."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

# JSON writes 😀 as two escapes, which a YAML parser refuses.
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


@lru_cache(maxsize=16)
def composed(text: str) -> yaml.Node | None:
    """The root node of a text, which nobody writes in; raises yaml.YAMLError for what is JSON and not YAML."""
    return yaml.compose(_SURROGATE.sub(r"\\u0041", text), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@dataclass(frozen=True)
class Span:
    """Where a scalar stands in a text: `start` and `end` are (line, column) marks, `quote` what is around it."""

    start: tuple[int, int]
    end: tuple[int, int]
    quote: str


def span_of(lines: Sequence[str], root: yaml.Node | None, path: tuple[str | int, ...]) -> Span | None:
    """Where the scalar at a path of keys and indexes stands in these lines; None where the path leads to none."""
    node = root
    for step in path:
        entry = _entry(node, str(step))
        node = entry[1] if entry else None
    if not isinstance(node, yaml.ScalarNode):
        return None
    quote = node.style if node.style in ("'", '"') else ""  # plain otherwise
    start = node.start_mark
    return Span((start.line, start.column), _last(lines, node.end_mark), quote)


def _last(lines: Sequence[str], mark: Any) -> tuple[int, int]:
    """Where a scalar's text ends; the mark of a block scalar (`|`, `>`) is where the next thing begins."""
    line, column = mark.line, mark.column
    while not lines[line][:column].strip():
        line, column = line - 1, len(lines[line - 1])
    return line, len(lines[line][:column].rstrip())


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
    """A key with its value, of a repeated one the last, which is the one that counts; or a member of a list, twice."""
    if isinstance(node, yaml.SequenceNode):
        member = node.value[int(name)] if name.isdecimal() and int(name) < len(node.value) else None
        return (member, member) if member is not None else None
    if node is not None and node.tag == f"!{name.removeprefix('Fn::')}":
        return node, node  # the short form of a function: what follows is its argument
    entries = node.value if isinstance(node, yaml.MappingNode) else []
    return next(((key, value) for key, value in reversed(entries) if key.value == name), None)


_SHORTEST = 2  # a sign or two (`*`, `/a`) stand in many texts


@dataclass(frozen=True)
class Scalar:
    """A key or a value of a text: the keys and indexes that lead to it (its own, if it is one), and its line from 1."""

    path: tuple[str, ...]
    line: int
    text: str
    key: bool
    tag: str

    def names(self, name: str) -> bool:
        """Whether a value is that name, reads something of it, or holds it where it is no word (an ARN, a path)."""
        if re.fullmatch(r"\w+", name) is None:
            return len(name) > _SHORTEST and name in self.text
        quoted = re.escape(name)
        return re.search(rf"^(?:\w+\.)*{quoted}(?:\.[\w.]+)?$|\$\{{(?:\w+\.)*{quoted}[.}}]", self.text) is not None

    def calls(self, function: str) -> bool:
        """Whether a function is called here: as a key, or in its short form."""
        return (self.key and self.text == function) or self.tag == f"!{function.removeprefix('Fn::')}"


def scalars(text: str) -> list[Scalar]:
    """Every key and value of a text, in the order of its lines; none of what is no YAML."""
    try:
        root = composed(text)
    except yaml.YAMLError:
        return []
    return list(_scalars(root, ())) if root else []


def _scalars(node: yaml.Node, path: tuple[str, ...]) -> Iterator[Scalar]:
    line = int(node.start_mark.line) + 1
    if isinstance(node, yaml.ScalarNode):
        yield Scalar(path, line, node.value, False, node.tag)
        return
    if not node.tag.startswith("tag:"):  # the short form of a function over a list or a mapping
        yield Scalar(path, line, "", False, node.tag)
    if isinstance(node, yaml.SequenceNode):
        for index, member in enumerate(node.value):
            yield from _scalars(member, (*path, str(index)))
        return
    for key, value in node.value:
        own = (*path, str(key.value))
        yield Scalar(own, int(key.start_mark.line) + 1, str(key.value), True, "")
        yield from _scalars(value, own)
