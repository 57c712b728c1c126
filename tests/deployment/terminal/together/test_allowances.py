"""Which stack an approval is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from cloudformation.environment.environment_file import Environment
from cloudformation.environment.findings import Place
from cloudformation.environment.keys.service_settings import ServiceSettings
from deployment.errors import NothingSent
from deployment.terminal.together.allowances import shares
from tests.own_system import DEV

PROJECT = Path(__file__).resolve().parents[4]
SERVICES = {name: ServiceSettings(Place("params/dev.yaml")) for name in ("api", "mail-sender")}


@pytest.fixture
def platform() -> Environment:
    return DEV._replace(stack="shop", services=SERVICES)


def test_a_path_is_the_platforms_and_one_after_a_services_name_is_that_services(platform: Environment) -> None:
    given = ["Ecs/Service", "api:TargetGroup", "mail-sender:tags", "setting:Ecs", "api:setting:Rule"]
    assert shares(given, platform) == {
        None: ("Ecs/Service", "setting:Ecs"),
        "api": ("TargetGroup", "setting:Rule"),
        "mail-sender": ("tags",),
    }


def test_a_deletion_is_approved_by_the_name_of_its_stack(platform: Environment) -> None:
    given = shares(["shop", "shop-api"], platform)
    assert given == {None: ("shop",), "api": ("shop-api",), "mail-sender": ()}


def test_a_service_that_there_is_not_is_refused_with_those_that_there_are(platform: Environment) -> None:
    with pytest.raises(NothingSent, match="has no service named 'web'; its services: api, mail-sender"):
        shares(["web:TargetGroup"], platform)
