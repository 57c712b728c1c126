"""Where a skip holds: what a stack's parameters must be, so that it does for environments and services of any name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Where:
    """One parameter's value, checked against something; `said` is what the table of the page shows."""

    parameter: str
    holds_for: Callable[[str], bool]
    said: str

    def holds(self, values: Mapping[str, str]) -> bool:
        """Whether a stack with these values is meant; one that has no such parameter is not."""
        return self.parameter in values and self.holds_for(values[self.parameter])


def where(parameter: str, value: str) -> Where:
    """Stacks whose parameter is this; '' is one that is not given."""
    said = f"`{parameter}` is `{value}`" if value else f"`{parameter}` is empty"
    return Where(parameter, lambda text: text == value, said)


def where_not(parameter: str, value: str) -> Where:
    """Stacks whose parameter is anything else."""
    said = f"`{parameter}` is not `{value}`" if value else f"`{parameter}` is given"
    return Where(parameter, lambda text: text != value, said)


def where_below(parameter: str, number: int) -> Where:
    """Stacks whose parameter is a smaller number."""
    return Where(parameter, lambda text: int(text) < number, f"`{parameter}` is below {number}")
