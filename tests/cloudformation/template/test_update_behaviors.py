"""What the registry schemas say positively: that a property is updated in place."""

from __future__ import annotations

import pytest

from cloudformation.template.schemas import schema_of
from cloudformation.template.update_behaviors import CONDITIONAL, is_updated_in_place, sparing_policy


@pytest.mark.parametrize(
    ("type_name", "path", "known"),
    [
        ("AWS::ECS::Service", ("DesiredCount",), True),
        ("AWS::ECS::Service", ("Cluster",), False),
        ("AWS::EC2::Subnet", ("Tags", "0", "Value"), True),
        ("AWS::EC2::VPC", ("CidrBlock",), False),
        ("AWS::RDS::DBInstance", ("AvailabilityZone",), False),  # under conditions
        ("AWS::RDS::DBInstance", ("StorageType",), False),  # under conditions of which the schema is silent
        ("AWS::RDS::DBInstance", ("MonitoringInterval",), True),
        ("AWS::ElastiCache::CacheCluster", ("NumCacheNodes",), False),
        ("AWS::ElastiCache::CacheCluster", ("EngineVersion",), True),
        ("AWS::ElastiCache::ReplicationGroup", ("NodeGroupConfiguration", "0", "Slots"), False),
        ("AWS::ElasticLoadBalancingV2::TargetGroup", ("HealthCheckPath",), True),
        ("AWS::ECS::Service", ("NotDeclared",), False),
        ("AWS::ECS::Service", (), False),
        ("AWS::CloudFormation::WaitCondition", ("Count",), False),
        ("AWS::Unknown::Type", ("Name",), False),
        ("Custom::Thing", ("Name",), False),
    ],
)
def test_only_what_a_schema_says_positively_is_known(type_name: str, path: tuple[str, ...], known: bool) -> None:
    assert is_updated_in_place(type_name, path) is known


def test_a_whole_of_which_a_part_is_create_only_is_not_known() -> None:
    assert not is_updated_in_place("AWS::EC2::Instance", ("NetworkInterfaces",))


def test_what_is_conditional_beside_the_schemas_is_a_property_of_its_type_of_which_they_are_silent() -> None:
    for type_name, names in CONDITIONAL.items():
        schema = schema_of(type_name)
        assert schema is not None
        told = {pointer.split("/")[2] for pointer in schema.get("createOnlyProperties", ())}
        assert names <= set(schema["properties"]) - told, type_name


@pytest.mark.parametrize(
    ("type_name", "name", "policy"),
    [
        ("AWS::ElastiCache::ReplicationGroup", "NumNodeGroups", "UseOnlineResharding"),
        ("AWS::Elasticsearch::Domain", "ElasticsearchVersion", "EnableVersionUpgrade"),
        ("AWS::Elasticsearch::Domain", "EncryptionAtRestOptions", None),
        ("AWS::SNS::Topic", "TopicName", None),
    ],
)
def test_an_update_policy_spares_the_properties_that_it_is_about(type_name: str, name: str, policy: str | None) -> None:
    assert sparing_policy(type_name, name) == policy
