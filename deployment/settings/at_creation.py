"""Parameters that a creation omits: they get their value once the stack exists, so that it can be rolled back.

The root template names them (`cloudformation.environment.at_creation`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cloudformation.environment.at_creation import values_at_creation
from cloudformation.template.tree import Tree
from deployment.settings.setting_change import PARAMETER, SettingChange

SAME_RUN = "by a second change set, in the same run, once the stack is CREATE_COMPLETE"
NEXT_RUN = "not by this run: by the next deployment, once the stack is CREATE_COMPLETE"
OUTSTANDING = "with its change set: the stack still has the value of the creation"


@dataclass(frozen=True)
class Postponed:
    """One such parameter: what the creation sends, and what is sent `then`."""

    name: str
    first: str
    then: str

    def setting(self, applied: str) -> SettingChange:
        """As a review shows it; `applied` is one of the texts above."""
        return SettingChange(
            PARAMETER.replace("NAME", self.name), self.first, self.then, applied, deferred=applied is NEXT_RUN
        )


def postponed(template: Tree, values: Mapping[str, str]) -> tuple[Postponed, ...]:
    """What a creation omits from these values of the root's parameters."""
    return tuple(
        Postponed(name, first, values[name])
        for name, first in values_at_creation(template).items()
        if name in values and values[name] != first
    )


def outstanding(template: Tree, values: Mapping[str, str], standing: Mapping[str, str]) -> tuple[Postponed, ...]:
    """The parameters that a stack, or a change set, with `standing` values still has as a creation sends them."""
    return tuple(left for left in postponed(template, values) if standing.get(left.name) == left.first)


def sentence(left: Iterable[Postponed]) -> str:
    """What is still to be done, in words."""
    changes = (f"{parameter.name}: {parameter.first} -> {parameter.then}" for parameter in left)
    return f"not done yet, because a creation omits it: {', '.join(changes)}"
