"""Layers -> nested stacks, wired by one rule: an output named X feeds every later parameter named X.

What no earlier output feeds becomes a parameter of root. So one name means one thing in the whole tree, and whatever
would give it two meanings is an error that names both layers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from troposphere import Delete, GetAtt, Parameter, Ref, Template
from troposphere.cloudformation import Stack


class WiringError(ValueError):
    """Two layers disagree on what a name means."""


@dataclass(frozen=True)
class Wiring:
    """What root is made of: parameters by name, in order of first use, nested stacks, and all outputs of these."""

    parameters: dict[str, Parameter]
    stacks: list[Stack]
    outputs: dict[str, GetAtt]


def logical_id(layer: str) -> str:
    """Give the nested stack's logical id: app-sg -> AppSg."""
    return "".join(word.capitalize() for word in layer.split("-"))


def wire(layers: Sequence[tuple[str, Template]], timeouts: Mapping[str, int] | None = None) -> Wiring:
    """Wire `layers` in the order given; `timeouts` are minutes that the creation of a layer may take.

    Raises WiringError when two layers give the same output or declare the same parameter differently, and when a
    parameter has a type, a constraint or a default that its source cannot satisfy.
    """
    asked: dict[str, tuple[str, Parameter]] = {}
    given: dict[str, tuple[str, GetAtt]] = {}
    stacks = []
    for layer, template in layers:
        values = {
            name: _fed(given, layer, parameter) or _asked(asked, layer, parameter)
            for name, parameter in template.parameters.items()
        }
        stack = _stack(layer, values, (timeouts or {}).get(layer))
        stacks.append(stack)
        for name in template.outputs:
            _give(given, layer, name, GetAtt(stack, f"Outputs.{name}"))
    return Wiring(
        {name: parameter for name, (_, parameter) in asked.items()},
        stacks,
        {name: output for name, (_, output) in given.items()},
    )


# A sibling's output is a placeholder while a nested change set is made: text that no look-up finds and no pattern fits.
# Text that is a list when it is whole, such as joined subnets, is let through.
FED_TYPES = ("String", "CommaDelimitedList")
CONSTRAINTS = ("Default", "AllowedPattern", "AllowedValues", "MinLength", "MaxLength", "MinValue", "MaxValue")


def _fed(given: Mapping[str, tuple[str, GetAtt]], layer: str, parameter: Parameter) -> GetAtt | None:
    if parameter.title not in given:
        return None
    giver, output = given[parameter.title]
    if parameter.Type not in FED_TYPES:
        raise WiringError(
            f"parameter {parameter.title} of {layer} is fed by an output of {giver} and must be a String,"
            f" not {parameter.Type}"
        )
    for constraint in CONSTRAINTS:
        if constraint in parameter.properties:
            raise WiringError(
                f"parameter {parameter.title} of {layer} is fed by an output of {giver} and cannot have {constraint}"
            )
    return output


def _asked(asked: dict[str, tuple[str, Parameter]], layer: str, parameter: Parameter) -> Ref:
    if "List" in parameter.Type:
        # A Ref to a list parameter is a list, and a nested stack's parameters are text.
        raise WiringError(
            f"parameter {parameter.title} of {layer} is a {parameter.Type}, which root cannot pass on:"
            " make it a String of values joined by commas"
        )
    first, declared = asked.setdefault(parameter.title, (layer, parameter))
    if declared is not parameter and declared.to_dict() != parameter.to_dict():
        keys = declared.properties | parameter.properties
        different = [key for key in keys if declared.properties.get(key) != parameter.properties.get(key)]
        raise WiringError(
            f"parameter {parameter.title} is declared by {first} and by {layer} with different {', '.join(different)}"
        )
    return Ref(declared)


def _give(given: dict[str, tuple[str, GetAtt]], layer: str, name: str, output: GetAtt) -> None:
    if name in given:
        raise WiringError(f"output {name} is given by {given[name][0]} and by {layer}: rename one of them")
    given[name] = (layer, output)


def _stack(layer: str, parameters: Mapping[str, Any], timeout: int | None) -> Stack:
    # Deleting a nested stack deletes nothing that its own resources' policies keep. Retain would leave a whole stack
    # behind that no root knows. An update never replaces a nested stack, so the second policy only says so.
    return Stack(
        logical_id(layer),
        DeletionPolicy=Delete,
        UpdateReplacePolicy=Delete,
        TemplateURL=f"{layer}.yaml",
        Parameters=dict(parameters),
        **({} if timeout is None else {"TimeoutInMinutes": timeout}),
    )
