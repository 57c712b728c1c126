"""An environment held against root.yaml: the values that will be sent, or everything that is wrong at once.

The Rules section is evaluated before anything is sent. What CloudFormation alone can decide (an attribute in the
account, a value in Systems Manager) is left to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cloudformation.environment.consistency import inconsistencies
from cloudformation.environment.environment_file import Environment, Reading
from cloudformation.environment.findings import Findings, Place, Problem, in_order
from cloudformation.environment.given_values import given_values
from cloudformation.environment.neighbours import Neighbour, overlapping, shared_names
from cloudformation.environment.parameter_values import Value
from cloudformation.environment.placement import misplaced
from cloudformation.environment.whole_numbers import fractions
from cloudformation.intrinsics.evaluation import Scope, leave
from cloudformation.parameters.values import typed_value
from cloudformation.references import references
from cloudformation.rules import broken_assertions
from cloudformation.template.tree import Tree, section
from cloudformation.unknown import awaited


def held_against(
    template: Tree, reading: Reading, others: Iterable[Environment] = ()
) -> tuple[dict[str, Value], Findings]:
    """A value for every parameter of the template that has one, in its order, and all findings.

    `others` are the other environments of the project.
    """
    environment, others = reading.environment, list(others)
    values, told = given_values(template, reading, others)
    if not values:
        return values, told
    wrong = [*broken_rules(template, values, environment), *inconsistencies(values, environment)]
    wrong += [*misplaced(values, environment), *fractions(template, values, environment)]
    own = Neighbour(environment, values)
    shared = list(shared_names(template, own, others))
    wrong += [problem for problem, certain in shared if certain]
    warnings = [problem for problem, certain in shared if not certain]
    return values, Findings(
        in_order([*told.problems, *wrong]),
        in_order([*warnings, *overlapping(template, own, others)]),
    )


def broken_rules(template: Tree, values: Mapping[str, Value], environment: Environment) -> Iterator[Problem]:
    """One finding an assertion that does not hold, at the first parameter that it speaks of."""
    pseudo = {"AWS::Region": environment.region, "AWS::AccountId": environment.account}
    scope = Scope({name: _value(name, value) for name, value in values.items()} | pseudo, refused=leave)
    types = {name: value.declared.type for name, value in values.items()}
    for broken in broken_assertions(section(template, "Rules"), types, scope):
        place = _place([broken.assertion, broken.condition], values)
        description = broken.description or "an assertion does not hold"
        yield Problem(place or environment.place_of("parameters"), f"Rule {broken.rule}: {description}")


def _value(name: str, value: Value) -> Any:
    if value.declared.is_ssm:
        return awaited((), name)
    return typed_value(value.declared.type, value.text)


def _place(expressions: Any, values: Mapping[str, Value]) -> Place | None:
    named = (reference.name for reference in references(expressions))
    return next((values[name].place for name in named if name in values and values[name].place), None)
