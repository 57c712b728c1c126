"""Stacks as a bundle has them: the two environments of every project, with other values, and a service beside one."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cloudformation.environment.findings import Place
from cloudformation.environment.keys.service_settings import ServiceSettings
from cloudformation.environment.services.attached import attached, attachment
from cloudformation.environment.value_sources import Setting
from cloudformation.template.tree import PlainTree
from render import main as render
from templates.bundle.deployables import Deployable, deployables
from templates.bundle.pages.stack_facts import StackFacts
from templates.bundle.system import System, read_system
from templates.service.declaration import Declared, web
from templates.service.secrets import from_secrets_manager
from templates.service.stack import template
from tests.own_system import write_params

WITH_SECRETS = web("The API.", secrets={"DB_PASSWORD": from_secrets_manager("shop/db", key="password")})


@cache
def system() -> System:
    with TemporaryDirectory() as folder:
        write_params(project := Path(folder))
        assert render([], project) == 0
        return read_system(project)


@cache
def own() -> tuple[Deployable, ...]:
    """What a bundle of the project deploys."""
    return tuple(deployables(system()))


def platform(name: str = "prod", **values: str) -> StackFacts:
    """The platform of an environment, with some values otherwise."""
    one = next(one for one in own() if one.environment.name == name)
    return StackFacts(replace(one, values={**one.values, **values}))


def service(declared: Declared = WITH_SECRETS, **values: str) -> StackFacts:
    """A service api beside prod."""
    on = platform()
    tree = PlainTree(template("api", declared).to_dict())
    given = {"ContainerImage": "api:1", "ListenerRulePriority": "10100", "ListenerRulePaths": "/api", **values}
    settings = ServiceSettings(Place("x"), {name: Setting(text, Place("x")) for name, text in given.items()})
    beside = on.one.environment._replace(services={"api": settings})
    environment = attached(beside, "api", attachment(tree)).environment
    declared_values: dict[str, Any] = tree.document["Parameters"]
    defaults = {name: str(body["Default"]) for name, body in declared_values.items() if "Default" in body}
    texts = {name: setting.text for name, setting in environment.parameters.items() if name in declared_values}
    return StackFacts(Deployable(environment, tree, {**defaults, **texts}), on)
