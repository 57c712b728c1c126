"""The values that parameters have while the stack is created, in place of those that are asked for.

A layer states them beside the parameters that it declares, and root repeats those of all layers: deploy.py reads root's
(docs/decisions/0022). CloudFormation keeps Metadata and makes nothing of it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from troposphere import Template

from templates.parts.wiring import WiringError

_SECTION, _STATED = "Deployment", "AtCreation"


def at_creation(values: Mapping[str, str]) -> dict[str, Any]:
    """Give the Metadata that states these values, none where there are none."""
    return {_SECTION: {_STATED: dict(values)}} if values else {}


def stated_at_creation(templates: Iterable[Template]) -> dict[str, Any]:
    """Give the Metadata that states what those of the layers do. Raises WiringError where two of them disagree."""
    stated: dict[str, str] = {}
    for template in templates:
        for name, value in template.metadata.get(_SECTION, {}).get(_STATED, {}).items():
            if stated.setdefault(name, value) != value:
                raise WiringError(f"parameter {name} is {stated[name]} at creation in one layer, {value} in another")
    return at_creation(stated)
