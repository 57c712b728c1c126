"""The tools are pinned by content, and no file says where they are fetched."""

from __future__ import annotations

import json
import re

import pytest

from tests.tools.known import TOOLS
from tests.tools.steps import PROJECT, Tool

CDK = PROJECT / "tests/tools/projects/cdk"


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: str(tool.project))
def test_every_tool_has_one_version(tool: Tool) -> None:
    assert re.fullmatch(r"\d+(\.\d+)+", tool.version())


@pytest.mark.parametrize(("name", "least"), [("sam", 21), ("sceptre", 21), ("checkov", 21), ("cfn-guard", 1)])
def test_every_package_of_a_tool_has_its_hashes_and_no_address(name: str, least: int) -> None:
    text = (PROJECT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    packages = re.split(r"^(?=\S)", text, flags=re.M)[1:]
    assert len(packages) >= least
    assert all(re.match(r"[\w.\[\], -]+==\S+", package) and "--hash=sha256:" in package for package in packages)
    assert "://" not in text


def test_cdk_is_locked_by_content_and_no_registry_is_named() -> None:
    packages = json.loads((CDK / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    own = packages.pop("")
    assert own["dependencies"] == json.loads((CDK / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert {"node_modules/aws-cdk", "node_modules/aws-cdk-lib", "node_modules/constructs"} <= set(packages)
    assert not [name for name, package in packages.items() if "resolved" in package]
    outer = [package for package in packages.values() if not package.get("inBundle")]
    assert all(package["integrity"].startswith("sha512-") for package in outer)
