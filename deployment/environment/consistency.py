"""What Rules cannot say: numbers that must be in order, subnets inside their VPC, lists that are too long.

Rule functions have no comparison, no pattern and no suffix. Each check here applies where root.yaml declares the
parameters that it speaks of, so that another project's templates are not held to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from ipaddress import IPv4Network, ip_network
from itertools import combinations

from cloudformation.scalars import is_number
from deployment.environment.environment_file import Environment
from deployment.environment.parameter_values import Value
from deployment.errors import Place, Problem

# (smaller, larger, whether they may be equal, why)
_ORDERED = (
    ("MinTasks", "MaxTasks", True, "Application Auto Scaling refuses a range that is empty"),
    ("HealthCheckTimeoutSeconds", "HealthCheckIntervalSeconds", False, "a check must end before the next one starts"),
    ("MinimumHealthyPercent", "MaximumPercent", False, "a deployment needs room to start or stop a task"),
)
_CONDITION_VALUES = ("ListenerRulePaths", "ListenerRuleHosts")
_MOST_CONDITION_VALUES = 5  # in one listener rule (docs: Quotas for your Application Load Balancers)


def inconsistencies(values: Mapping[str, Value], environment: Environment) -> Iterator[Problem]:
    """Each pair or group of values that cannot go together."""
    fallback = environment.places.get("parameters", environment.place)
    yield from _order(values, fallback)
    yield from _subnets(values, fallback)
    yield from _conditions(values, fallback)


def _order(values: Mapping[str, Value], fallback: Place) -> Iterator[Problem]:
    for smaller, larger, equal, why in _ORDERED:
        low, high = _number(values.get(smaller)), _number(values.get(larger))
        if low is None or high is None or low < high or (equal and low == high):
            continue
        relation = "at most" if equal else "less than"
        place = values[smaller].place or values[larger].place or fallback
        yield Problem(place, f"{smaller} ({low}) must be {relation} {larger} ({high}): {why}")


def _subnets(values: Mapping[str, Value], fallback: Place) -> Iterator[Problem]:
    vpc = _network(values.get("VpcCidr"))
    named = [(name, value) for name, value in values.items() if "Subnet" in name and name.endswith("Cidr")]
    subnets = [(name, value, network) for name, value in named if (network := _network(value)) is not None]
    for name, value, network in subnets:
        if vpc is not None and not network.subnet_of(vpc):
            yield Problem(value.place or fallback, f"{name} ({network}) is not inside VpcCidr ({vpc})")
    for (first, _, one), (second, value, other) in combinations(subnets, 2):
        if one.overlaps(other):
            yield Problem(value.place or fallback, f"{second} ({other}) overlaps {first} ({one})")


def _conditions(values: Mapping[str, Value], fallback: Place) -> Iterator[Problem]:
    present = [values[name] for name in _CONDITION_VALUES if name in values]
    count = sum(len([each for each in value.text.split(",") if each.strip()]) for value in present)
    if count > _MOST_CONDITION_VALUES:
        place = next((value.place for value in present if value.place), fallback)
        names = " and ".join(value.declared.name for value in present)
        yield Problem(place, f"{names} hold {count} values; a listener rule takes at most {_MOST_CONDITION_VALUES}")


def _number(value: Value | None) -> Decimal | None:
    try:
        return Decimal(value.text) if value is not None and is_number(value.text) else None
    except InvalidOperation:
        return None


def _network(value: Value | None) -> IPv4Network | None:
    """The CIDR block of a parameter; None where it is absent, empty, or not one (its pattern says so)."""
    try:
        network = None if value is None else ip_network(value.text, strict=False)
    except ValueError:
        return None
    return network if isinstance(network, IPv4Network) else None
