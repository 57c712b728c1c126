"""Replacement: what one property asks for, what a change set says, what the execution does."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.resources.replacement import (
    Recreation,
    is_replaced,
    more_intrusive,
    policy_action,
    replacement,
    requires_recreation,
)
from tests.rehearsal.resources.types_of_tokyo import known, made


def detail(recreation: Recreation, evaluation: str = "Static") -> dict[str, Any]:
    return {"Target": {"Attribute": "Properties", "RequiresRecreation": recreation}, "Evaluation": evaluation}


# What one property asks for

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
    assert requires_recreation(known(f"AWS::{name}"), (prop,)) == "Always"


@pytest.mark.parametrize("case", STAYS)
def test_a_change_of_any_other_property_updates_in_place(case: str) -> None:
    name, prop = case.split()
    assert requires_recreation(known(f"AWS::{name}"), (prop,)) == "Never"


@pytest.mark.parametrize("case", ["ECS::Service LaunchType", "EC2::VPC InstanceTenancy"])
def test_some_properties_replace_under_conditions_that_only_aws_knows(case: str) -> None:
    name, prop = case.split()
    assert requires_recreation(known(f"AWS::{name}"), (prop,)) == "Conditionally"


def test_what_lies_under_a_create_only_property_and_what_holds_one_both_replace() -> None:
    kind = made(createOnlyProperties=["/properties/Network/Subnets", "/properties/Rules/*/Port"])
    assert requires_recreation(kind, ("Network", "Subnets", "0")) == "Always"
    assert requires_recreation(kind, ("Network",)) == "Always"
    assert requires_recreation(kind, ("Network", "Groups")) == "Never"
    assert requires_recreation(kind, ("Rules", "3", "Port")) == "Always"
    assert requires_recreation(kind, ("Rules", "3", "Name")) == "Never"
    assert requires_recreation(kind, ("Rules",)) == "Always"


def test_a_pointer_into_a_list_is_understood_with_and_without_its_star() -> None:
    assert (
        requires_recreation(made(createOnlyProperties=["/properties/Rules/Port"]), ("Rules", "0", "Port")) == "Always"
    )


def test_a_type_whose_registry_entry_has_no_update_handler_is_always_replaced() -> None:
    assert requires_recreation(made(handlers={"create": {}, "delete": {}}), ("Tags",)) == "Always"
    assert requires_recreation(made(handlers={"create": {}, "update": {}}), ("Tags",)) == "Never"
    assert made().supports_update


# What the execution does


def test_one_create_only_property_among_those_that_change_is_enough_to_replace() -> None:
    kind = made(createOnlyProperties=["/properties/Name"])
    assert is_replaced(kind, [("Size",), ("Name",)])
    assert not is_replaced(kind, [("Size",)])
    assert not is_replaced(kind, [])


def test_what_replaces_under_conditions_is_executed_in_place() -> None:
    assert not is_replaced(made(conditionalCreateOnlyProperties=["/properties/Size"]), [("Size",)])


# What a change set says


def test_the_most_intrusive_detail_decides() -> None:
    assert replacement([detail("Never"), detail("Conditionally"), detail("Always")]) == "True"
    assert replacement([detail("Never"), detail("Conditionally")]) == "Conditional"
    assert replacement([detail("Never")]) == "False"


def test_a_value_that_only_the_execution_will_know_replaces_conditionally() -> None:
    assert replacement([detail("Always", "Dynamic")]) == "Conditional"
    assert replacement([detail("Always", "Dynamic"), detail("Always")]) == "True"


def test_details_are_ordered_by_how_intrusive_they_are() -> None:
    assert more_intrusive(detail("Always"), detail("Conditionally"))
    assert more_intrusive(detail("Conditionally"), detail("Never"))
    assert not more_intrusive(detail("Never"), detail("Never"))


@pytest.mark.parametrize(
    ("policy", "action"),
    [
        (None, "ReplaceAndDelete"),
        ("Delete", "ReplaceAndDelete"),
        ("Retain", "ReplaceAndRetain"),
        ("Snapshot", "ReplaceAndSnapshot"),
    ],
)
def test_the_update_replace_policy_says_what_becomes_of_the_old_resource(policy: str | None, action: str) -> None:
    assert policy_action(policy) == action


@pytest.mark.parametrize(
    ("type_name", "name", "recreation"),
    [
        ("AWS::ElastiCache::CacheCluster", "NumCacheNodes", "Conditionally"),
        ("AWS::ElastiCache::CacheCluster", "AZMode", "Conditionally"),
        ("AWS::Elasticsearch::Domain", "NodeToNodeEncryptionOptions", "Conditionally"),
        ("AWS::ElastiCache::ReplicationGroup", "NumNodeGroups", "Conditionally"),
        ("AWS::ElastiCache::CacheCluster", "CacheNodeType", "Never"),
        ("AWS::Elasticsearch::Domain", "AccessPolicies", "Never"),
    ],
)
def test_what_the_specification_calls_conditional_is_told_so(type_name: str, name: str, recreation: str) -> None:
    assert requires_recreation(known(type_name), (name,)) == recreation


@pytest.mark.parametrize(
    ("type_name", "path", "policy", "replaced"),
    [
        ("AWS::ElastiCache::ReplicationGroup", ("NumNodeGroups",), None, True),
        ("AWS::ElastiCache::ReplicationGroup", ("NumNodeGroups",), {"UseOnlineResharding": "false"}, True),
        ("AWS::ElastiCache::ReplicationGroup", ("NumNodeGroups",), {"UseOnlineResharding": True}, False),
        ("AWS::ElastiCache::ReplicationGroup", ("CacheNodeType",), None, False),
        ("AWS::Elasticsearch::Domain", ("ElasticsearchVersion",), None, True),
        ("AWS::Elasticsearch::Domain", ("ElasticsearchVersion",), {"EnableVersionUpgrade": "true"}, False),
        ("AWS::OpenSearchService::Domain", ("EngineVersion",), {}, True),
        ("AWS::Elasticsearch::Domain", ("EncryptionAtRestOptions", "Enabled"), None, False),  # its service decides
    ],
)
def test_an_update_policy_decides_whether_its_properties_replace(
    type_name: str, path: tuple[str, ...], policy: Any, replaced: bool
) -> None:
    assert is_replaced(known(type_name), [path], policy) is replaced


def test_more_nodes_replace_a_cache_whose_zones_nobody_chose() -> None:
    cluster, path = known("AWS::ElastiCache::CacheCluster"), ("NumCacheNodes",)
    assert is_replaced(cluster, [path], None, {"NumCacheNodes": 3})
    assert not is_replaced(cluster, [path], None, {"NumCacheNodes": 3, "PreferredAvailabilityZone": "eu-west-1a"})
