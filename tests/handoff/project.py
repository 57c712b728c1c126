"""A project with services whose bundle is handed over: its environments are the two that every project can have."""

from __future__ import annotations

from pathlib import Path

from render import main as render
from tests.deployment.history import commit
from tests.deployment.shop import API_VALUES, IMAGE, MODULES, write_shop
from tests.own_system import DEV, TEXTS

# The image of one service is a value of the deployment.
VALUES = {"api": API_VALUES, "mail-sender": "    ContainerImage: {from_environment: MAIL_IMAGE}\n", "migrate": IMAGE}
ELSEWHERE = {"MAIL_IMAGE": "public.ecr.aws/shop/mail:1"}


def own_project(folder: Path) -> Path:
    """dev with three services, and prod; committed."""
    folder.mkdir()
    write_shop(folder, values=VALUES, modules=MODULES, rendered=False)
    (folder / "params/prod.yaml").write_text(TEXTS["prod"])
    assert render([], folder) == 0
    commit(folder)
    return folder


def rehearsed(project: Path) -> tuple[str, ...]:
    """The arguments of a rehearsal of its account."""
    return "--account", DEV.account, "--params", str(project / "params")
