"""Which Regions there are, and which zones are theirs."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import boto3
import pytest

from cloudformation.environment.keys.partitions import partitions
from cloudformation.environment.keys.regions import is_known, is_zone_of, known_regions


@pytest.fixture(autouse=True)
def read_anew() -> Iterator[None]:
    for cached in (known_regions, partitions):
        cached.cache_clear()
    yield
    for cached in (known_regions, partitions):
        cached.cache_clear()


def test_the_regions_are_those_that_botocore_knows_in_every_partition() -> None:
    known = known_regions()
    assert known is not None
    session = boto3.Session()
    for partition in session.get_available_partitions():
        named = session.get_available_regions("cloudformation", partition)
        assert set(named) <= known, partition
    assert {"us-gov-west-1", "cn-north-1", "eusc-de-east-1"} <= known
    assert not [name for name in known if name.endswith("global")]


def test_without_botocore_the_form_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert known_regions() is None
    assert is_known("eu-nowhere-9", None)
    assert not is_known("nowhere", None)


@pytest.mark.parametrize(
    ("zone", "region"),
    [
        ("us-west-2a", "us-west-2"),
        ("us-west-2-lax-1a", "us-west-2"),
        ("us-east-1-wl1-bos-wlz-1", "us-east-1"),
        ("us-gov-west-1a", "us-gov-west-1"),
    ],
)
def test_a_zone_begins_with_its_region(zone: str, region: str) -> None:
    assert is_zone_of(zone, region)


@pytest.mark.parametrize(
    "zone", ["us-east-1a", "us-west-2", "us-west-20a", "us-west-2ab", "usw2-az1", "", "xus-west-2a"]
)
def test_anything_else_is_no_zone_of_it(zone: str) -> None:
    assert not is_zone_of(zone, "us-west-2")
