"""The values that an environment gives to the parameters of a template, and what its file alone shows to be wrong.

This much is asked whenever something is rendered; `check` asks the rest, which takes longer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from cloudformation.environment.environment_file import Environment, Reading
from cloudformation.environment.findings import Findings, Problem, in_order
from cloudformation.environment.parameter_values import Value, assign, declared_parameters
from cloudformation.limits import NAMED_ENTRIES
from cloudformation.template.tree import Tree


def given_values(
    template: Tree, reading: Reading, others: Iterable[Environment] = ()
) -> tuple[dict[str, Value], Findings]:
    """A value for every parameter that has one; findings about the file, its names and values, and its stack."""
    environment, told = reading.environment, held_alone(reading, others)
    if "parameters" not in environment.places:  # the file says nothing of them that could be wrong
        return {}, told
    declared = declared_parameters(template)
    unread = reading.unread & declared.keys()
    given = {name: setting for name, setting in environment.parameters.items() if name not in unread}
    asked = {name: parameter for name, parameter in declared.items() if name not in unread}
    values, wrong = assign(asked, replace(environment, parameters=given))
    if len(declared) > NAMED_ENTRIES:
        wrong.append(Problem(environment.place, f"the template has more than {NAMED_ENTRIES} parameters"))
    return values, Findings(in_order([*told.problems, *wrong]))


def held_alone(reading: Reading, others: Iterable[Environment] = ()) -> Findings:
    """What is wrong where the templates are not at hand: the file's form, and a stack that is another's."""
    return Findings(in_order([*reading.problems, *one_stack(reading.environment, others)]))


def one_stack(environment: Environment, others: Iterable[Environment]) -> Iterator[Problem]:
    """Each other environment that names the same stack, whatever tree it belongs to: one would replace the other."""
    stack = stack_of(environment)
    for other in others:
        if all(stack) and stack_of(other) == stack:
            yield Problem(
                environment.place_of("stack"),
                f"stack {environment.stack} of {environment.account}/{environment.region} is that of {other.name} "
                f"already ({other.place_of('stack')}): each would be deployed over the other",
            )


def stack_of(environment: Environment) -> tuple[str, str, str]:
    """What is one stack to CloudFormation: the same name in the same account and Region."""
    return environment.account, environment.region, environment.stack
