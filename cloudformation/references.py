"""What a template's values refer to: other resources, parameters, conditions, in which form.

The same walk serves all readers: validation (does it lead anywhere), order (what must exist first), what caused a
change, what a value that is not known yet waits for, and which values must not be shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from cloudformation.unknown import Truth

SUB_NAME = re.compile(r"\$\{([^!${}][^${}]*)\}")
PSEUDO_PARAMETERS = frozenset(
    f"AWS::{name}"
    for name in ("AccountId", "NotificationARNs", "NoValue", "Partition", "Region", "StackId", "StackName", "URLSuffix")
)


class Reference(NamedTuple):
    """One reference: to `name`, and to its `attribute` when it is a Fn::GetAtt ('' for one that a function gives)."""

    name: str
    attribute: str | None = None

    @property
    def entity(self) -> str:
        """The reference as a change set's CausingEntity: `Logical` or `Logical.Attribute`."""
        return self.name if self.attribute is None else f"{self.name}.{self.attribute}"


def intrinsic(value: Any) -> tuple[str, Any] | None:
    """The name and argument of the intrinsic that a value is, or None for plain data."""
    if isinstance(value, dict) and len(value) == 1:
        name, argument = next(iter(value.items()))
        if name == "Ref" or name.startswith("Fn::") or (name == "Condition" and isinstance(argument, str)):
            return name, argument
    return None


def references(value: Any, holds: Callable[[str], Truth | None] = lambda condition: None) -> Iterator[Reference]:
    """Every reference in a value, outermost first.

    `holds` says what a condition evaluates to; of an Fn::If whose condition is known only the
    chosen branch is walked, of any other both. The own variables of a Fn::Sub are no references, nor is what its text
    keeps literal (`${!Name}`). A Fn::GetAtt has two parts; CloudFormation refuses a list of more.
    """
    function = intrinsic(value)
    if function:
        yield from _of_intrinsic(*function, holds)
    else:
        for item in _collections(value):
            yield from references(item, holds)


def _collections(value: Any) -> list[Any]:
    """What in a value can hold anything itself; most of a template are scalars."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [item for item in inner if isinstance(item, (dict, list))]


def certain(value: Any) -> Any:
    """A value without the branches of its Fn::Ifs: what is left holds whatever the conditions come to."""
    function = intrinsic(value)
    if function and function[0] == "Fn::If":
        return None
    if isinstance(value, dict):
        return {key: certain(item) for key, item in value.items()}
    return [certain(item) for item in value] if isinstance(value, (list, tuple)) else value


def _of_intrinsic(name: str, argument: Any, holds: Callable[[str], Truth | None]) -> Iterator[Reference]:
    if name == "Ref" and isinstance(argument, str):
        yield Reference(argument)
    elif name == "Fn::GetAtt":
        yield from _get_att(argument, holds)
    elif name == "Fn::Sub":
        yield from _sub(argument, holds)
    elif name == "Fn::If" and isinstance(argument, list) and len(argument) == 3:
        known = holds(argument[0]) if isinstance(argument[0], str) else None
        chosen = argument[1:2] if known is True else argument[2:] if known is False else argument[1:]
        yield from references(chosen, holds)
    elif name != "Condition":
        yield from references(argument, holds)


def _get_att(argument: Any, holds: Callable[[str], Truth | None]) -> Iterator[Reference]:
    if isinstance(argument, str) and "." in argument:
        argument = argument.split(".", 1)
    if isinstance(argument, list) and len(argument) == 2 and isinstance(argument[0], str):
        yield Reference(argument[0], argument[1] if isinstance(argument[1], str) else "")
        yield from references(argument[1], holds)


def _sub(argument: Any, holds: Callable[[str], Truth | None]) -> Iterator[Reference]:
    text, variables = argument, {}
    if isinstance(argument, list) and len(argument) == 2:
        text, variables = argument[0], argument[1] if isinstance(argument[1], dict) else {}
    for name in sub_names(text) if isinstance(text, str) else ():
        if name not in variables:
            logical_id, _, attribute = name.partition(".")
            yield Reference(logical_id, attribute or None)
    yield from references(list(variables.values()), holds)


def sub_names(text: str) -> list[str]:
    """The names between `${` and `}` of an Fn::Sub text, literals (`${!name}`) left out."""
    return [name.strip() for name in SUB_NAME.findall(text)]


def condition_names(value: Any) -> Iterator[str]:
    """The conditions that a value or a condition depends on: by Fn::If, and by name (`!Condition Name`).

    A `Condition` beside other members, or one that is no text, is a property or an attribute of its own: that of a
    statement in a policy, or of the resource that is made under it.
    """
    return (
        argument if name == "Condition" else argument[0]
        for name, argument in functions(value)
        if name == "Condition" or _is_if(name, argument)
    )


def if_names(value: Any) -> Iterator[str]:
    """The conditions that a value depends on by Fn::If."""
    return (argument[0] for name, argument in functions(value) if _is_if(name, argument))


def _is_if(name: str, argument: Any) -> bool:
    return name == "Fn::If" and isinstance(argument, list) and bool(argument) and isinstance(argument[0], str)


def functions(value: Any) -> Iterator[tuple[str, Any]]:
    """Every intrinsic function in a value, at any depth, with its argument; outermost first."""
    waiting = [value]
    while waiting:
        current = waiting.pop()
        function = intrinsic(current)
        if function:
            yield function
        waiting.extend(reversed(_collections(current)))


def arguments(value: Any, name: str) -> Iterator[Any]:
    """The arguments of one intrinsic function, wherever in a value it stands."""
    return (argument for function, argument in functions(value) if function == name)


def creation_order(dependencies: Mapping[str, set[str]]) -> tuple[list[str], list[str]]:
    """Names so that each stands after what it depends on, and those left over because of a circle."""
    waiting = {name: len(needs) for name, needs in dependencies.items()}
    dependants: dict[str, list[str]] = {name: [] for name in dependencies}
    for name, needs in dependencies.items():
        for need in needs:
            dependants[need].append(name)
    order = [name for name, count in waiting.items() if count == 0]
    for name in order:
        for dependant in dependants[name]:
            waiting[dependant] -= 1
            if waiting[dependant] == 0:
                order.append(dependant)
    return order, [name for name, count in waiting.items() if count > 0]
