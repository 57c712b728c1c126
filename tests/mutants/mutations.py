"""The mutations of one module, each with a name that stays while the function around it does."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tests.mutants.operators import replacements

_Step = tuple[str, int | None]
# What is for the type checker alone, and what a decorator is given, is no behaviour that a test could hold.
_SKIPPED = {"annotation", "returns", "decorator_list", "type_params", "bases"}


@dataclass(frozen=True)
class Mutation:
    """One change of a module: where it stands now, what becomes of what, and the way to it through the tree."""

    name: str
    line: int
    path: tuple[_Step, ...]
    number: int

    def applied(self, source: str) -> ast.Module:
        """The module with this change."""
        tree = ast.parse(source)
        *before, (field, index) = self.path
        parent: ast.AST = tree
        for step in before:
            parent = _child(parent, step)
        new = list(replacements(_child(parent, (field, index))))[self.number]
        if index is None:
            setattr(parent, field, new)
        else:
            getattr(parent, field)[index] = new
        return _placed(tree)


def _placed(tree: ast.Module) -> ast.Module:
    return ast.fix_missing_locations(tree)


def _child(node: ast.AST, step: _Step) -> ast.AST:
    field, index = step
    value = getattr(node, field)
    child: ast.AST = value if index is None else value[index]
    return child


def mutations(source: str) -> list[Mutation]:
    """All of them, in the order of the source; like ones within one function are numbered."""
    counted: Counter[str] = Counter()
    made = []
    for scope, path, node in _nodes(ast.parse(source), (), ""):
        for number, new in enumerate(replacements(node)):
            name = f"{scope or 'module'}: {_short(node)} -> {_short(new)}"
            counted[name] += 1
            numbered = f"{name} #{counted[name]}" if counted[name] > 1 else name
            made.append(Mutation(numbered, _line(node), path, number))
    return made


def _line(node: ast.AST) -> int:
    """The `for` of a comprehension has none of its own: what is in it does."""
    return next((inner.lineno for inner in ast.walk(node) if isinstance(inner, ast.expr | ast.stmt)), 0)


def _short(node: ast.AST) -> str:
    """A node on one line: of a statement with a body its head."""
    text = ast.unparse(ast.fix_missing_locations(node)).strip()
    lines = [line.strip() for line in text.splitlines()]
    return lines[0] if isinstance(node, ast.If | ast.While) else " ".join(lines)


def _nodes(node: ast.AST, path: tuple[_Step, ...], scope: str) -> Iterator[tuple[str, tuple[_Step, ...], ast.AST]]:
    for field, value in ast.iter_fields(node):
        if field in _SKIPPED or (field == "args" and _names_types(node)):
            continue
        children = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        for index, child in children:
            if isinstance(child, ast.AST) and not _is_for_types(child, scope):
                here = (*path, (field, index))
                yield scope, here, child
                yield from _nodes(child, here, _scope(scope, child))


def _scope(scope: str, node: ast.AST) -> str:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return f"{scope}.{node.name}" if scope else node.name
    return scope


def _names_types(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("isinstance", "cast")


def _is_for_types(node: ast.AST, scope: str) -> bool:
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return True
    # `Value = Text | Number` names a type.
    return not scope and isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr)
