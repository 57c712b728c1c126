"""What Rules cannot say: that subnets lie inside their VPC, and apart from each other.

Rule functions have no comparison and no arithmetic. The check applies where root.yaml declares the parameters that it
speaks of, so that another project's templates are not held to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network, ip_network
from itertools import combinations

from cloudformation.environment.environment_file import Environment
from cloudformation.environment.findings import Problem
from cloudformation.environment.parameter_values import Value


def inconsistencies(values: Mapping[str, Value], environment: Environment) -> Iterator[Problem]:
    """Each value or pair of values that cannot be."""
    fallback = environment.place_of("parameters")
    vpc = _network(values.get("VpcCidr"))
    named = [(name, value) for name, value in values.items() if "Subnet" in name and name.endswith("Cidr")]
    subnets = [(name, value, network) for name, value in named if (network := _network(value)) is not None]
    for name, value, network in subnets:
        if vpc is not None and not network.subnet_of(vpc):
            yield Problem(value.place or fallback, f"{name} ({network}) is not inside VpcCidr ({vpc})")
    for (first, _, one), (second, value, other) in combinations(subnets, 2):
        if one.overlaps(other):
            yield Problem(value.place or fallback, f"{second} ({other}) overlaps {first} ({one})")


def _network(value: Value | None) -> IPv4Network | None:
    """The CIDR block of a parameter; None where it is absent, empty, or not one (its pattern says so)."""
    try:
        network = None if value is None else ip_network(value.text, strict=False)
    except ValueError:
        return None
    return network if isinstance(network, IPv4Network) else None
