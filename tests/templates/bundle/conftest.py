"""One project for all tests of the bundle that only read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from templates.bundle.bundle import Bundle, bundle
from tests.templates.bundle.shop import committed_shop


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nobody writes into it."""
    return committed_shop(tmp_path_factory.mktemp("bundle") / "shop")


@pytest.fixture(scope="session")
def made(shop: Path) -> Bundle:
    return bundle(shop, "1.4.0")


@pytest.fixture(scope="session")
def shop_types(shop: Path) -> set[str]:
    """The types of all resources of its templates."""
    from cloudformation.text import read

    files = [*(shop / "rendered").glob("*.yaml"), *(shop / "rendered/services").glob("*.yaml")]
    documents = [read(file.read_text()) for file in files if file.name != "ci-role.yaml"]
    return {body["Type"] for document in documents for body in document["Resources"].values()}
