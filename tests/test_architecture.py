"""The floors of the house, read from the imports: each wing stands on its own, and nothing leans upwards."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
WINGS = ("templates", "deployment", "rehearsal")
FORBIDDEN = {
    "templates": {"boto3", "botocore", "deployment", "rehearsal", "moto"},
    "deployment": {"troposphere", "awacs", "templates", "rehearsal", "moto"},
    "rehearsal": {"troposphere", "awacs", "templates", "deployment", "boto3"},
    "render.py": {"boto3", "botocore", "deployment", "rehearsal"},
    "deploy.py": {"troposphere", "awacs", "templates"},
}
# What takes so long to import that only the code that needs it may, when it needs it (seconds: cfn-lint 3, moto 1.2).
SLOW = {"boto3", "botocore", "cfnlint", "moto", "rich"}
# A Stack, Provider or Manager that does everything is how the tools in this field grow old.
MOST_LINES = 300
MOST_FUNCTION_LINES = 45


def sources(place: str) -> list[Path]:
    path = PROJECT / place
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def every_source() -> list[Path]:
    return [file for place in (*WINGS, "render.py", "deploy.py") for file in sources(place)]


def imported(nodes: Iterator[ast.AST] | list[ast.stmt]) -> set[str]:
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add((node.module or "").split(".")[0])
    return names


def relative(file: Path) -> str:
    return str(file.relative_to(PROJECT))


@pytest.mark.parametrize("place", FORBIDDEN)
def test_a_wing_imports_nothing_of_another(place: str) -> None:
    assert sources(place)
    for file in sources(place):
        found = imported(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
        assert not found & FORBIDDEN[place], f"{relative(file)} imports {found & FORBIDDEN[place]}"


@pytest.mark.parametrize("file", every_source(), ids=relative)
def test_what_is_slow_to_import_is_imported_where_it_is_needed(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    # A report that draws with rich is itself imported only to be drawn.
    drawn = file.parent.name == "report" or relative(file) == "deployment/terminal/live.py"
    slow = SLOW - {"rich"} if drawn else SLOW
    assert not imported(tree.body) & slow, "at the top of the file everybody pays for it"


@pytest.mark.parametrize("file", [f for place in WINGS for f in sources(place)], ids=relative)
def test_nothing_below_the_commands_prints_exits_or_sleeps(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert not [node.lineno for node in calls if isinstance(node.func, ast.Name) and node.func.id == "print"]
    exits = [node for node in calls if ast.unparse(node.func) in ("sys.exit", "exit", "quit")]
    assert not exits or file.name == "__main__.py"


@pytest.mark.parametrize("file", every_source(), ids=relative)
def test_every_module_says_what_it_is_and_stays_small(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "one sentence of what it is"
    assert text.count("\n") <= MOST_LINES, "which two ideas live here?"
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    if file.parent.name == "templates":  # a layer reads top to bottom like the YAML it becomes
        functions = [function for function in functions if function.name != "template"]
    long = {
        f.name: f.end_lineno - f.lineno
        for f in functions
        if f.end_lineno and f.end_lineno - f.lineno > MOST_FUNCTION_LINES
    }
    assert not long


def test_the_folders_names_are_nouns_of_cloudformation() -> None:
    vague = {"utils", "util", "helpers", "helper", "base", "common", "manager", "misc"}
    assert not {file.stem for file in every_source()} & vague
