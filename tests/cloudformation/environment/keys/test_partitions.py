"""The partition of each Region is the one that botocore puts it in."""

import importlib.util

import boto3
import botocore.loaders
import pytest

from cloudformation.environment.keys import partitions as module
from cloudformation.environment.keys.partitions import dns_suffix, partition_of, partitions


def test_every_region_is_in_the_partition_that_botocore_says_and_ends_as_it_says() -> None:
    session = boto3.Session()
    told = botocore.loaders.Loader().load_data("partitions")["partitions"]
    endings = {partition["id"]: partition["outputs"]["dnsSuffix"] for partition in told}
    regions = {name: known.name for known in partitions() for name in known.regions if not name.endswith("global")}
    assert set(regions.values()) == set(endings)
    for region, name in regions.items():
        assert partition_of(region).name == name == session.get_partition_for_region(region)
        assert partition_of(region).dns_suffix == dns_suffix(name) == endings[name]


def test_a_region_that_is_new_is_in_the_partition_that_names_its_regions_so() -> None:
    assert [partition_of(region).name for region in ("eu-west-9", "cn-east-9", "us-gov-west-9", "eusc-de-west-9")] == [
        "aws",
        "aws-cn",
        "aws-us-gov",
        "aws-eusc",
    ]


def test_without_botocore_all_is_the_commercial_partition(monkeypatch: pytest.MonkeyPatch) -> None:
    caches = (partitions, partition_of, dns_suffix)
    for cached in caches:
        cached.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr(importlib.util, "find_spec", lambda _: None)
        assert partitions() == ()
        assert (partition_of("eu-west-1").name, module.dns_suffix("aws")) == ("aws", "amazonaws.com")
    for cached in caches:
        cached.cache_clear()
