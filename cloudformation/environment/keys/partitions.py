"""The partitions of AWS: which one a Region is in, and what its host names end with.

The list is botocore's own (`partitions.json`), read as a file: nothing of botocore is imported.
https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
"""

import importlib.util
import json
import re
from collections.abc import Collection
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple


class Partition(NamedTuple):
    """A partition: `aws`, the ending `amazonaws.com`, and what its Regions are called."""

    name: str
    dns_suffix: str
    regions: Collection[str]
    form: str


_COMMERCIAL = Partition("aws", "amazonaws.com", frozenset(), r"(?!)")


@cache
def partitions() -> tuple[Partition, ...]:
    """Every partition; none where botocore is not installed."""
    spec = importlib.util.find_spec("botocore")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        file = Path(place) / "data" / "partitions.json"
        if file.is_file():
            return tuple(map(_partition, json.loads(file.read_text(encoding="utf-8"))["partitions"]))
    return ()


def _partition(entry: dict[str, object]) -> Partition:
    outputs, regions = entry["outputs"], entry["regions"]
    assert isinstance(outputs, dict)
    assert isinstance(regions, dict)
    return Partition(str(entry["id"]), str(outputs["dnsSuffix"]), frozenset(regions), str(entry["regionRegex"]))


@cache
def partition_of(region: str) -> Partition:
    """The partition of a Region: the one that lists it, else the one that names Regions so, else `aws`."""
    named = (partition for partition in partitions() if region in partition.regions)
    alike = (partition for partition in partitions() if re.match(partition.form, region))
    return next(chain(named, alike), _COMMERCIAL)


@cache
def dns_suffix(partition: str) -> str:
    """What host names of a partition end with: `amazonaws.com.cn` of `aws-cn`."""
    suffixes = {known.name: known.dns_suffix for known in partitions()}
    return suffixes.get(partition, _COMMERCIAL.dns_suffix)
