"""The Regions that AWS has, and which of them an Availability Zone is in.

A Local Zone and a Wavelength Zone begin with their Region too: `us-west-2-lax-1a`, `us-east-1-wl1-bos-wlz-1`.
https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
"""

import re
from collections.abc import Iterable
from functools import cache

from cloudformation.environment.keys.partitions import partitions

REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]+")


@cache
def known_regions() -> frozenset[str] | None:
    """Every Region of every partition; None where botocore is not installed."""
    # Beside the Regions stand names such as aws-global, where nothing can be deployed.
    known = frozenset(name for partition in partitions() for name in partition.regions if has_the_form(name))
    return known or None


def has_the_form(region: str) -> bool:
    """Whether a text looks like the name of a Region."""
    return REGION.fullmatch(region) is not None


def is_known(region: str, known: Iterable[str] | None) -> bool:
    """Whether there is such a Region; where nothing is known, its form decides."""
    return has_the_form(region) if known is None else region in known


def is_zone_of(zone: str, region: str) -> bool:
    """Whether the name of an Availability Zone, Local Zone or Wavelength Zone is one of a Region."""
    return re.fullmatch(rf"{re.escape(region)}([a-z]|-[a-z0-9-]+)", zone) is not None
