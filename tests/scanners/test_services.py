"""Services of the environments are linted and scanned as their platform is: with their values put in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cloudformation.references import functions
from tests.deployment.shop import API, API_VALUES, IMAGE, MODULES, VALUES, WORKER, write_shop
from tests.own_system import APP_NAME
from tests.scanners import cfn_lint, offline_validator
from tests.scanners.__main__ import SCANNERS, scan
from tests.scanners.resolved import ResolvedLayer, resolved_services

INSTALLED = [scanner for scanner in SCANNERS if not scanner.installed or scanner.installed.exists()]
PERMISSIVE = """\
from awacs import s3

from templates.parts.policies import allow
from templates.service.declaration import Sidecar, web
from templates.service.secrets import from_secrets_manager

SERVICE = web(
    "All of it.",
    environment={"AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"},
    secrets={"DB": from_secrets_manager("shop/db", key="password")},
    permissions=[allow(s3.Action("*"), on=["*"])],
    sidecars=[Sidecar("proxy", "public.ecr.aws/shop/proxy:1", port=9000, before_main=True)],
    before="migrate",
)
"""


def services(folder: Path, modules: dict[str, str], values: dict[str, str]) -> dict[str, ResolvedLayer]:
    return {layer.layer: layer for layer in resolved_services(write_shop(folder, modules, values))}


def test_every_service_is_a_template_without_parameters(tmp_path: Path) -> None:
    made = services(tmp_path, MODULES, VALUES)
    assert set(made) == {"service-web-api", "service-worker-mail-sender", "service-job-migrate"}
    for one in made.values():
        assert not {"Parameters", "Conditions", "Rules", "Metadata"} & set(one.template)
        used = {name for name, _ in functions(one.template["Resources"])}
        assert used <= {"Ref", "Fn::GetAtt", "Fn::Join", "Fn::Sub", "Fn::ImportValue"}, one.layer
    task: dict[str, Any] = made["service-web-api"].template["Resources"]["TaskDefinition"]["Properties"]
    assert task["Family"] == f"{APP_NAME}-api"
    assert task["ContainerDefinitions"][0]["PortMappings"][0] == {"ContainerPort": 8080, "Protocol": "tcp"}


@pytest.mark.slow
def test_services_of_every_kind_are_clean_for_the_linters(tmp_path: Path) -> None:
    modules = {**MODULES, "more": PERMISSIVE, "cron": MODULES["migrate"], "queued": WORKER}
    values = {
        **VALUES,
        "more": f"{IMAGE}    ListenerRulePriority: 10101\n    ListenerRulePaths: /more/*\n    AutoScaling: true\n",
        "cron": f"{IMAGE}    ScheduleExpression: rate(1 hour)\n",
        "queued": f"{IMAGE}    AutoScaling: true\n    QueueName: orders\n",
    }
    layers = services(tmp_path, modules, values)
    assert [str(one) for one in scan([cfn_lint.SCANNER, offline_validator.SCANNER], list(layers.values()))] == []


@pytest.mark.slow
def test_what_a_service_opens_is_found(tmp_path: Path) -> None:
    layers = services(
        tmp_path,
        {"api": API, "more": PERMISSIVE, "migrate": MODULES["migrate"]},
        {
            "api": API_VALUES,
            "more": f"{IMAGE}    ListenerRulePriority: 10101\n    ListenerRulePaths: /more/*\n",
            "migrate": IMAGE,
        },
    )
    found = {f"{one.tool} {one.place}" for one in scan(INSTALLED, [layers["service-web-more"]])}
    for tool in {scanner.name for scanner in INSTALLED} & {"checkov"}:
        assert f"{tool} service-web-more/TaskRole" in found
