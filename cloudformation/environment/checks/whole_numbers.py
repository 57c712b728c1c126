"""A value with a fraction for a property that takes whole numbers.

A parameter has no type for whole numbers, and AllowedPattern is not for type Number. So the parameter is followed
through the templates to the properties that it becomes, and their registry schemas say whether they are integers.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

import re
from collections.abc import Iterator, Mapping

from cloudformation.environment.environment_file import Environment
from cloudformation.environment.findings import Problem
from cloudformation.environment.parameter_values import Value
from cloudformation.scalars import is_number
from cloudformation.template.parameter_uses import uses
from cloudformation.template.schemas import property_types, schema_of
from cloudformation.template.tree import Tree

_WHOLE = re.compile(r"[+-]?[0-9]+")
_NUMBERS = ("Number", "List<Number>")


def fractions(template: Tree, values: Mapping[str, Value], environment: Environment) -> Iterator[Problem]:
    """Each number that is not written as a whole one though a property that it becomes is an integer."""
    for name, value in values.items():
        if value.declared.type not in _NUMBERS or all(map(_WHOLE.fullmatch, value.members)):
            continue
        consumer = _integer_property(template, name)
        if consumer and all(map(is_number, value.members)):
            shown = "" if value.declared.secret else f"; it is {value.text!r}"
            place = value.place or environment.place_of("parameters")
            yield Problem(place, f"Parameter '{name}' must be a whole number: {consumer} is an integer{shown}")


def _integer_property(template: Tree, name: str) -> str | None:
    for use in uses(template, name):
        schema = schema_of(use.type)
        if schema and property_types(schema, use.property) == {"integer"}:
            return f"{use.type} {'.'.join(use.property)}"
    return None
