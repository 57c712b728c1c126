"""A Template from its parts, in reading order."""

from collections.abc import Mapping, Sequence
from typing import Any

from troposphere import AWSHelperFn, AWSObject, Output, Parameter, Template


def document(
    description: str,
    *,
    parameters: Sequence[Parameter],
    resources: Sequence[AWSObject],
    outputs: Sequence[Output],
    metadata: Mapping[str, Any] | None = None,
    rules: Mapping[str, Any] | None = None,
    conditions: Mapping[str, AWSHelperFn] | None = None,
) -> Template:
    """Give the Template of these parts; a name used twice in a section is troposphere's ValueError."""
    template = Template(Description=description, Metadata=dict(metadata or {}))
    template.set_version("2010-09-09")
    for parameter in parameters:
        template.add_parameter(parameter)
    for name, rule in (rules or {}).items():
        template.add_rule(name, rule)
    for name, condition in (conditions or {}).items():
        template.add_condition(name, condition)
    for resource in resources:
        template.add_resource(resource)
    for output in outputs:
        template.add_output(output)
    return template
