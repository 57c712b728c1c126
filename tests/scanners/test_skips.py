"""The rows hold by kind: for services and environments of any name, and for other values than this project's."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cloudformation.environment.services.attached import Kind
from render import main as render
from templates.rendering.new_service import next_steps
from tests import own_system
from tests.deployment.shop import write_shop
from tests.scanners import cfn_lint, offline_validator
from tests.scanners.__main__ import SCANNERS, scan
from tests.scanners.finding import Scanner
from tests.scanners.planted import PLANTED
from tests.scanners.resolved import ResolvedLayer, resolved, resolved_services
from tests.scanners.skips import SKIPS
from tests.scanners.verdict import judged
from tests.templates.everything import EVERYTHING, PRIVATE

LINTERS = (cfn_lint.SCANNER, offline_validator.SCANNER)
INSTALLED = [scanner for scanner in SCANNERS if not scanner.installed or scanner.installed.exists()]
KEY = "arn:aws:kms:ap-northeast-1:123456789012:key/11111111-2222-3333-4444-555555555555"
# Values on the other side of every row's condition.
OTHERS = {
    "everything": EVERYTHING,
    "kept": {"FlowLogsRetentionDays": "30", "ContainerInsights": "enabled", "LogRetentionDays": "365"},
    "keyed": {
        "FlowLogsRetentionDays": "365",
        "KmsKeyArn": KEY,
        "ContainerUser": "101",
        "ReadonlyRootFilesystem": "true",
        "AlbDeletionProtection": "true",
        "AccessLogsMode": "existing",
        "AccessLogsBucketName": "logs-of-others",
    },
    "private": {
        **PRIVATE,
        "TaskSubnetTier": "private",
        "NatGatewayMode": "single",
        "IngressCidr": "10.0.0.0/8",
        "AlbScheme": "internal",
    },
}


def problems(scanners: Sequence[Scanner], layers: Sequence[ResolvedLayer]) -> tuple[str, ...]:
    """What is left of the findings, and which of the rows about these templates nothing needs."""
    there = {layer.layer for layer in layers}
    about = [row for row in SKIPS if row.about_services or row.layer in there]
    return judged(scanners, scan(scanners, [*layers, PLANTED]), about, layers).problems


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> list[ResolvedLayer]:
    """One service of each kind as `render.py --new-service` writes it, in an environment of each class."""
    shop = write_shop(tmp_path_factory.mktemp("new") / "shop", {}, {}, rendered=False)
    steps = []
    for kind in Kind:
        assert render(["--new-service", f"my-{kind.value}", "--kind", kind.value], shop) == 0
        told = next_steps(f"my-{kind.value}", kind).split("  services:\n")[1].split("then run")[0]
        steps += [line.removeprefix("  ").replace("<image>", "shop/front:1") for line in told.splitlines()]
    own_system.write_params(shop)
    for name, text in own_system.TEXTS.items():
        said = "\n".join([text, "services:", *steps, ""])
        (shop / f"params/{name}.yaml").write_text(said, encoding="utf-8")
    assert render([], shop) == 0
    return resolved_services(shop)


@pytest.mark.slow
def test_a_new_service_of_each_kind_is_clean_for_the_linters(services: list[ResolvedLayer]) -> None:
    assert {layer.layer for layer in services} == {f"service-{kind.value}-my-{kind.value}" for kind in Kind}
    assert problems(LINTERS, services) == ()


@pytest.mark.slow
def test_a_new_service_of_each_kind_needs_no_row_of_its_own(services: list[ResolvedLayer]) -> None:
    assert problems(INSTALLED, services) == ()


@pytest.mark.slow
def test_the_rows_hold_whatever_the_values_of_an_environment_are() -> None:
    values = own_system.values("dev")
    layers = [
        layer
        for name, others in OTHERS.items()
        for layer in resolved(own_system.DEV._replace(name=name), {**values, **others})
    ]
    assert problems(INSTALLED, layers) == ()


def test_no_row_names_an_environment_or_a_service() -> None:
    assert [row for row in SKIPS if row.named] == []
    kinds = {f"service-{kind.value}-*" for kind in Kind} | {"service-*"}
    assert {row.layer for row in SKIPS if row.about_services} <= kinds
