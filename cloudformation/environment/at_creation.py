"""What a root sends while its stack is created, in place of what is asked for, as its Metadata says.

    Metadata:
      Deployment:
        AtCreation:
          AlbDeletionProtection: "false"

What a creation that fails could not undo is left out of it: a parameter that is named here has that value until the
stack exists, and gets its own by a change set of its own. CloudFormation stores Metadata and does not use it.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cloudformation.environment.environment_file import Environment
from cloudformation.environment.findings import Problem, nearest
from cloudformation.scalars import text_of
from cloudformation.template.tree import Tree, section

if TYPE_CHECKING:
    from cloudformation.environment.parameter_values import Value

WHERE = "Metadata.Deployment.AtCreation"


def values_at_creation(template: Tree) -> dict[str, str]:
    """The value that each of these parameters has while the stack is created."""
    return {name: text_of(value) for name, value in _stated(template).items()} if _is_read(template) else {}


def as_created(template: Tree, values: "Mapping[str, Value]") -> "dict[str, Value]":
    """The values that a creation sends; in their order."""
    first = values_at_creation(template)
    return {name: value.with_text(first[name]) if name in first else value for name, value in values.items()}


def wrong_at_creation(template: Tree, values: "Mapping[str, Value]", environment: Environment) -> Iterator[Problem]:
    """What is wrong with what the template says, and which of its values breaks its parameter's constraints."""
    # Rendering asks for the values alone.
    from cloudformation.environment.parameter_values import broken_constraints, declared_parameters

    place, declared = environment.place_of("parameters"), declared_parameters(template)
    if not _is_read(template):
        yield Problem(place, f"{WHERE} of the root template must give parameters texts: {{Name: value}}")
        return
    for name, value in _stated(template).items():
        parameter = declared.get(name)
        if parameter is None:
            yield Problem(place, f"{WHERE} of the root template names no parameter: {name}{nearest(name, declared)}")
        elif parameter.secret or parameter.is_ssm:
            kind = "NoEcho" if parameter.secret else parameter.type
            yield Problem(place, f"{WHERE} of the root template names {name}, which is {kind}: that has no such value")
        elif name in values:
            at_creation = values[name].with_text(text_of(value))
            for problem in broken_constraints(at_creation, environment):
                yield Problem(problem.place, f"{problem.text} ({WHERE} of the root template)")


def _stated(template: Tree) -> Any:
    deployment = section(template, "Metadata").get("Deployment")
    stated = deployment.get("AtCreation") if isinstance(deployment, Mapping) else None
    return {} if stated is None else stated


def _is_read(template: Tree) -> bool:
    stated = _stated(template)
    return isinstance(stated, Mapping) and all(isinstance(value, (str, int, float)) for value in stated.values())
