"""The nodes of an environment file: each is read with its line, and what is wrong with its form is gathered."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from cloudformation.environment.findings import Place, Problem
from cloudformation.environment.value_sources import KEPT, Setting, Source, SourceKind, variable

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = "tag:yaml.org,2002:null"
_ELSEWHERE = {SourceKind.ENVIRONMENT.value, SourceKind.KEPT.value}
Entries: TypeAlias = Mapping[str, tuple[Place, yaml.Node]]
"""Key -> where it is written, and its value."""


class NodeReader:
    """Reads nodes of one file and gathers what is wrong with them; `folder` is where it lies."""

    def __init__(self, shown: str, folder: Path) -> None:
        self.shown = shown
        self.folder = folder
        self.problems: list[Problem] = []
        self.unread: set[str] = set()

    def document(self, path: Path) -> Entries | None:
        """The top level of the file; None where it is no YAML, so that no key of it can be missed."""
        try:
            node = yaml.compose(path.read_bytes().decode(), Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self.invalid(mark.line + 1 if mark else None, str(error.problem))
            return None
        except (yaml.YAMLError, UnicodeDecodeError, OSError, RecursionError) as error:
            self.invalid(None, str(error))
            return None
        return self.mapping(node, self.shown)

    def invalid(self, line: int | None, text: str) -> None:
        self.problem(Place(self.shown, line), f"is not valid YAML: {text}")

    def place(self, node: yaml.Node) -> Place:
        return Place(self.shown, node.start_mark.line + 1)

    def problem(self, place: Place, text: str) -> None:
        self.problems.append(Problem(place, text))

    def mapping(self, node: yaml.Node | None, what: str) -> Entries:
        """The entries of a mapping by key, each key once; a key is one text."""
        if not isinstance(node, yaml.MappingNode):
            place = Place(self.shown, 1) if node is None else self.place(node)
            self.problem(place, f"{what}: a mapping is needed")
            return {}
        entries: dict[str, tuple[Place, yaml.Node]] = {}
        for key, value in node.value:
            place = self.place(key)
            if not isinstance(key, yaml.ScalarNode):
                self.problem(place, f"{what}: a key is one text, not a list or a mapping")
                continue
            if key.value in entries:
                self.problem(place, f"{key.value} is written twice; first in line {entries[key.value][0].line}")
            entries[key.value] = (place, value)
        return entries

    def is_text(self, node: yaml.Node) -> bool:
        """Whether a value is one text, which may be written as ''."""
        return isinstance(node, yaml.ScalarNode) and node.tag != _NULL

    def text(self, key: str, place: Place, node: yaml.Node) -> str:
        """A scalar as it was written; an empty value must be written as ''."""
        if not isinstance(node, yaml.ScalarNode):
            self.problem(place, f"{key}: one value is needed")
        elif node.tag == _NULL:
            self.problem(place, f"{key} has no value; write '' for an empty one")
        else:
            return str(node.value)
        return ""

    def items(self, key: str, place: Place, node: yaml.Node) -> tuple[str, ...]:
        if not isinstance(node, yaml.SequenceNode):
            self.problem(place, f"{key}: a list is needed")
            return ()
        return tuple(self.text(f"{key}, item {number}", place, item) for number, item in enumerate(node.value, 1))

    def setting(self, key: str, place: Place, node: yaml.Node) -> Setting:
        """A parameter's value: a scalar, a list of scalars for the list types, or where it comes from."""
        known = len(self.problems)
        setting = self._setting(key, place, node)
        if len(self.problems) > known:
            self.unread.add(key)
        return setting

    def _setting(self, key: str, place: Place, node: yaml.Node) -> Setting:
        if isinstance(node, yaml.MappingNode) and _words(node) & _ELSEWHERE:
            return Setting("", place, source=self.source(key, place, node))
        items = self.items(key, place, node) if isinstance(node, yaml.SequenceNode) else None
        return Setting(",".join(items) if items is not None else self.text(key, place, node), place, items)

    def source(self, key: str, place: Place, node: yaml.MappingNode) -> Source:
        """`{from_environment: VARIABLE}` or `{keep: true}`."""
        entries = self.mapping(node, key)
        texts = {word: self.text(f"{key}, {word}", *entry) for word, entry in entries.items()}
        named = texts.get(SourceKind.ENVIRONMENT.value, "")
        if len(texts) == 1 and re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", named):
            return variable(named)
        if texts != {SourceKind.KEPT.value: "true"}:
            self.problem(place, f"{key}: a value, {{from_environment: VARIABLE}} or {{keep: true}} is needed")
        return KEPT


def _words(node: yaml.MappingNode) -> set[str]:
    return {key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)}
