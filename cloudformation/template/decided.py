"""Conditions of a template, as far as the values at hand decide them: yes, no, or not known."""

from collections.abc import Callable, Mapping
from typing import Any

from cloudformation.template.tree import Tree, section


def decided(tree: Tree, condition: Any, text: Callable[[Any], str | None]) -> bool | None:
    """Whether the condition of a name holds; `text` gives the text of a value, None where it is not known."""
    conditions = section(tree, "Conditions")

    def holds(node: Any, depth: int = 0) -> bool | None:
        # Deeper than any template's: conditions that name each other in a circle end as not known.
        if not isinstance(node, Mapping) or len(node) != 1 or depth > len(conditions) + 20:
            return None
        ((function, argument),) = node.items()
        if function == "Condition":
            return holds(conditions.get(argument), depth + 1) if isinstance(argument, str) else None
        if not isinstance(argument, list):
            return None
        if function == "Fn::Equals":
            values = [text(value) for value in argument]
            return None if None in values or len(values) != 2 else values[0] == values[1]
        parts = [holds(part, depth + 1) for part in argument]
        return _joined(function, parts)

    return holds({"Condition": condition})


def _joined(function: str, parts: list[bool | None]) -> bool | None:
    """What Fn::Not, Fn::And or Fn::Or makes of its parts: one may decide while others are not known."""
    if function == "Fn::Not" and len(parts) == 1:
        return None if parts[0] is None else not parts[0]
    deciding = {"Fn::And": False, "Fn::Or": True}.get(function)
    if deciding is None:
        return None
    if deciding in parts:
        return deciding
    return None if None in parts else not deciding
