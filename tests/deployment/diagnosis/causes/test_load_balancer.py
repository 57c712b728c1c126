"""Names and subnets of load balancers."""

from __future__ import annotations

import pytest

from deployment.diagnosis.causes.explanation import Evidence
from deployment.diagnosis.causes.load_balancer import explain
from tests.deployment.diagnosis.causes.failures import NO_ADDRESSES, SAME_NAME, SAME_ZONE, failed

TYPE = "AWS::ElasticLoadBalancingV2::LoadBalancer"


@pytest.mark.parametrize(
    ("reason", "fact", "remedy"),
    [
        (SAME_NAME, "taken: app-alb", "AppName"),
        (SAME_ZONE, "subnets: subnet-1, subnet-2", "two Availability Zones that differ"),
        (NO_ADDRESSES, "full: subnet-0e04e2925720142be", "CIDR block"),
    ],
)
def test_each_conflict_is_named(reason: str, fact: str, remedy: str) -> None:
    found = explain(failed(reason, TYPE, Subnets=["subnet-1", "subnet-2"]), Evidence())
    assert found
    assert found.facts == (fact,)
    assert remedy in found.remedy


def test_other_resources_and_other_reasons_are_left_alone() -> None:
    assert explain(failed(SAME_ZONE), Evidence()) is None
    assert explain(failed("no", TYPE), Evidence()) is None
