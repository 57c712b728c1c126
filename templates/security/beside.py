"""What the controls say of the stacks beside the platform's: each service's, and the roles that the owner makes once.

One table for all of them, with those controls alone that have something to judge there. The roles are no stacks that
deploy.py deploys, so that what an environment's file says of its stacks is not said of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

from cloudformation.environment.environment_file import Environment
from cloudformation.scalars import text_of
from cloudformation.template.tree import Tree, section
from templates.security.controls import ACCOUNT, NOTHING_THERE, Control, Service, Verdict
from templates.security.resolved_system import System

TITLE = "Beside the platform: services, and the roles of CloudFormation and of a pipeline"
_OF_STACKS = "CloudFormation"

Cell = Callable[[Control, Verdict, bool], str]
"""What a cell says of a verdict; whether the settings of the control are parameters there."""


class Beside:
    """A stack of an environment beside its platform's, as people call it; `values` are those of its parameters."""

    def __init__(
        self,
        label: str,
        tree: Tree,
        environment: Environment,
        values: Mapping[str, str | None],
        *,
        is_deployed: bool = True,
    ) -> None:
        self.label, self.tree, self.environment, self.values = label, tree, environment, values
        self.is_deployed = is_deployed

    @cached_property
    def system(self) -> System:
        declared = section(self.tree, "Parameters")
        defaults = {name: text_of(body["Default"]) for name, body in declared.items() if "Default" in body}
        return System(self.tree, self.environment, {**defaults, **self.values})

    def takes(self, control: Control, verdict: Verdict) -> bool:
        """Whether what would make the control pass can be set for this stack."""
        named = control.settings(verdict).keys()
        return named <= section(self.tree, "Parameters").keys() | {"role", "termination_protection"}


def beside_table(services: Sequence[Service], environments: Sequence[str], stacks: Sequence[Beside], cell: Cell) -> str:
    """Give the table of all stacks beside their platforms, in columns by environment; "" where there is none."""
    by_environment = {name: [one for one in stacks if one.environment.name == name] for name in environments}
    rows = [
        f"| {service.prefix}.{', '.join(map(str, control.numbers))} | {control.asks} | {' | '.join(cells)} | "
        f"{control.remarks} |"
        for service in services
        for control in service.controls
        if (cells := [_said(service, control, own, cell) for own in by_environment.values()]) != ["–"] * len(cells)
    ]
    if not rows:
        return ""
    head = f"| Control | Asks | {' | '.join(environments)} | |\n|---|---|{'---|' * len(environments)}---|\n"
    return f"\n### {TITLE}\n\n{head}" + "\n".join(rows) + "\n"


def _said(service: Service, control: Control, stacks: Sequence[Beside], cell: Cell) -> str:
    """The verdicts of an environment's stacks: in a word where they are one, else with whom each is about."""
    told: dict[str, list[str]] = {}
    for stack, verdict in _judged(service, control, stacks):
        told.setdefault(cell(control, verdict, stack.takes(control, verdict)), []).append(stack.label)
    if len(told) < 2:
        return next(iter(told), "–")
    return "; ".join(f"{text} ({', '.join(labels)})" for text, labels in told.items())


def _judged(service: Service, control: Control, stacks: Sequence[Beside]) -> Iterator[tuple[Beside, Verdict]]:
    for stack in stacks:
        verdict = control.check(stack.system)
        of_a_stack = service.prefix == _OF_STACKS and not stack.is_deployed
        if verdict.state not in (NOTHING_THERE, ACCOUNT) and not of_a_stack:
            yield stack, verdict
