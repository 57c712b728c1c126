"""A stack belongs to one environment file, whatever tree of templates that is of."""

from collections.abc import Iterable, Iterator

from cloudformation.environment.environment_file import Environment, Reading
from cloudformation.environment.findings import Findings, Problem, in_order


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
