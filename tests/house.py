"""The modules of the wings and of the commands, and what each of them imports, wherever in the file it does."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Import:
    """One imported module; `at_start` if importing the importing module imports it too."""

    module: str
    line: int
    at_start: bool


@dataclass(frozen=True)
class Module:
    """One file: its dotted name (that of the folder for an `__init__.py`) and its place in the project."""

    name: str
    place: str
    text: str
    tree: ast.Module

    @property
    def top(self) -> str:
        """The wing's name, or the file's for a command."""
        return self.place.split("/")[0]

    @property
    def is_package(self) -> bool:
        return self.place.endswith("__init__.py")

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))


@dataclass(frozen=True)
class House:
    """Every module of the wings and of the commands, by its dotted name."""

    root: Path
    modules: Mapping[str, Module]

    @cached_property
    def imports(self) -> dict[str, list[Import]]:
        """What each module imports: modules of the project where a name is one, else as it is written."""
        return {name: list(_imports(module, self.modules)) for name, module in self.modules.items()}

    def each_import(self) -> Iterator[tuple[Module, Import]]:
        for name, imports in self.imports.items():
            for found in imports:
                yield self.modules[name], found

    def folders(self) -> dict[str, set[str]]:
        """Every folder with its entries: `room/` and `name`, without `__init__`."""
        entries: dict[str, set[str]] = defaultdict(set)
        for module in self.modules.values():
            *parents, file = module.place.split("/")
            for depth in range(1, len(parents)):
                entries["/".join(parents[:depth])].add(parents[depth] + "/")
            if parents:
                entries["/".join(parents)] |= {file.removesuffix(".py")} - {"__init__"}
        return dict(entries)


def read_house(root: Path, places: Iterable[str]) -> House:
    """Read the folders and files of these names under a root."""
    files = [file for place in places for file in _files(root / place)]
    modules = [_module(file.relative_to(root).as_posix(), file.read_text(encoding="utf-8")) for file in files]
    return House(root, {module.name: module for module in modules})


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def _module(place: str, text: str) -> Module:
    name = place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return Module(name, place, text, ast.parse(text, place))


def _imports(module: Module, known: Mapping[str, Module]) -> Iterator[Import]:
    for node, at_start in _walk(module.tree, at_start=True):
        for name in dict.fromkeys(_named(node, module, known)):
            yield Import(name, getattr(node, "lineno", 0), at_start)


def _walk(node: ast.AST, *, at_start: bool) -> Iterator[tuple[ast.AST, bool]]:
    """Every node, and whether it runs when the module is imported."""
    yield node, at_start
    in_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    for_types = node.body if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test) else []
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, at_start=at_start and not in_function and child not in for_types)


def _named(node: ast.AST, module: Module, known: Mapping[str, Module]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        origin = _origin(node, module)
        for alias in node.names:
            full = f"{origin}.{alias.name}"
            yield full if full in known else origin
    elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("import_module", "__import__"):
        yield from _spelled(node.args[0]) if node.args else ()


def _origin(node: ast.ImportFrom, module: Module) -> str:
    """The package that names are taken from; dots count up from the importing module's own."""
    if node.level == 0:
        return node.module or ""
    above = node.level - 1 if module.is_package else node.level
    parts = module.name.split(".")
    return ".".join([*parts[: len(parts) - above], *([node.module] if node.module else [])])


def _spelled(argument: ast.expr) -> Iterator[str]:
    """The module that a text names; of an f-string, the part before its first value."""
    first = argument.values[0] if isinstance(argument, ast.JoinedStr) and argument.values else argument
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        yield first.value.rstrip(".")
