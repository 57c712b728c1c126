"""Which transforms a template names: in its Transform section, and by Fn::Transform inside of its sections."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cloudformation.refusals import TemplateError

LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions"
INCLUDE = "AWS::Include"
SERVERLESS = "AWS::Serverless-2016-10-31"
FUNCTION = "Fn::Transform"
LOOP = "Fn::ForEach::"
_REPEATED = 2  # what a loop repeats, after the identifier and the collection
# "AWS::Include transform": it may stand anywhere but in the parameters and the version
UNTRANSFORMED = frozenset(("AWSTemplateFormatVersion", "Parameters", "Transform"))


@dataclass(frozen=True)
class Declaration:
    """One transform: its name, and the parameters as they are written."""

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


def declarations(value: Any) -> list[Declaration]:
    """What a Transform section or the argument of Fn::Transform declares: one transform or a list, in order.

    Errors: TemplateError for what is not named by a text (recorded for CreateStack).
    """
    return [_declaration(entry) for entry in (value if isinstance(value, list) else [value])]


def _declaration(entry: Any) -> Declaration:
    name = entry.get("Name") if isinstance(entry, dict) else entry
    if not isinstance(name, str):
        raise TemplateError("Key Name of transform definition must be a string.")
    parameters = entry.get("Parameters") if isinstance(entry, dict) else None
    return Declaration(name, parameters if isinstance(parameters, dict) else {})


def embedded(document: Mapping[str, Any]) -> Iterator[Declaration]:
    """What a template's sections declare, in no order. Errors: those of `declarations`."""
    waiting = [item for section, item in document.items() if section not in UNTRANSFORMED]
    while waiting:
        current = waiting.pop()
        if isinstance(current, dict):
            if FUNCTION in current:
                yield from declarations(current[FUNCTION])
            waiting += current.values()
        elif isinstance(current, list):
            waiting += current


def transforms(document: Mapping[str, Any]) -> bool:
    """Whether anything in a template is expanded; what has a wrong form counts, for CloudFormation to say."""
    try:
        return bool(document.get("Transform")) or next(embedded(document), None) is not None
    except TemplateError:
        return True


def resource_bodies(resources: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
    """Each resource that stands in a Resources section, by the keys and indexes that lead there; those in loops too.

    "Fn::ForEach": `Fn::ForEach::Name: [identifier, collection, {logical id with ${identifier}: resource, ...}]`; what
    is repeated may be another loop.
    """
    for name, body in resources.items():
        if isinstance(body, dict):
            yield (name,), body
        elif name.startswith(LOOP) and isinstance(body, list) and len(body) > _REPEATED:
            repeated = body[_REPEATED]
            for path, inner in resource_bodies(repeated if isinstance(repeated, dict) else {}):
                yield (name, _REPEATED, *path), inner
