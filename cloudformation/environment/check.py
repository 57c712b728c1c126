"""An environment checked against root.yaml: the values that will be sent, or everything that is wrong at once.

The Rules section is evaluated before anything is sent. What CloudFormation alone can decide (an attribute in the
account, a value in Systems Manager) is left to it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cloudformation.environment.at_creation import WHERE, as_created, wrong_at_creation
from cloudformation.environment.checks.consistency import inconsistencies, misplaced
from cloudformation.environment.checks.neighbours import Neighbour, overlapping, shared_names
from cloudformation.environment.checks.system_checks import system_problems
from cloudformation.environment.checks.whole_numbers import fractions
from cloudformation.environment.environment_file import Environment, Reading
from cloudformation.environment.findings import Findings, Place, Problem, in_order
from cloudformation.environment.given_values import given_values
from cloudformation.environment.one_stack import stack_of
from cloudformation.environment.parameter_values import Value, declared_parameters
from cloudformation.intrinsics.evaluation import Scope, leave
from cloudformation.parameters.values import typed_value
from cloudformation.references import references
from cloudformation.rules import broken_assertions
from cloudformation.template.tree import Tree, section
from cloudformation.unknown import awaited


def held_against(
    template: Tree, reading: Reading, others: Iterable[Environment] = (), *, complete: bool = True
) -> tuple[dict[str, Value], Findings]:
    """A value for every parameter of the template that has one, in its order, and all findings.

    `others` are the other environments of the project. Where no value is sent, they need not be `complete`.
    """
    environment, others = reading.environment, list(others)
    values, told = given_values(template, reading, others, complete=complete)
    if "parameters" not in environment.places:
        return values, told
    wrong = [*broken_rules(template, values, environment), *inconsistencies(values, environment)]
    wrong += [*misplaced(values, environment), *fractions(template, values, environment)]
    wrong += [*system_problems(values, environment), *wrong_at_creation(template, values, environment)]
    if not wrong:
        wrong += _broken_at_creation(template, values, environment)
    own = Neighbour(environment, values)
    shared = list(shared_names(template, own, others))
    wrong += [problem for problem, certain in shared if certain]
    warnings = [*_incomparable(others), *(problem for problem, certain in shared if not certain)]
    return values, Findings(
        in_order([*told.problems, *wrong]),
        in_order([*warnings, *overlapping(template, own, others)]),
    )


def _broken_at_creation(template: Tree, values: Mapping[str, Value], environment: Environment) -> Iterator[Problem]:
    """The assertions that hold, but not for what a creation sends."""
    created = as_created(template, values)
    for problem in broken_rules(template, created, environment) if created != values else ():
        yield Problem(problem.place, f"{problem.text} (with what {WHERE} of the root template sends)")


def _incomparable(others: Iterable[Environment]) -> Iterator[Problem]:
    """One warning for each other environment of which it is not known whether it is the same stack."""
    for other in others:
        if not all(stack_of(other)):
            yield Problem(
                other.place, "names no account, Region and stack that could be compared with this environment's"
            )


def broken_rules(template: Tree, values: Mapping[str, Value], environment: Environment) -> Iterator[Problem]:
    """One finding an assertion that does not hold, at the first parameter that it speaks of."""
    pseudo = {"AWS::Region": environment.region, "AWS::AccountId": environment.account}
    declared = declared_parameters(template)
    declared |= {name: value.declared for name, value in values.items()}
    scope = Scope({name: _value(name, values.get(name)) for name in declared} | pseudo, refused=leave)
    types = {name: parameter.type for name, parameter in declared.items()}
    for broken in broken_assertions(section(template, "Rules"), types, scope):
        place = _place([broken.assertion, broken.condition], values)
        description = broken.description or "an assertion does not hold"
        yield Problem(place or environment.place_of("parameters"), f"Rule {broken.rule}: {description}")


def _value(name: str, value: Value | None) -> Any:
    if value is None or value.kept or value.declared.is_ssm:
        return awaited((), name)
    return typed_value(value.declared.type, value.text)


def _place(expressions: Any, values: Mapping[str, Value]) -> Place | None:
    named = (reference.name for reference in references(expressions))
    return next((values[name].place for name in named if name in values and values[name].place), None)
