"""Which property gives a resource its custom name, and whether the resource keeps it."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.template.custom_names import custom_name_properties, keeps_its_name, kept_name
from cloudformation.template.schemas import schema_of

GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
SERVICE = "AWS::ECS::Service"


def schema(type_name: str) -> Any:
    found = schema_of(type_name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("type_name", "properties"),
    [
        (GROUP, ("Name",)),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", ("Name",)),
        ("AWS::EC2::SecurityGroup", ("GroupName",)),
        ("AWS::SNS::Topic", ("TopicName",)),
        ("AWS::SQS::Queue", ("QueueName",)),
        ("AWS::StepFunctions::StateMachine", ("StateMachineName",)),
        ("AWS::Elasticsearch::Domain", ("DomainName",)),
        (SERVICE, ("Cluster", "ServiceName")),
        ("AWS::IAM::Role", ("RoleName",)),
        ("AWS::S3::Bucket", ("BucketName",)),
        ("AWS::RDS::DBInstance", ("DBInstanceIdentifier",)),
    ],
)
def test_the_name_is_the_identifier_or_stands_in_it(type_name: str, properties: tuple[str, ...]) -> None:
    assert custom_name_properties(type_name, schema(type_name)) == properties


@pytest.mark.parametrize(
    "type_name",
    [
        "AWS::ECS::TaskDefinition",  # revisions of a family
        "AWS::Lambda::LayerVersion",
        "AWS::AppRunner::VpcConnector",
        "AWS::Athena::NamedQuery",  # several may have one name
        "AWS::Route53::HostedZone",
        "AWS::IVS::RecordingConfiguration",
        "AWS::ImageBuilder::Component",  # a name that must be given is none of the user's own choice
        "AWS::EC2::VPC",
    ],
)
def test_what_may_have_one_name_several_times_has_no_custom_name(type_name: str) -> None:
    assert custom_name_properties(type_name, schema(type_name)) == ()


@pytest.mark.parametrize(
    ("type_name", "before", "after", "name"),
    [
        (GROUP, {"Name": "web", "Port": 80}, {"Name": "web", "Port": 81}, "web"),
        (GROUP, {"Name": "web", "Port": 80}, {"Name": "web-2", "Port": 81}, None),
        (GROUP, {"Port": 80}, {"Port": 81}, None),
        (GROUP, {"Port": 80}, {"Name": "web", "Port": 81}, None),
        ("AWS::EC2::SecurityGroup", {"GroupName": "a", "VpcId": "vpc-1"}, {"GroupName": "a", "VpcId": "vpc-2"}, "a"),
        (SERVICE, {"Cluster": "c", "ServiceName": "s", "Role": "x"}, {"Cluster": "c", "ServiceName": "s"}, "c|s"),
        (SERVICE, {"Cluster": "c", "ServiceName": "s"}, {"Cluster": "d", "ServiceName": "s"}, None),
        ("AWS::RDS::DBInstance", {"DBInstanceIdentifier": "d", "DBName": "a"}, {"DBInstanceIdentifier": "d"}, "d"),
        # The parts of an identifier that no template gives leave the name to the service.
        ("AWS::Route53::RecordSet", {"Name": "a", "HostedZoneId": "1"}, {"Name": "a", "HostedZoneId": "1"}, None),
        (
            "AWS::Logs::SubscriptionFilter",
            {"LogGroupName": "g", "FilterPattern": "a"},
            {"LogGroupName": "g", "FilterPattern": "b"},
            None,
        ),
        # Another registry may have a schema of the same name.
        ("AWS::EventSchemas::Schema", {"SchemaName": "s", "RegistryName": "a"}, {"SchemaName": "s"}, None),
        (
            "AWS::ImageBuilder::ContainerRecipe",
            {"Name": "r", "Version": "1.0.0"},
            {"Name": "r", "Version": "1.0.1"},
            None,
        ),
    ],
)
def test_a_name_is_kept_where_it_is_given_before_and_after(
    type_name: str, before: dict[str, Any], after: dict[str, Any], name: str | None
) -> None:
    assert kept_name(type_name, schema(type_name), before, after) == name


@pytest.mark.parametrize(
    ("type_name", "properties", "changed", "kept"),
    [
        (GROUP, {"Name": {"Ref": "N"}, "Port": 81}, {"Port"}, "Name"),
        (GROUP, {"Name": {"Ref": "N"}, "Port": 81}, {"Port", "Name"}, None),
        (GROUP, {"Port": 81}, {"Port"}, None),
        (SERVICE, {"ServiceName": "s"}, {"Cluster"}, None),
        ("AWS::RDS::DBInstance", {"DBInstanceIdentifier": "d"}, {"DBSubnetGroupName"}, "DBInstanceIdentifier"),
        ("AWS::EventSchemas::Schema", {"SchemaName": "s"}, {"RegistryName"}, None),
    ],
)
def test_a_template_tells_which_name_stays(
    type_name: str, properties: dict[str, Any], changed: set[str], kept: str | None
) -> None:
    assert keeps_its_name(type_name, schema(type_name), properties, changed) == kept
