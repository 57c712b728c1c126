"""An environment held against root.yaml: the values that will be sent, or everything that is wrong at once."""

from __future__ import annotations

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
        ordered = sorted(problems, key=lambda problem: (problem.place.file, problem.place.line or 0))
        subject = f"{environment.place} (with --set)" if environment.overridden else str(environment.place)
        raise FileProblems(subject, ordered, f"mend {environment.place}, then try again")
    return values
