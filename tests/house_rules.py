"""The rules of the house: each gives its offences as `file:line: what`, over all files.

A drawing shows the floors of one folder, the top floor first; names on one line share a floor. `room/` is a folder,
`name` a module, and `*` stands for every other module of the folder. A module on a floor imports from lower
floors only, and nothing on its own floor.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from tests.house import House, Import, Module

Drawings = Mapping[str, str]
REST = "*"
ENDING = {"print", "exit", "quit", "sys.exit", "os._exit", "time.sleep", "sleep", "SystemExit"}


def between_wings(house: House, forbidden: Mapping[str, set[str]]) -> list[str]:
    """What a wing or a command may not import, of any package."""
    return [
        f"{module.place}:{found.line}: imports {found.module}; {module.top} may import nothing of {_top(found)}"
        for module, found in house.each_import()
        if _top(found) in forbidden.get(module.top, ())
    ]


def beyond_the_standard_library(house: House, allowed: Mapping[str, set[str]]) -> list[str]:
    """What a wing takes that neither Python brings, nor the wing itself, nor its list."""
    return [
        f"{module.place}:{found.line}: imports {found.module}; {module.top} stands on the standard library and "
        f"{', '.join(sorted(allowed[module.top]))} alone"
        for module, found in house.each_import()
        if module.top in allowed and _top(found) not in {module.top, *allowed[module.top], *sys.stdlib_module_names}
    ]


def _top(found: Import) -> str:
    return found.module.split(".")[0]


def upward(house: House, drawings: Drawings) -> list[str]:
    """Imports that do not go to a lower floor of the folder in which the two ways part."""
    floors = {folder: _floors(drawing) for folder, drawing in drawings.items()}
    return [
        f"{module.place}:{found.line}: imports {found.module}; in {folder}/ {low} is not below {high}"
        for module, found in house.each_import()
        for folder, high, low in _parting(module, house.modules.get(found.module))
        if folder in floors and not _is_below(floors[folder], low, high)
    ]


def _parting(module: Module, other: Module | None) -> Iterator[tuple[str, str, str]]:
    """The folder in which the ways to two modules part, and the entry of each; nothing where one holds the other."""
    if other is None:
        return
    left, right = module.place.split("/"), other.place.split("/")
    depth = next((n for n, pair in enumerate(zip(left, right, strict=False)) if pair[0] != pair[1]), 0)
    if depth and "__init__.py" not in (left[depth], right[depth]):
        yield "/".join(left[:depth]), _entry(left, depth), _entry(right, depth)


def _entry(parts: list[str], depth: int) -> str:
    return parts[depth] + "/" if depth + 1 < len(parts) else parts[depth].removesuffix(".py")


def _floors(drawing: str) -> dict[str, int]:
    """Entry -> floor, the lowest is 0."""
    lines = [line.split() for line in drawing.splitlines() if line.strip()]
    return {name: floor for floor, line in enumerate(reversed(lines)) for name in line}


def _is_below(floors: Mapping[str, int], low: str, high: str) -> bool:
    below, above = (floors.get(name, floors.get(REST)) for name in (low, high))
    if below is None or above is None:
        return True  # `undrawn` reports it
    return below < above or (low not in floors and high not in floors)


def undrawn(house: House, drawings: Drawings) -> list[str]:
    """Folders and modules without a floor, and floors of what is not there."""
    offences = []
    for folder, entries in house.folders().items():
        drawn = set(_floors(drawings.get(folder, "")))
        rooms = {entry for entry in entries if entry.endswith("/")}
        missing = rooms - drawn if REST in drawn or ("/" in folder and not rooms) else entries - drawn
        offences += [f"{folder}/{entry}: has no floor in the drawing of {folder}/" for entry in sorted(missing)]
        absent = drawn - entries - {REST}
        offences += [f"{folder}/{entry}: is drawn and is not there" for entry in sorted(absent)]
    return offences


def circles(house: House) -> list[str]:
    """Modules that import each other, at whatever time."""
    edges = {
        name: {found.module: found.line for found in imports if found.module in house.modules and found.module != name}
        for name, imports in house.imports.items()
    }
    offences = []
    while True:
        try:
            TopologicalSorter(edges).prepare()
        except CycleError as error:
            names: list[str] = error.args[1][::-1]  # from the importing module on
            steps = [f"{house.modules[a].place}:{edges[a][b]}: imports {b}" for a, b in pairwise(names)]
            offences.append("; ".join(steps) + ": a circle")
            del edges[names[0]][names[1]]
        else:
            return offences


def slow_at_start(house: House, slow: set[str], may: Mapping[str, str]) -> list[str]:
    """What is slow to import and imported at the top of a file, where everybody pays for it.

    `may` names modules that do nothing without one slow package; they are then slow themselves.
    """
    return [
        f"{module.place}:{found.line}: imports {found.module} at the top, where everybody pays for it"
        for module, found in house.each_import()
        if found.at_start
        and (_top(found) in slow - {may.get(module.name)} or (found.module in may and module.name not in may))
    ]


def crowded(house: House, most: int) -> list[str]:
    """Folders that nobody takes in at a glance."""
    return [
        f"{folder}/: has {len(entries)} entries, more than {most}"
        for folder, entries in house.folders().items()
        if len(entries) > most
    ]


def oversized(house: House, most_lines: int, most_function_lines: int) -> list[str]:
    """Modules and functions in which two ideas live."""
    modules = [
        f"{module.place}: has {lines} lines, more than {most_lines}"
        for module in house.modules.values()
        if (lines := module.text.count("\n")) > most_lines
    ]
    functions = [
        f"{module.place}:{node.lineno}: {node.name} has {lines} lines, more than {most_function_lines}"
        for module in house.modules.values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno) > most_function_lines
    ]
    return modules + functions


def undescribed(house: House) -> list[str]:
    modules = house.modules.values()
    return [f"{module.place}: does not say what it is" for module in modules if not ast.get_docstring(module.tree)]


def vague(house: House, names: set[str]) -> list[str]:
    return [
        f"{folder}/{entry}: is a name for anything"
        for folder, entries in house.folders().items()
        for entry in sorted(entries | {folder})
        if entry.rstrip("/") in names
    ]


def named_twice(house: House, wing: str) -> list[str]:
    """Modules and folders of a wing that have one name."""
    places: dict[str, list[str]] = defaultdict(list)
    for folder, entries in house.folders().items():
        for entry in entries if (folder + "/").startswith(wing + "/") else ():
            places[entry.rstrip("/")].append(f"{folder}/{entry}")
    return [f"{', '.join(sorted(found))}: one name" for found in places.values() if len(found) > 1]


def ended_or_printed(house: House, allowed: set[str]) -> list[str]:
    """Calls that print, end the process or sleep; a sleep of 0 only lets another thread go first."""
    return [
        f"{module.place}:{call.lineno}: calls {_callee(call)}; only a command does that"
        for module in house.modules.values()
        if module.place not in allowed
        for call in module.calls()
        if _callee(call) in ENDING and not ast.unparse(call).endswith("sleep(0)")
    ]


def _callee(call: ast.Call) -> str:
    """`f` or `module.f`; nothing for what is called in another way."""
    match call.func:
        case ast.Name(name):
            return name
        case ast.Attribute(ast.Name(module), name):
            return f"{module}.{name}"
    return ""
