"""Which kind knows a failure; what none knows stays unexplained."""

from __future__ import annotations

import pytest

from deployment.diagnosis.causes import explain
from deployment.diagnosis.causes.explanation import Evidence
from tests.deployment.diagnosis.causes.failures import DENIED, POOL, SAME_ZONE, TAKEN, UNSTABLE, VPCS, failed

LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"


@pytest.mark.parametrize(
    ("reason", "type_name", "kind"),
    [
        (DENIED, "AWS::ECS::Service", "iam"),
        (VPCS, "AWS::EC2::VPC", "limit"),
        (UNSTABLE, "AWS::ECS::Service", "service"),
        (SAME_ZONE, LOAD_BALANCER, "load balancer"),
        (TAKEN, "AWS::ECS::Service", "name"),
        ("Certificate timed out waiting for validation", "AWS::CertificateManager::Certificate", "certificate"),
        ("The following hook(s) failed: [Acme::Guard::Hook]", "AWS::S3::Bucket", "hook"),
    ],
)
def test_each_kind_knows_its_own(reason: str, type_name: str, kind: str) -> None:
    found = explain(failed(reason, type_name), Evidence())
    assert found
    assert found.kind == kind
    assert found.remedy


@pytest.mark.parametrize("type_name", ["AWS::CertificateManager::Certificate", "AWS::ECS::Service", LOAD_BALANCER])
@pytest.mark.parametrize("reason", [POOL, "Internal Failure", None])
def test_what_no_kind_knows_is_not_guessed(reason: str | None, type_name: str) -> None:
    assert explain(failed(reason, type_name), Evidence()) is None
