"""A project on disk with services of its own: the real platform, and one module and some values for each service."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from render import main as render
from tests.own_system import TEXTS

PROJECT = Path(__file__).resolve().parents[2]
# render.py of the project itself, over another folder: the question whether rendered/ is fresh is asked of it.
_RENDER = f"""\
import sys
from pathlib import Path
sys.path.insert(0, {str(PROJECT)!r})
from render import main
sys.exit(main(sys.argv[1:], Path(__file__).resolve().parent))
"""
API = 'from templates.service.declaration import web\n\nSERVICE = web("The API.", defaults={"ContainerPort": 8080})\n'
WORKER = 'from templates.service.declaration import worker\n\nSERVICE = worker("Sends mail.")\n'
JOB = 'from templates.service.declaration import job\n\nSERVICE = job("Migrates.", command=["migrate"])\n'
IMAGE = "    ContainerImage: public.ecr.aws/shop/shop:1\n"
API_VALUES = f"{IMAGE}    ListenerRulePriority: 10100\n    ListenerRulePaths: /api/*\n"
MODULES = {"api": API, "mail-sender": WORKER, "migrate": JOB}
VALUES = {"api": API_VALUES, "mail-sender": IMAGE, "migrate": IMAGE}


def write_shop(
    folder: Path, modules: Mapping[str, str] = MODULES, values: Mapping[str, str] = VALUES, *, rendered: bool = True
) -> Path:
    """The project in `folder`, with an environment dev and these services; rendered, where it can be."""
    (folder / "params").mkdir(parents=True, exist_ok=True)
    (folder / "templates/services").mkdir(parents=True, exist_ok=True)
    (folder / "render.py").write_text(_RENDER)
    write_services(folder, modules, values)
    if rendered:
        assert render([], folder) == 0
    return folder


def write_services(folder: Path, modules: Mapping[str, str], values: Mapping[str, str]) -> None:
    """The modules and the values of services, in the place of those that were there."""
    for module in (folder / "templates/services").glob("*.py"):
        module.unlink()
    for name, text in modules.items():
        (folder / f"templates/services/{name.replace('-', '_')}.py").write_text(text)
    own = "".join(f"  {name}:\n{text}" for name, text in values.items())
    services = f"\nservices:\n{own}" if own else ""
    (folder / "params/dev.yaml").write_text(TEXTS["dev"] + services)
