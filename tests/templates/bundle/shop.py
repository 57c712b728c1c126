"""A project with services whose bundle is made, with a history of its own."""

from __future__ import annotations

from pathlib import Path

from templates.bundle.deployables import Deployable, deployables
from templates.bundle.system import read_system
from tests.deployment.history import commit
from tests.deployment.shop import write_shop
from tests.own_system import DEV, TEXTS

EXTRA = f"""\
role: arn:aws:iam::{DEV.account}:role/team/cloudformation-shop
stack_policy: {{Statement: [{{Effect: Allow, Action: "Update:*", Principal: "*", Resource: "*"}}]}}
notifications: ["arn:aws:sns:{DEV.region}:{DEV.account}:ops"]
rollback_triggers: ["arn:aws:cloudwatch:{DEV.region}:{DEV.account}:alarm:errors of shop"]
monitoring_minutes: 5
"""


def committed_shop(folder: Path) -> Path:
    """dev of this project with three services and every setting of a stack, and prod; committed."""
    folder.mkdir()
    shop = write_shop(folder, rendered=False)
    params = shop / "params/dev.yaml"
    params.write_text(params.read_text() + EXTRA)
    (shop / "params/prod.yaml").write_text(TEXTS["prod"])
    _render(shop)
    commit(shop)
    return shop


def _render(shop: Path) -> None:
    from render import main

    assert main([], shop) == 0


def stacks_of(shop: Path) -> dict[str, Deployable]:
    """Every stack of the project, by its folder in config/."""
    return {one.folder: one for one in deployables(read_system(shop))}
