"""An environment held against root.yaml: the values that will be sent, or everything that is wrong at once."""

from __future__ import annotations

from collections.abc import Mapping

from cloudformation.limits import NAMED_ENTRIES
from deployment.environment.consistency import inconsistencies
from deployment.environment.environment_file import Environment
from deployment.environment.parameter_values import Value, assign, declared_parameters
from deployment.environment.rules import broken_rules
from deployment.errors import FileProblems, Problem
from deployment.template.template import Template


def checked_values(template: Template, environment: Environment) -> dict[str, Value]:
    """A value for every parameter of the template, in its order; raises FileProblems with all findings."""
    declared = declared_parameters(template)
    values, problems = assign(declared, environment)
    if len(declared) > NAMED_ENTRIES:
        problems.append(Problem(environment.place, f"the template has more than {NAMED_ENTRIES} parameters"))
    problems += broken_rules(template, values, environment)
    problems += inconsistencies(values, environment)
    if problems:
        ordered = sorted(problems, key=lambda each: (each.place.file, each.place.line or 0))
        raise FileProblems(_subject(environment), ordered, f"mend {environment.place}, then try again")
    return values


def as_parameters(values: Mapping[str, Value]) -> list[dict[str, str]]:
    """The values as CreateChangeSet takes them."""
    return [{"ParameterKey": name, "ParameterValue": value.text} for name, value in values.items()]


def _subject(environment: Environment) -> str:
    return f"{environment.place} (with --set)" if environment.overridden else str(environment.place)
