"""An environment held against root.yaml: the values that will be sent, or everything that is wrong at once.

The Rules section is evaluated before anything is sent. What CloudFormation alone can decide (an attribute in the
account, a value in Systems Manager) is left to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cloudformation.intrinsics.evaluation import Scope, leave
from cloudformation.limits import NAMED_ENTRIES
from cloudformation.parameters.values import typed_value
from cloudformation.references import references
from cloudformation.rules import broken_assertions
from cloudformation.unknown import awaited
from deployment.environment.consistency import inconsistencies
from deployment.environment.environment_file import Environment
from deployment.environment.parameter_values import Value, assign, declared_parameters
from deployment.errors import FileProblems, Place, Problem
from deployment.template.template import Template


def checked_values(template: Template, environment: Environment, *, complete: bool = True) -> dict[str, Value]:
    """A value for every parameter of the template, in its order; raises FileProblems with all findings.

    Where it need not be `complete`, a missing value is none of them: what is given is checked all the same.
    """
    declared = declared_parameters(template)
    values, problems = assign(declared, environment, complete=complete)
    if len(declared) > NAMED_ENTRIES:
        problems.append(Problem(environment.place, f"the template has more than {NAMED_ENTRIES} parameters"))
    problems += broken_rules(template, values, environment)
    problems += inconsistencies(values, environment)
    if problems:
        ordered = sorted(problems, key=lambda problem: (problem.place.file, problem.place.line or 0))
        subject = f"{environment.place} (with --set)" if environment.overridden else str(environment.place)
        raise FileProblems(subject, ordered, f"mend {environment.place}, then try again")
    return values


def broken_rules(template: Template, values: Mapping[str, Value], environment: Environment) -> Iterator[Problem]:
    """One finding an assertion that does not hold, at the first parameter that it speaks of."""
    pseudo = {"AWS::Region": environment.region, "AWS::AccountId": environment.account}
    declared = declared_parameters(template)
    declared |= {name: value.declared for name, value in values.items()}
    scope = Scope({name: _value(name, values.get(name)) for name in declared} | pseudo, refused=leave)
    types = {name: parameter.type for name, parameter in declared.items()}
    for broken in broken_assertions(template.section("Rules"), types, scope):
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
