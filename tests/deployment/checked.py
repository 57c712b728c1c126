"""What a run sends for an environment in order."""

from __future__ import annotations

from cloudformation.environment.environment_file import Environment, Reading
from cloudformation.environment.parameter_values import Value
from deployment.template.environments import accepted
from deployment.template.template import Template


def checked_values(template: Template, environment: Environment) -> dict[str, Value]:
    """A value for every parameter of the template; raises FileProblems with all findings."""
    return accepted(template, Reading(environment, ()))[0]
