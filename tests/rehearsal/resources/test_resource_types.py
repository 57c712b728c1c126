"""Resource types, as their registry schemas describe them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudformation.unknown import is_unknown
from rehearsal.resources.replacement import requires_recreation
from rehearsal.resources.resource_schema import region_index
from rehearsal.resources.resource_types import ResourceTypes
from tests.examples import examples
from tests.rehearsal.resources.types_of_tokyo import TOKYO, known, made

NAMES = sorted(region_index("ap-northeast-1"))


# Which types there are


def test_a_region_knows_its_types_and_no_others() -> None:
    assert TOKYO.get("AWS::EC2::VPC") is not None
    assert TOKYO.get("AWS::EC2::Vpc") is None
    assert TOKYO.get("My::Own::Type") is None


def test_a_type_may_be_absent_in_one_region_and_present_in_another() -> None:
    everywhere = [set(region_index(region)) for region in ("us-east-1", "ap-southeast-5")]
    assert everywhere[0] - everywhere[1]
    only_here = min(everywhere[0] - everywhere[1])
    assert ResourceTypes("us-east-1").get(only_here) is not None
    assert ResourceTypes("ap-southeast-5").get(only_here) is None


def test_a_region_that_is_not_known_yet_is_taken_to_have_what_the_first_region_has() -> None:
    assert region_index("xx-nowhere-9") == region_index("us-east-1")
    assert ResourceTypes("xx-nowhere-9").get("AWS::EC2::VPC") is not None


def test_a_type_is_read_once_even_when_many_threads_ask_at_the_same_time() -> None:
    types = ResourceTypes("ap-northeast-1")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(types.get, ["AWS::ECS::Service"] * 32))
    assert len({id(one) for one in found}) == 1


def test_custom_resources_are_known_under_any_name_and_answer_for_any_attribute() -> None:
    custom = known("Custom::CertificateWatcher")
    assert custom.name == "Custom::CertificateWatcher"
    assert custom.supports_attribute("WhateverTheFunctionReturns")
    assert custom.findings({"ServiceToken": "arn:aws:sns:x", "Anything": {"Goes": [1]}}, is_unknown) == ()


# How its resources are replaced


def test_some_types_delete_before_they_create() -> None:
    assert known("AWS::EC2::VPCGatewayAttachment").deletes_before_creating
    assert not known("AWS::EC2::VPC").deletes_before_creating


# What else a schema says


def test_the_primary_identifier_is_read_without_its_prefix() -> None:
    assert known("AWS::EC2::VPC").primary_identifier == ("VpcId",)
    assert known("AWS::ECS::Service").primary_identifier == ("ServiceArn", "Cluster")


def test_the_tag_property_is_known_where_a_type_can_be_tagged() -> None:
    assert known("AWS::EC2::VPC").tag_property == "Tags"
    assert known("AWS::EC2::Route").tag_property is None
    assert known("AWS::IAM::Policy").tag_property is None
    assert made(properties={}).tag_property is None


# Every type


@settings(max_examples=examples(60), deadline=None)
@given(st.sampled_from(NAMES), st.dictionaries(st.text(max_size=8), st.none() | st.booleans() | st.text(), max_size=3))
def test_every_type_loads_and_judges_any_properties(name: str, properties: dict[str, object]) -> None:
    kind = known(name)
    assert kind.properties
    assert kind.primary_identifier
    for prop in kind.properties:
        assert requires_recreation(kind, (prop,)) in {"Never", "Conditionally", "Always"}
        assert kind.same((prop,), {"x": [1]}, {"x": [1]})
    for found in kind.findings(properties, is_unknown):
        assert found.text.startswith("#")


@pytest.mark.parametrize(
    ("name", "service"),
    [
        ("AWS::ECR::Repository", "ecr"),
        ("AWS::MSK::Configuration", "kafka"),
        ("AWS::KinesisFirehose::DeliveryStream", "firehose"),
        ("AWS::ApiGatewayV2::Api", "apigateway"),
        ("AWS::OpenSearchService::Domain", "es"),
        ("AWS::Elasticsearch::Domain", "es"),
        ("AWS::RedshiftServerless::Workgroup", "redshift-serverless"),
    ],
)
def test_the_service_of_a_type_is_the_one_that_arns_name(name: str, service: str) -> None:
    assert known(name).service == service


def test_what_stands_beside_the_id_identifies_a_part() -> None:
    assert known("AWS::ApiGateway::Stage").identified_beside == ("RestApiId",)
    assert known("AWS::ApiGateway::RestApi").identified_beside == ()
    assert known("AWS::WAFv2::WebACL").identified_beside == ()
