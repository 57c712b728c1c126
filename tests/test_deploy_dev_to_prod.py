"""dev's file becomes prod's, step by step, with the approvals that docs/environments.md names and no other."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import deploy as command
from tests.deployment.project import FRESH
from tests.deployment.standing import PROJECT, Standing
from tests.deployment.this_process import RehearsalHere

pytestmark = pytest.mark.slow

Deploy = Callable[..., dict[str, Any]]
Values = dict[str, Any]
# What is deployed and cannot change, as the page says; the ranges are those of dev's network.
STAYS = ("DomainName", "AppName", "VpcCidr", "PublicSubnet1Cidr", "PublicSubnet2Cidr")
RANGES = {"PrivateSubnet1Cidr": "10.0.11.0/24", "PrivateSubnet2Cidr": "10.0.12.0/24"}


def environment(name: str) -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load((PROJECT / f"params/{name}.yaml").read_text(encoding="utf-8"))
    return parsed


def steps() -> list[tuple[Values, list[str]]]:
    """The parameters of each step, and what its paragraph on the page approves."""
    page = (PROJECT / "docs/environments.md").read_text(encoding="utf-8")
    way = page.partition("## From dev's values to prod's")[2].partition("\n## ")[0]
    paragraphs = re.findall(r"^\d\. (.*?)(?=^\d\. |^$)", way, re.MULTILINE | re.DOTALL)
    prod = environment("prod")["parameters"]
    wanted = {name: value for name, value in prod.items() if name not in STAYS} | RANGES
    named = [
        [*RANGES, "NatGatewayMode", "VpcEndpointMode"],
        ["TaskSubnetTier"],
        [name for name in wanted if name.startswith("AlternativeDomainName")],
        list(wanted),
    ]
    assert len(paragraphs) == len(named)
    return [
        ({name: wanted[name] for name in names}, re.findall(r"`--allow ([^`]+)`", text))
        for names, text in zip(named, paragraphs, strict=True)
    ]


@pytest.fixture
def deployed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Deploy]:
    shutil.copytree(PROJECT / "rendered", tmp_path / "rendered")
    (tmp_path / "params").mkdir()
    (tmp_path / "render.py").write_text(FRESH, encoding="utf-8")
    with RehearsalHere(PROJECT, []) as here:

        def deploys(file: dict[str, Any], *arguments: str) -> dict[str, Any]:
            (tmp_path / "params/dev.yaml").write_text(yaml.safe_dump(file), encoding="utf-8")
            given = ["--env", "dev", "--rehearse", "--output", "json", "--yes", *arguments]
            command.main(given, tmp_path, rehearsal=Standing(here.url(), here.cloud))
            captured = capsys.readouterr()
            document: dict[str, Any] = json.loads(captured.out)
            return document | {"said": captured.err}

        yield deploys


def test_each_step_asks_for_the_approvals_that_the_page_names_and_no_other(deployed: Deploy) -> None:
    dev, prod = environment("dev"), environment("prod")
    file = dev | {"parameters": dict(dev["parameters"])}
    assert deployed(file)["outcome"] == "deployed"
    for number, (values, allowed) in enumerate(steps(), start=1):
        file["parameters"] |= values
        if number == len(steps()):
            kept = {name: value for name, value in dev["parameters"].items() if name in STAYS}
            file = prod | {"stack": dev["stack"], "parameters": values | kept}
        if allowed:
            assert deployed(file)["needed"] == allowed
        document = deployed(file, *(word for path in allowed for word in ("--allow", path)))
        assert document["outcome"] == "deployed", (number, document.get("needed"), document["said"])
