"""The words for what is lost with a resource."""

from __future__ import annotations

import pytest

from cloudformation.resource_types.losses import HOLDS_DATA, IS_REACHED, SERVES_OTHERS, nature_of
from tests.cloudformation.resource_types.test_harmless import registry_types


@pytest.mark.parametrize(
    ("type_", "nature"),
    [
        ("AWS::SQS::Queue", ("holds data", "its messages")),
        ("AWS::MemoryDB::Cluster", ("holds data", "what runs in it")),
        ("AWS::Lambda::Url", ("is public-facing", "its address")),
        ("AWS::ECS::Service", ("serves others", "the tasks that run in it")),
        ("MongoDB::Atlas::Cluster", ("holds data", "what runs in it")),
        ("AWS::MediaConvert::Queue", ("holds or serves something that is not known here", None)),
        ("AWS::ServiceDiscovery::Instance", ("holds or serves something that is not known here", None)),
        ("Custom::Queue", ("is made by a function that alone knows what it is", "whatever that function deletes")),
        ("AWS::CloudWatch::Alarm", None),
    ],
)
def test_the_nature_of_a_type_is_said_as_far_as_it_is_known(type_: str, nature: tuple[str, str | None] | None) -> None:
    assert nature_of(type_) == nature


@pytest.mark.parametrize("noun", [*HOLDS_DATA, *IS_REACHED, *SERVES_OTHERS])
def test_every_noun_is_that_of_a_type_that_there_is(noun: str) -> None:
    assert any(name.endswith(f"::{noun}") for name in registry_types())
