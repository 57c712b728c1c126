"""The cost that a review reports is the difference of two bills, each counted from what exists, and never a guess."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from deployment.template.costs.cost_change import CostChange
from tests.deployment.priced import Bill, PricedSystem
from tests.examples import examples

pytestmark = pytest.mark.slow

PRIVATE = {"PrivateSubnet1Cidr": "10.0.11.0/24", "PrivateSubnet2Cidr": "10.0.12.0/24"}
THIRD = {"AvailabilityZone3": "ap-northeast-1d", "PublicSubnet3Cidr": "10.0.3.0/24"}
HOURS_OFF = {"OffHoursStopCron": "cron(0 20 ? * MON-FRI *)", "OffHoursStartCron": "cron(0 8 ? * MON-FRI *)"}
ALWAYS_ON = {"OffHoursStopCron": "", "OffHoursStartCron": ""}
SIZES = [("256", "512"), ("256", "1024"), ("512", "1024"), ("1024", "2048"), ("1024", "4096")]
NETWORKS = [
    {},
    PRIVATE,
    {**PRIVATE, "NatGatewayMode": "single", "TaskSubnetTier": "private"},
    {**PRIVATE, "NatGatewayMode": "per-az", "TaskSubnetTier": "private", "VpcEndpointMode": "gateway"},
    {**PRIVATE, "NatGatewayMode": "regional"},
    {**PRIVATE, "VpcEndpointMode": "interface", "TaskSubnetTier": "private"},
    {
        **PRIVATE,
        **THIRD,
        "PrivateSubnet3Cidr": "10.0.13.0/24",
        "NatGatewayMode": "per-az",
        "VpcEndpointMode": "interface",
    },
    {**PRIVATE, "AlbScheme": "internal"},
    THIRD,
    {"EnableIpv6": "true", "VpcIpv6Cidr": "2406:da14:1:200::/56", "AlbIpAddressType": "dualstack"},
]
NUMBERS = st.integers(0, 4).map(str)


@st.composite
def values(draw: st.DrawFn) -> dict[str, str]:
    """Values of everything that is paid for by the hour."""
    cpu, memory = draw(st.sampled_from(SIZES))
    base, weight, spot = draw(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 1)))
    fewest = draw(st.integers(0, 3))
    scaled = draw(st.booleans())
    return {
        **draw(st.sampled_from(NETWORKS)),
        **(HOURS_OFF if scaled and draw(st.sampled_from([True, False, False])) else ALWAYS_ON),
        "ContainerImage": "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/app:1",
        "TaskCpu": cpu,
        "TaskMemory": memory,
        "CpuArchitecture": draw(st.sampled_from(["X86_64", "ARM64"])),
        "FargateBase": str(base),
        "FargateWeight": str(weight if weight or spot else 1),
        "FargateSpotWeight": str(spot),
        "DesiredCount": draw(NUMBERS),
        "AutoScaling": "true" if scaled else "false",
        "MinTasks": str(fewest),
        "MaxTasks": str(max(fewest, 1) + draw(st.integers(0, 2))),
        "HealthCheckGracePeriodSeconds": draw(st.sampled_from(["60", "90"])),
    }


def held_against(told: CostChange | None, before: Bill, after: Bill) -> None:
    """What was reported is the difference of the two bills where both are known, and no number where one is not."""
    paths = before.keys() | after.keys()
    sides = {path: (before.get(path, Decimal(0)), after.get(path, Decimal(0))) for path in paths}
    differences = {path: new - old for path, (old, new) in sides.items() if old is not None and new is not None}
    assert (told.monthly if told else 0) == sum(differences.values()), (told, before, after)
    priced = {str(path) for item in (told.items if told else ()) for path in item.paths}
    assert priced.isdisjoint(paths - differences.keys())
    assert priced <= {path for path, amount in differences.items()}
    unknown = {str(gap.path) for gap in (told.not_known if told else ())}
    assert unknown <= paths - differences.keys(), (told, before, after)
    moved = {path for path in paths - differences.keys() if sides[path].count(None) == 1}
    assert moved <= unknown, (told, before, after)


@settings(
    max_examples=examples(12),
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(steps=st.lists(values(), min_size=2, max_size=4))
def test_the_difference_told_is_that_of_what_stands_before_and_after(steps: list[dict[str, str]]) -> None:
    system = PricedSystem()
    before: Bill = {}
    for step in steps:
        told = system.deploy(step)
        after = system.bill()
        held_against(told, before, after)
        before = after
