"""docs/security.md: what each control says of each environment, between two marks of a page that people write."""

from collections.abc import Callable, Mapping, Sequence

from cloudformation.environment.environment_file import Environment
from cloudformation.template.tree import Tree
from templates.security import containers, databases, identity, load_balancing, network, operations, storage
from templates.security.beside import Beside, beside_table
from templates.security.controls import ACCOUNT, FAILS, FSBP, NOTHING_THERE, PASSES, Control, Service, Verdict
from templates.security.resolved_system import System

BEGIN, END = "<!-- the controls are written by render.py -->", "<!-- end of the controls -->"
SERVICES: tuple[Service, ...] = tuple(
    service
    for module in (load_balancing, containers, network, storage, databases, identity, operations)
    for service in module.SERVICES
)
_GUIDE = "https://docs.aws.amazon.com/securityhub/latest/userguide"
_WORDS = {PASSES: "pass", NOTHING_THERE: "–", ACCOUNT: "account"}

Settled = tuple[Environment, Mapping[str, str | None]]
"""An environment, and the values of root's parameters that its file gives them."""


def with_controls(
    page: str, tree: Tree, environments: Sequence[Settled], beside: Callable[[], Sequence[Beside]] = tuple
) -> str:
    """Give the page with its tables anew; a page without the two marks is left as it is.

    `beside` gives the stacks of these environments beside their platforms.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        return page
    systems = [System(tree, environment, values) for environment, values in environments]
    tables = "".join(_table(service, systems) for service in SERVICES)
    tables += beside_table(SERVICES, [environment.name for environment, _ in environments], beside(), _cell)
    return f"{before}{BEGIN}\n{tables}\n{END}{after}"


def _table(service: Service, systems: Sequence[System]) -> str:
    lines = [
        f"\n### [{service.title}]({_GUIDE}/{service.page}.html)\n",
        f"| Control | Asks | {' | '.join(system.environment.name for system in systems)} | |",
        f"|---|---|{'---|' * len(systems)}---|",
        *(_row(service, control, systems) for control in service.controls),
    ]
    return "\n".join(lines) + "\n"


def _row(service: Service, control: Control, systems: Sequence[System]) -> str:
    named = f"{service.prefix}.{', '.join(map(str, control.numbers))}"
    asks = control.asks if control.standard == FSBP else f"{control.asks} ({control.standard})"
    cells = " | ".join(_cell(control, control.check(system)) for system in systems)
    return f"| {named} | {asks} | {cells} | {control.remarks} |"


def _cell(control: Control, verdict: Verdict, can_be_set: bool = True) -> str:
    if verdict.state != FAILS:
        return _WORDS.get(verdict.state, "not known")
    named = control.settings(verdict) if can_be_set else {}
    settings = ", ".join(f"`{name}: {value}`" for name, value in named.items())
    return f"**fail**: {settings}" if settings else "accepted" if control.accepts(verdict) else "**fail**"
