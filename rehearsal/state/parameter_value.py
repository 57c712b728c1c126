"""The value of one parameter, as a stack keeps and describes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cloudformation.parameters.declarations import MASK


@dataclass(frozen=True)
class ParameterValue:
    """One parameter of a stack: the text that was given, and what SSM made of it where it names one."""

    key: str
    value: str
    resolved: str | None = None
    no_echo: bool = False

    @property
    def effective(self) -> str:
        """The text that a Ref sees (before it is split, for list types)."""
        return self.value if self.resolved is None else self.resolved

    def described(self) -> dict[str, Any]:
        """The parameter as DescribeStacks shows it: NoEcho values masked."""
        shown = {"ParameterKey": self.key, "ParameterValue": MASK if self.no_echo else self.value}
        if self.resolved is not None:
            shown["ResolvedValue"] = MASK if self.no_echo else self.resolved
        return shown
