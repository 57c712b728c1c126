"""What is deployed by itself: the platform of each environment, and each service."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from cloudformation.environment.keys.partitions import partitions
from deployment.template.template import read_template
from templates.bundle.errors import BundleError
from tests.own_system import DEV
from tests.templates.bundle.shop import stacks_of


def test_each_environment_has_its_platform_and_its_services(shop: Path) -> None:
    stacks = stacks_of(shop)
    assert list(stacks) == [
        "dev",
        "dev/services/api",
        "dev/services/mail-sender",
        "dev/services/migrate",
        "prod",
    ]
    assert stacks["dev/services/api"].environment.stack == f"{DEV.stack}-api"
    assert stacks["dev/services/api"].environment.owner == DEV.stack


def test_what_must_be_acknowledged_is_what_deploy_acknowledges(shop: Path) -> None:
    for one in stacks_of(shop).values():
        root = read_template(shop / "rendered" / one.environment.root)
        assert set(one.capabilities) == root.capabilities | set(one.environment.operation.capabilities)
        assert one.capabilities == sorted(one.capabilities)


def test_a_creation_sends_other_values_where_root_says_so(shop: Path) -> None:
    prod = stacks_of(shop)["prod"]
    differing = {name: value for name, value in prod.at_creation.items() if prod.values[name] != value}
    assert differing["AlbDeletionProtection"] == "false"
    assert prod.at_creation.keys() == prod.values.keys()


def test_without_the_list_of_partitions_nothing_is_guessed(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = stacks_of(shop)["dev"]
    assert (one.partition.name, one.partition.dns_suffix) == ("aws", "amazonaws.com")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    partitions.cache_clear()
    try:
        with pytest.raises(BundleError, match="botocore"):
            _ = one.partition
    finally:
        partitions.cache_clear()
