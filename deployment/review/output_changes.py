"""What a change set does to outputs: those of the root, which people read, and exports, which other stacks import.

CloudFormation lists no outputs in a change set; both sides of each are evaluated here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from cloudformation.unknown import ABSENT, Unknown, is_unknown, shown
from deployment.aws.calls import at_once
from deployment.aws.session import Client
from deployment.review.exports import Importers, importers_of
from deployment.review.review import OutputChange, WillChange
from deployment.review.sides import Sides
from deployment.stack.stack import Stack
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.values import Values


def output_changes(sides: Sides, stack: Stack, between: Callable[[Any, Any], WillChange]) -> tuple[OutputChange, ...]:
    """Every output that changes, or may, of an existing stack; `between` judges the two sides of a value."""
    if ROOT not in sides.before.documents:
        return ()
    paths = sorted({*sides.before.documents, *sides.after.documents})
    return tuple(change for path in paths for change in _of_layer(sides, stack, between, path))


def with_importers(cloudformation: Client, changes: tuple[OutputChange, ...]) -> tuple[OutputChange, ...]:
    """The same changes, with the stacks that import what changes or goes: a call for each export."""
    exported = {change.path: change.export[0] for change in changes if change.export[0]}
    importers = at_once(lambda name: importers_of(cloudformation, name), exported)
    return tuple(
        replace(change, importers=told.names, importers_unread=told.unread)
        for change, told in ((change, importers.get(change.path, Importers())) for change in changes)
    )


def _of_layer(
    sides: Sides, stack: Stack, between: Callable[[Any, Any], WillChange], path: ResourcePath
) -> Iterator[OutputChange]:
    live = stack.values if not path else sides.standing[path].values if path in sides.standing else {}
    names = dict.fromkeys((*sides.before.section(path, "Outputs"), *sides.after.section(path, "Outputs")))
    for name in names:
        old, new = (_value(side, path, name) for side in (sides.before, sides.after))
        exports = _export(sides.before, path, name), _export(sides.after, path, name)
        if path and exports == (None, None):
            continue
        moves = _moves(between, old, new)
        if moves is WillChange.NO and exports[0] == exports[1]:
            continue
        before = None if old is ABSENT else live.get(name, shown(old))
        known = new is ABSENT or not is_unknown(new)
        after = None if new is ABSENT or not known else shown(new)
        yield OutputChange(path / name, before, after, known, moves is not WillChange.MAY, exports)


def _moves(between: Callable[[Any, Any], WillChange], old: Any, new: Any) -> WillChange:
    if (old is ABSENT) is not (new is ABSENT):
        return WillChange.YES
    return WillChange.NO if old is ABSENT else between(old, new)


def _body(side: Values, path: ResourcePath, name: str) -> Mapping[str, Any]:
    body = side.section(path, "Outputs").get(name)
    return body if isinstance(body, dict) else {}


def _value(side: Values, path: ResourcePath, name: str) -> Any:
    """What an output is on one side; ABSENT where it is not declared, or its condition does not hold."""
    body = _body(side, path, name)
    if not body:
        return ABSENT
    truth = side.condition(path, str(body["Condition"])) if "Condition" in body else True
    if truth is False:
        return ABSENT
    value = side.value(path, body.get("Value"))
    if isinstance(truth, Unknown):
        return Unknown(shown(value), f"output if {truth.key}", truth.sources)
    return value


def _export(side: Values, path: ResourcePath, name: str) -> str | None:
    exported = _body(side, path, name).get("Export")
    return shown(side.value(path, exported.get("Name"))) if isinstance(exported, dict) else None
