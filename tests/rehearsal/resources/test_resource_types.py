"""Resource types, as their registry schemas describe them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehearsal.resources.resource_types import ResourceType, ResourceTypes

TOKYO = ResourceTypes("ap-northeast-1")
NAMES = TOKYO.names()


def known(name: str) -> ResourceType:
    found = TOKYO.get(name)
    assert found is not None
    return found


def made(**schema: object) -> ResourceType:
    return ResourceType("My::Own::Type", schema)


# Which types there are


def test_a_region_knows_its_types_and_no_others() -> None:
    assert TOKYO.get("AWS::EC2::VPC") is not None
    assert TOKYO.get("AWS::EC2::Vpc") is None
    assert TOKYO.get("My::Own::Type") is None


def test_a_type_may_be_absent_in_one_region_and_present_in_another() -> None:
    everywhere = [set(ResourceTypes(region).names()) for region in ("us-east-1", "ap-southeast-5")]
    assert everywhere[0] - everywhere[1]
    only_here = min(everywhere[0] - everywhere[1])
    assert ResourceTypes("us-east-1").get(only_here) is not None
    assert ResourceTypes("ap-southeast-5").get(only_here) is None


def test_a_region_that_is_not_known_yet_is_taken_to_have_what_the_first_region_has() -> None:
    assert ResourceTypes("xx-nowhere-9").names() == ResourceTypes("us-east-1").names()


def test_a_type_is_read_once_even_when_many_threads_ask_at_the_same_time() -> None:
    types = ResourceTypes("ap-northeast-1")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(types.get, ["AWS::ECS::Service"] * 32))
    assert len({id(one) for one in found}) == 1


def test_custom_resources_are_known_under_any_name_and_answer_for_any_attribute() -> None:
    custom = known("Custom::CertificateWatcher")
    assert custom.name == "Custom::CertificateWatcher"
    assert custom.supports_attribute("WhateverTheFunctionReturns")
    assert custom.findings({"ServiceToken": "arn:aws:sns:x", "Anything": {"Goes": [1]}}) == ()
    assert custom.required == ("ServiceToken",)


# Replacement

REPLACES = [
    "EC2::VPC CidrBlock",
    "EC2::Subnet AvailabilityZone",
    "EC2::Subnet CidrBlock",
    "EC2::Subnet VpcId",
    "EC2::SecurityGroup GroupDescription",
    "EC2::SecurityGroup VpcId",
    "EC2::Route DestinationCidrBlock",
    "EC2::SubnetRouteTableAssociation SubnetId",
    "CertificateManager::Certificate DomainName",
    "CertificateManager::Certificate DomainValidationOptions",
    "ElasticLoadBalancingV2::LoadBalancer Name",
    "ElasticLoadBalancingV2::LoadBalancer Scheme",
    "ElasticLoadBalancingV2::LoadBalancer Type",
    "ElasticLoadBalancingV2::Listener LoadBalancerArn",
    "ElasticLoadBalancingV2::ListenerRule ListenerArn",
    "ElasticLoadBalancingV2::TargetGroup Port",
    "ElasticLoadBalancingV2::TargetGroup Protocol",
    "ElasticLoadBalancingV2::TargetGroup TargetType",
    "ElasticLoadBalancingV2::TargetGroup VpcId",
    "ECS::Cluster ClusterName",
    "ECS::TaskDefinition Cpu",
    "ECS::TaskDefinition ContainerDefinitions",
    "ECS::TaskDefinition Family",
    "ECS::Service Cluster",
    "ECS::Service ServiceName",
    "IAM::Role RoleName",
    "Logs::LogGroup LogGroupName",
    "Route53::RecordSet HostedZoneId",
    "Route53::RecordSet Name",
    "SNS::Topic TopicName",
    "SSM::Parameter Name",
]
STAYS = [
    "EC2::VPC EnableDnsSupport",
    "EC2::Subnet MapPublicIpOnLaunch",
    "EC2::SecurityGroup SecurityGroupEgress",
    "ElasticLoadBalancingV2::LoadBalancer SecurityGroups",
    "ElasticLoadBalancingV2::Listener Certificates",
    "ElasticLoadBalancingV2::ListenerRule Priority",
    "ElasticLoadBalancingV2::TargetGroup HealthCheckPath",
    "ECS::TaskDefinition Tags",
    "ECS::Service TaskDefinition",
    "ECS::Service DesiredCount",
    "IAM::Role Policies",
    "Logs::LogGroup RetentionInDays",
    "SNS::Topic DisplayName",
    "SSM::Parameter Value",
    "CloudFormation::Stack TemplateURL",
    "CloudFormation::Stack Parameters",
]


@pytest.mark.parametrize("case", REPLACES)
def test_a_change_of_a_create_only_property_replaces_the_resource(case: str) -> None:
    name, prop = case.split()
    assert known(f"AWS::{name}").requires_recreation((prop,)) == "Always"


@pytest.mark.parametrize("case", STAYS)
def test_a_change_of_any_other_property_updates_in_place(case: str) -> None:
    name, prop = case.split()
    assert known(f"AWS::{name}").requires_recreation((prop,)) == "Never"


@pytest.mark.parametrize("case", ["ECS::Service LaunchType", "EC2::VPC InstanceTenancy"])
def test_some_properties_replace_under_conditions_that_only_aws_knows(case: str) -> None:
    name, prop = case.split()
    assert known(f"AWS::{name}").requires_recreation((prop,)) == "Conditionally"


def test_what_lies_under_a_create_only_property_and_what_holds_one_both_replace() -> None:
    kind = made(createOnlyProperties=["/properties/Network/Subnets", "/properties/Rules/*/Port"])
    assert kind.requires_recreation(("Network", "Subnets", "0")) == "Always"
    assert kind.requires_recreation(("Network",)) == "Always"
    assert kind.requires_recreation(("Network", "Groups")) == "Never"
    assert kind.requires_recreation(("Rules", "3", "Port")) == "Always"
    assert kind.requires_recreation(("Rules", "3", "Name")) == "Never"
    assert kind.requires_recreation(("Rules",)) == "Always"


def test_a_pointer_into_a_list_is_understood_with_and_without_its_star() -> None:
    assert made(createOnlyProperties=["/properties/Rules/Port"]).requires_recreation(("Rules", "0", "Port")) == "Always"


def test_a_type_whose_registry_entry_has_no_update_handler_is_always_replaced() -> None:
    assert made(handlers={"create": {}, "delete": {}}).requires_recreation(("Tags",)) == "Always"
    assert made(handlers={"create": {}, "update": {}}).requires_recreation(("Tags",)) == "Never"
    assert made().supports_update


def test_some_types_delete_before_they_create() -> None:
    assert known("AWS::EC2::VPCGatewayAttachment").deletes_before_creating
    assert not known("AWS::EC2::VPC").deletes_before_creating


# What else a schema tells


def test_the_primary_identifier_is_read_without_its_prefix() -> None:
    assert known("AWS::EC2::VPC").primary_identifier == ("VpcId",)
    assert known("AWS::ECS::Service").primary_identifier == ("ServiceArn", "Cluster")


def test_permissions_and_time_limits_come_with_each_handler() -> None:
    service = known("AWS::ECS::Service")
    assert "ecs:CreateService" in service.permissions("create")
    assert service.timeout_minutes("create") == 2160
    assert service.timeout_minutes("read") is None
    assert service.permissions("no-such-handler") == ()


def test_the_tag_property_is_known_where_a_type_can_be_tagged() -> None:
    assert known("AWS::EC2::VPC").tag_property == "Tags"
    assert known("AWS::EC2::Route").tag_property is None
    assert known("AWS::IAM::Policy").tag_property is None
    assert made(properties={}).tag_property is None


# Every type


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(NAMES), st.dictionaries(st.text(max_size=8), st.none() | st.booleans() | st.text(), max_size=3))
def test_every_type_loads_and_judges_any_properties(name: str, properties: dict[str, object]) -> None:
    kind = known(name)
    assert kind.properties
    assert kind.primary_identifier
    for prop in kind.properties:
        assert kind.requires_recreation((prop,)) in {"Never", "Conditionally", "Always"}
        assert kind.same((prop,), {"x": [1]}, {"x": [1]})
    for found in kind.findings(properties):
        assert found.text.startswith("#")
