"""Made-up values that a template takes apart: they have as many parts as it asks for.

How AWS writes an endpoint, with `https://` or without, is documented for few types; who writes
`!Select [1, !Split ["://", !GetAtt Container.Endpoint]]` has seen it. A made-up value is no reason to refuse that.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from cloudformation.intrinsics.forms import INDEX, get_att_parts
from cloudformation.references import intrinsic
from cloudformation.template.sections import Template, parse_template
from rehearsal.state.stacks import StackResource

_SCHEME = "://"
Asked = tuple[str, str]
"""A logical id and an attribute; no attribute for a Ref."""


def with_parts(template: Template, resource: StackResource, wanted: str, value: Any) -> Any:
    """A value of a resource with the parts that the template selects of it, where they were made up and are too few."""
    if not isinstance(value, str) or value in resource.properties.values():
        return value
    for delimiter, count in _splits(template.body).get((resource.logical_id, wanted), ()):
        value = _padded(value, delimiter, count)
    return value


def _padded(value: str, delimiter: str, count: int) -> str:
    parts = value.split(delimiter)
    if len(parts) >= count:
        return value
    if delimiter == _SCHEME:
        return f"https{_SCHEME}{value}"
    return delimiter.join([*parts, *parts[-1:] * (count - len(parts))])


@lru_cache(maxsize=256)
def _splits(body: str) -> Mapping[Asked, tuple[tuple[str, int], ...]]:
    """Which values the template splits by which delimiter, and how many parts it selects of."""
    template = parse_template(body)
    found: dict[Asked, list[tuple[str, int]]] = defaultdict(list)
    for value in [entry.values for entry in template.resources.values()] + list(template.outputs.values()):
        for asked, delimiter, count in selections(value):
            found[asked].append((delimiter, count))
    return {asked: tuple(splits) for asked, splits in found.items()}


def selections(value: Any) -> Iterator[tuple[Asked, str, int]]:
    """What a part of a template splits, by which delimiter, and how many parts it selects of it at least."""
    function = intrinsic(value)
    if function and function[0] == "Fn::Select" and isinstance(function[1], list) and len(function[1]) == 2:
        index, of = function[1]
        split = intrinsic(of)
        if split and split[0] == "Fn::Split" and isinstance(split[1], list) and INDEX.fullmatch(str(index)):
            asked = asked_by(split[1][-1])
            if asked and split[1][0]:
                yield asked, str(split[1][0]), int(str(index)) + 1
    for item in value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ():
        yield from selections(item)


def asked_by(value: Any) -> Asked | None:
    """What a value is, where it is a Ref, a Fn::GetAtt, or a Fn::Sub without other text, and nothing else."""
    name, argument = intrinsic(value) or ("", None)
    if name == "Ref" and isinstance(argument, str):
        return argument, ""
    if name == "Fn::GetAtt":
        logical_id, attribute = get_att_parts(argument)
        return (logical_id, attribute) if isinstance(attribute, str) else None
    if name == "Fn::Sub" and isinstance(argument, str) and argument.startswith("${") and argument.endswith("}"):
        logical_id, _, attribute = argument[2:-1].partition(".")
        return logical_id, attribute
    return None
