"""How many members a list has whose members nobody knows yet: the ids of subnets that another nested stack outputs.

A list is followed to where it is written: through a nested stack's parameter to what the template above feeds it,
through a nested stack's output to its value, through Join and Split at commas.
"""

from typing import Any

from cloudformation.references import Reference, intrinsic, references
from cloudformation.unknown import ABSENT, is_unknown
from deployment.template.resource_path import ResourcePath
from deployment.template.template import STACK_TYPE
from deployment.template.values import Values

_DEEPEST = 40


def members(side: Values, path: ResourcePath, expression: Any, depth: int = 0) -> int | None:
    """The number of members of a list in the template at `path`; None where it is unknown."""
    expression = _chosen(side, path, expression)
    if depth > _DEEPEST:
        return None
    if isinstance(expression, list):
        return _written(side, path, expression)
    value = side.value(path, expression)
    if isinstance(value, list):
        return len(value)
    if value is ABSENT:
        return 0
    if not is_unknown(value):
        return len(str(value).split(",")) if str(value) else 0
    function = intrinsic(expression)
    return _followed(side, path, *function, depth) if function else None


def _chosen(side: Values, path: ResourcePath, expression: Any) -> Any:
    """An expression, or the branch of it that its conditions choose; where one is not answered, as it is."""
    for _ in range(_DEEPEST):
        function = intrinsic(expression)
        if not function or function[0] != "Fn::If" or not _is_three(function[1]):
            return expression
        truth = side.condition(path, str(function[1][0]))
        if not isinstance(truth, bool):
            return expression
        expression = function[1][1 if truth else 2]
    return expression


def _is_three(argument: Any) -> bool:
    return isinstance(argument, list) and len(argument) == 3


def _written(side: Values, path: ResourcePath, entries: list[Any]) -> int | None:
    chosen = [_chosen(side, path, entry) for entry in entries]
    there = [entry for entry in chosen if side.value(path, entry) is not ABSENT]
    return len(there) if all(_is_one(side, path, entry) for entry in there) else None


def _is_one(side: Values, path: ResourcePath, entry: Any) -> bool:
    """Whether an entry is one member for sure: no list, and no condition that is not answered yet."""
    value = side.value(path, entry)
    if isinstance(value, list) or not is_unknown(value):
        return not isinstance(value, list)
    function, read = intrinsic(entry), list(references(entry))
    if not function or len(read) != 1:
        return isinstance(entry, dict) and not function
    own = read[0].name not in side.section(path, "Parameters") and not _is_output(read[0])
    return own and function[0] in ("Ref", "Fn::GetAtt")


def _is_output(read: Reference) -> bool:
    return (read.attribute or "").startswith("Outputs.")


def _followed(side: Values, path: ResourcePath, function: str, argument: Any, depth: int) -> int | None:
    if function in ("Fn::Join", "Fn::Split"):
        cut = isinstance(argument, list) and len(argument) == 2 and argument[0] == ","
        return members(side, path, argument[1], depth + 1) if cut else None
    reads = list(references({function: argument}))
    if len(reads) != 1:
        return None
    [read] = reads
    if function == "Ref" and path and read.name in side.section(path, "Parameters"):
        return _given(side, path, read.name, depth)
    if function == "Fn::GetAtt" and read.attribute and _is_output(read):
        return _output(side, path / read.name, read.attribute.removeprefix("Outputs."), depth)
    return None


def _given(side: Values, path: ResourcePath, name: str, depth: int) -> int | None:
    """What the template above gives a nested stack's parameter."""
    body = side.resource(path.parent, path.name) or {}
    given = (body.get("Properties") or {}).get("Parameters")
    if not isinstance(given, dict) or intrinsic(given) or name not in given:
        return None
    return members(side, path.parent, given[name], depth + 1)


def _output(side: Values, layer: ResourcePath, name: str, depth: int) -> int | None:
    """What a nested stack outputs, where its template says so itself."""
    body = side.resource(layer.parent, layer.name) or {}
    output = side.section(layer, "Outputs").get(name)
    if body.get("Type") != STACK_TYPE or not isinstance(output, dict) or "Transform" in side.documents.get(layer, {}):
        return None
    return members(side, layer, output.get("Value"), depth + 1)
