"""Layers -> nested stacks, wired by one rule: an output named X feeds every later parameter named X.

What no earlier output feeds becomes a parameter of root. So one name means one thing in the whole tree, and whatever
would give it two meanings is an error that names both layers. What is chosen between two sources is chosen in root: a
child cannot test what a sibling feeds.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from troposphere import Delete, GetAtt, If, Parameter, Ref, Template
from troposphere.cloudformation import Stack


class WiringError(ValueError):
    """Two layers disagree on what a name means."""


class Wiring(NamedTuple):
    """What root is made of: parameters by name, in order of first use, nested stacks, and all outputs of these."""

    parameters: dict[str, Parameter]
    stacks: list[Stack]
    outputs: dict[str, GetAtt]


class Chosen(NamedTuple):
    """A parameter that root feeds from one of two: each the name of a layer's output or of a parameter of root."""

    condition: str
    then: str
    otherwise: str


def logical_id(layer: str) -> str:
    """Give the nested stack's logical id: app-sg -> AppSg."""
    return "".join(word.capitalize() for word in layer.split("-"))


def wire(
    layers: Sequence[tuple[str, Template]],
    timeouts: Mapping[str, int] | None = None,
    *,
    own: Sequence[Parameter] = (),
    chosen: Mapping[str, Chosen] | None = None,
    conditional: Mapping[str, str] | None = None,
) -> Wiring:
    """Wire `layers` in the order given; `timeouts` are minutes that the creation of a layer may take.

    `own` are parameters of root that no layer asks for, `chosen` those of layers that root feeds from one of two, and
    `conditional` the layers that are there under a condition: only what is chosen under the same may read them.
    Raises WiringError when two layers give the same output or declare the same parameter differently, and when a
    parameter has a type, a constraint or a default that its source cannot satisfy.
    """
    asked: dict[str, tuple[str, Parameter]] = {parameter.title: ("root", parameter) for parameter in own}
    given: dict[str, tuple[str, GetAtt]] = {}
    under, picked = conditional or {}, chosen or {}
    stacks = []
    for layer, template in layers:
        values = {
            name: _picked(given, asked, layer, parameter, picked[name], under)
            if name in picked
            else _fed(given, layer, parameter, under) or _asked(asked, layer, parameter)
            for name, parameter in template.parameters.items()
        }
        stack = _stack(layer, values, (timeouts or {}).get(layer), under.get(layer))
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


def _fed(
    given: Mapping[str, tuple[str, GetAtt]], layer: str, parameter: Parameter, conditional: Mapping[str, str]
) -> GetAtt | None:
    if parameter.title not in given:
        return None
    giver, output = given[parameter.title]
    if giver in conditional:
        raise WiringError(
            f"parameter {parameter.title} of {layer} comes from an output of {giver}, which exists only under"
            f" {conditional[giver]}: choose another source for all other cases"
        )
    _hold_to_text(layer, parameter, giver)
    return output


def _picked(
    given: Mapping[str, tuple[str, GetAtt]],
    asked: Mapping[str, tuple[str, Parameter]],
    layer: str,
    parameter: Parameter,
    choice: Chosen,
    conditional: Mapping[str, str],
) -> If:
    values = []
    for name, holds in ((choice.then, True), (choice.otherwise, False)):
        if name in given:
            giver, output = given[name]
            if giver in conditional and not (holds and conditional[giver] == choice.condition):
                raise WiringError(
                    f"{parameter.title} of {layer} reads {giver} under a condition where it does not exist"
                )
            _hold_to_text(layer, parameter, giver)
            values.append(output)
        elif name in asked:
            values.append(Ref(asked[name][1]))
        else:
            raise WiringError(
                f"{parameter.title} of {layer} is chosen from {name}, which is neither a parameter nor an output"
            )
    return If(choice.condition, *values)


def _hold_to_text(layer: str, parameter: Parameter, giver: str) -> None:
    if parameter.Type not in FED_TYPES:
        raise WiringError(
            f"parameter {parameter.title} of {layer} comes from an output of {giver} and must be a String,"
            f" not {parameter.Type}"
        )
    for constraint in CONSTRAINTS:
        if constraint in parameter.properties:
            raise WiringError(
                f"parameter {parameter.title} of {layer} comes from an output of {giver} and cannot have {constraint}"
            )


def _asked(asked: dict[str, tuple[str, Parameter]], layer: str, parameter: Parameter) -> Ref:
    if "List" in parameter.Type:
        # A Ref to a list parameter is a list, and a nested stack's parameters are text.
        raise WiringError(
            f"parameter {parameter.title} of {layer} is a {parameter.Type}, which root cannot pass:"
            " make it a String of values separated by commas"
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
        raise WiringError(f"output {name} is defined by {given[name][0]} and by {layer}: rename one of them")
    given[name] = (layer, output)


def _stack(layer: str, parameters: Mapping[str, Any], timeout: int | None, condition: str | None) -> Stack:
    # Deleting a nested stack deletes nothing that its own resources' policies keep. Retain would leave a whole stack
    # behind that no root knows. An update never replaces a nested stack, so the second policy only says so.
    return Stack(
        logical_id(layer),
        DeletionPolicy=Delete,
        UpdateReplacePolicy=Delete,
        TemplateURL=f"{layer}.yaml",
        Parameters=dict(parameters),
        **({} if timeout is None else {"TimeoutInMinutes": timeout}),
        **({} if condition is None else {"Condition": condition}),
    )
