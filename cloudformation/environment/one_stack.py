"""A stack belongs to one environment file, whatever tree of templates that is of."""

from collections.abc import Iterable, Iterator

from cloudformation.environment.environment_file import Environment, Reading
from cloudformation.environment.findings import Findings, Place, Problem, in_order
from cloudformation.environment.keys.service_settings import service_stack


def held_alone(reading: Reading, others: Iterable[Environment] = ()) -> Findings:
    """What is wrong where the templates are not at hand: the file's form, and a stack that is another's."""
    return Findings(in_order([*reading.problems, *one_stack(reading.environment, others)]))


def one_stack(environment: Environment, others: Iterable[Environment]) -> Iterator[Problem]:
    """Each other environment that has the same stack, as its own or a service's, whatever tree it belongs to."""
    stack = stack_of(environment)
    for whose, place, other in _stacks(others):
        if all(stack) and other == stack:
            yield Problem(
                environment.place_of("stack"),
                f"stack {environment.stack} of {environment.account}/{environment.region} is that of {whose} "
                f"already ({place}): each would be deployed over the other",
            )


def _stacks(environments: Iterable[Environment]) -> Iterator[tuple[str, Place, tuple[str, str, str]]]:
    """Whose each stack is, where that is written, and which stack it is."""
    for environment in environments:
        account, region, stack = stack_of(environment)
        yield environment.name, environment.place_of("stack"), (account, region, stack)
        for name, settings in environment.services.items():
            yield f"{name} of {environment.name}", settings.place, (account, region, service_stack(stack, name))


def stack_of(environment: Environment) -> tuple[str, str, str]:
    """What is one stack to CloudFormation: the same name in the same account and Region."""
    return environment.account, environment.region, environment.stack
