"""What this project calls its system, and two environments of it that no file of params/ has to be like.

A test that speaks of every environment reads params/. A test that needs one environment of development and one of
production takes `dev` and `prod` from here: they are written by the forms of `render.py --new`, in the project's own
words, so that it holds for anyone who makes the project theirs, whatever their environments are called and set.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from cloudformation.environment.environment_file import Environment, environment_files, read_file
from cloudformation.text import read
from templates.new_project.answers import UNKNOWN_ZONE, Answers, is_production
from templates.new_project.forms_filled import environment_file
from templates.parts.parameters import app_name

PROJECT = Path(__file__).resolve().parents[1]
APP_NAME = str(app_name.properties["Default"])
OWN = {file.stem: read_file(file).environment for file in environment_files(PROJECT / "params")}
"""The environments of params/, by name."""


def _domain(environment: Environment) -> str:
    host = str(environment.parameters["DomainName"].text)
    return host if is_production(environment.name) else host.removeprefix(f"{environment.name}.")


def _answers() -> Answers:
    """What somebody would answer who made this project: of the environment of production, else of the first."""
    some = next(filter(lambda one: is_production(one.name), OWN.values()), next(iter(OWN.values())))
    zone = some.parameters.get("HostedZoneId")
    zone_id = (zone and zone.text) or UNKNOWN_ZONE
    return Answers(APP_NAME, _domain(some), some.region, some.account, zone_id)


def _text(name: str, number: int) -> str:
    """The form of an environment, and what else a template of this project asks of every one."""
    text = environment_file(_answers(), name, number)
    root, said = read((PROJECT / "rendered/root.yaml").read_text(encoding="utf-8")), read(text)["parameters"]
    needed = [key for key, body in root["Parameters"].items() if "Default" not in body and key not in said]
    some = next(iter(OWN.values()))
    return text + "".join(f"  {key}: {some.parameters[key].text}\n" for key in needed)


TEXTS = {name: _text(name, number) for number, name in enumerate(_answers().environments)}
"""The files of the two environments."""


def write_params(folder: Path) -> Path:
    """The project's `params/` in `folder`, with the two environments for those of its own."""
    (params := folder / "params").mkdir(parents=True, exist_ok=True)
    shutil.copy(PROJECT / "params/prices.yaml", params)
    for name, text in TEXTS.items():
        (params / f"{name}.yaml").write_text(text, encoding="utf-8")
    return params


def _read() -> tuple[Environment, Environment]:
    with TemporaryDirectory() as folder:
        params = write_params(Path(folder))
        dev, prod = (read_file(params / f"{name}.yaml", f"params/{name}.yaml").environment for name in TEXTS)
    return dev, prod


DEV, PROD = _read()


def host(environment: str) -> str:
    """The name that one of the two answers to."""
    return str({"dev": DEV, "prod": PROD}[environment].parameters["DomainName"].text)


@cache
def rendered() -> Mapping[str, str]:
    """What `render.py` writes for the two environments: path in rendered/ -> text."""
    from templates.rendering.tree import render

    with TemporaryDirectory() as folder:
        params = write_params(Path(folder))
        return {file.path: file.text for file in render(environment_files(params), thorough=False)[0]}


def values(environment: str) -> dict[str, str]:
    """Every parameter of root as one of the two has it."""
    rows = json.loads(rendered()[f"params/{environment}.json"])
    return {row["ParameterKey"]: row["ParameterValue"] for row in rows}
