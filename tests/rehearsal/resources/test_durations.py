"""How long resources take, in simulated seconds."""

from __future__ import annotations

import pytest

from rehearsal.resources.durations import (
    CONFIGURED_AFTER,
    DEFAULT,
    SECONDS,
    configured_seconds,
    duration_seconds,
)
from rehearsal.resources.resource_types import ResourceTypes


def test_what_people_wait_for_takes_longest() -> None:
    slow = ("AWS::CertificateManager::Certificate", "AWS::ECS::Service", "AWS::ElasticLoadBalancingV2::LoadBalancer")
    quick = ("AWS::Logs::LogGroup", "AWS::ECS::Cluster", "AWS::EC2::VPC", "AWS::ECS::TaskDefinition")
    assert min(duration_seconds(name, "create") for name in slow) > max(duration_seconds(n, "create") for n in quick)


@pytest.mark.parametrize("name", ["AWS::Elasticsearch::Domain", "AWS::OpenSearchService::Domain"])
def test_a_domain_takes_a_quarter_to_half_an_hour_to_create_and_as_long_to_update(name: str) -> None:
    # "New domains typically take 15-30 minutes to initialize [...] Most updates to existing domains take a similar
    # amount of time": https://docs.aws.amazon.com/opensearch-service/latest/developerguide/configuration-samples.html
    assert 15 * 60 <= duration_seconds(name, "create") <= 30 * 60
    assert 15 * 60 <= duration_seconds(name, "update") <= 30 * 60


def test_a_type_without_a_figure_takes_the_default() -> None:
    assert duration_seconds("My::Own::Type", "create") == DEFAULT[0]
    assert duration_seconds("My::Own::Type", "delete") == DEFAULT[2]


@pytest.mark.parametrize("name", sorted(SECONDS))
def test_every_figure_belongs_to_a_type_that_exists_and_is_positive(name: str) -> None:
    assert ResourceTypes("ap-northeast-1").get(name) is not None
    assert all(seconds > 0 for seconds in SECONDS[name])


def test_dependants_of_some_types_start_before_the_type_is_complete() -> None:
    assert configured_seconds("AWS::S3::Bucket", "delete") is None
    assert configured_seconds("AWS::ECS::Service", "create") is None
    assert configured_seconds("AWS::EC2::VPC", "create") is None
    for name, action in CONFIGURED_AFTER:
        configured = configured_seconds(name, action)
        assert configured is not None
        assert 0 < configured < duration_seconds(name, action)
