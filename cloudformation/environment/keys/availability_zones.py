"""The Availability Zones of each Region as most accounts see them.

https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
"""

from cloudformation.environment.keys.regions import known_regions

# Most Regions show an account zones a, b and c.
_OTHERWISE = {
    "ap-northeast-1": "acd",
    "ap-northeast-2": "abcd",
    "ca-central-1": "abd",
    "cn-north-1": "ab",
    "us-east-1": "abcdef",
    "us-west-1": "ab",
    "us-west-2": "abcd",
}


def zones_of_region(region: str) -> list[str]:
    """The names of a Region's zones; none where there is no such Region."""
    letters = _OTHERWISE.get(region, "abc") if region in (known_regions() or _OTHERWISE) else ""
    return [f"{region}{letter}" for letter in letters]
