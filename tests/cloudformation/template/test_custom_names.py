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


def made(**more: Any) -> dict[str, Any]:
    """A schema of a type whose service gives it an ARN, and whose name the template may give."""
    properties = {name: {"type": "string"} for name in ("Arn", "Name", "Port", "Version", "ClusterArn")}
    return {
        "properties": {**properties, "Count": {"type": "integer"}, **more.pop("properties", {})},
        "primaryIdentifier": ["/properties/Arn"],
        "readOnlyProperties": ["/properties/Arn"],
        "createOnlyProperties": ["/properties/Name", "/properties/Port"],
        **{name: [f"/properties/{pointer}" for pointer in pointers] for name, pointers in more.items()},
    }


THING = "AWS::ECS::Thing"


@pytest.mark.parametrize(
    ("type_name", "more", "naming"),
    [
        (THING, {}, ("Name",)),
        (THING, {"primaryIdentifier": ["Name"]}, ("Name",)),
        (THING, {"primaryIdentifier": ["Name", "Port"]}, ("Name", "Port")),
        (THING, {"primaryIdentifier": ["Arn", "Port"]}, ("Port", "Name")),
        (THING, {"primaryIdentifier": ["Id"], "readOnlyProperties": ["Id"]}, ()),
        (THING, {"primaryIdentifier": ["Id", "QueueUrl"], "readOnlyProperties": ["Id", "QueueUrl"]}, ("Name",)),
        ("AWS::EC2::SecurityGroup", {"primaryIdentifier": ["Id"], "readOnlyProperties": ["Id"]}, ("Name",)),
        ("AWS::IVS::Thing", {}, ()),
        (THING, {"readOnlyProperties": ["Arn", "LatestRevision"]}, ()),
        (THING, {"readOnlyProperties": ["Arn", "LatestRevision/Number"]}, ("Name",)),
        (THING, {"readOnlyProperties": ["Arn", "Name"]}, ()),
        (THING, {"createOnlyProperties": ["Port"]}, ()),
        (THING, {"createOnlyProperties": ["Settings/Name"]}, ()),
        (
            THING,
            {"createOnlyProperties": ["ThingName"], "properties": {"ThingName": {"type": "string"}}},
            ("ThingName",),
        ),
        (THING, {"createOnlyProperties": ["OtherName"], "properties": {"OtherName": {"type": "string"}}}, ()),
        (THING, {"createOnlyProperties": ["Thing"], "properties": {"Thing": {"type": "string"}}}, ()),
        (THING, {"properties": {"Name": {"type": "object"}}}, ()),
        (THING, {"createOnlyProperties": ["Name", "ThingName"], "properties": {"ThingName": {"type": "string"}}}, ()),
        (
            THING,
            {"createOnlyProperties": ["Name", "ThingName"], "properties": {"ThingName": {"type": "array"}}},
            ("Name",),
        ),
    ],
)
def test_a_schema_says_which_property_gives_the_name(
    type_name: str, more: dict[str, Any], naming: tuple[str, ...]
) -> None:
    assert custom_name_properties(type_name, made(**more)) == naming
    required = {**made(**more), "required": ["Name"]}
    identified = "Name" in more.get("primaryIdentifier", ())
    assert ("Name" in custom_name_properties(type_name, required)) is identified


@pytest.mark.parametrize(
    ("more", "before", "after", "name"),
    [
        ({}, {"Name": "a"}, {"Name": "a"}, "a"),
        ({}, {"Name": 1}, {"Name": 1.0}, None),
        ({}, {"Name": 1}, {"Name": "1"}, "1"),
        ({}, {"Name": ["a"]}, {"Name": ["a"]}, None),
        ({}, ["Name"], {"Name": "a"}, None),
        ({}, {"Name": "a"}, None, None),
        ({"createOnlyProperties": ["Port"]}, {"Name": "a"}, {"Name": "a"}, None),
        ({"primaryIdentifier": ["Arn", "Port"]}, {"Name": "a", "Port": "1"}, {"Name": "a", "Port": "1"}, "1|a"),
        ({"primaryIdentifier": ["Arn", "Port"]}, {"Name": "a"}, {"Name": "a"}, "a"),
        ({"primaryIdentifier": ["Name", "Port"]}, {"Port": "a"}, {"Port": "a"}, None),
        ({"primaryIdentifier": ["Port", "Name"]}, {"Name": "a"}, {"Name": "a"}, None),
        (
            {"createOnlyProperties": ["Name", "Version"]},
            {"Name": "a", "Version": "1"},
            {"Name": "a", "Version": "1"},
            "a",
        ),
        (
            {"createOnlyProperties": ["Name", "Version"]},
            {"Name": "a", "Version": "1"},
            {"Name": "a", "Version": "2"},
            None,
        ),
        ({"createOnlyProperties": ["Name", "ClusterArn"]}, {"Name": "a", "ClusterArn": "1"}, {"Name": "a"}, None),
        ({"createOnlyProperties": ["Name", "Port"]}, {"Name": "a", "Port": "1"}, {"Name": "a", "Port": "2"}, "a"),
        ({"createOnlyProperties": ["Name", "VpcId"]}, {"Name": "a", "VpcId": "1"}, {"Name": "a", "VpcId": "2"}, "a"),
        ({"createOnlyProperties": ["Name", "Id"]}, {"Name": "a", "Id": "1"}, {"Name": "a", "Id": "2"}, "a"),
        (
            {"primaryIdentifier": ["Name"], "createOnlyProperties": ["Name", "Version"]},
            {"Name": "a", "Version": "1"},
            {"Name": "a", "Version": "2"},
            "a",
        ),
    ],
)
def test_a_resource_keeps_its_name_where_no_part_of_it_and_no_holder_changes(
    more: dict[str, Any], before: Any, after: Any, name: str | None
) -> None:
    found = made(**more)
    assert kept_name(THING, found, before, after) == name
    if (
        isinstance(before, dict)
        and isinstance(after, dict)
        and all(isinstance(value, str) for value in (*before.values(), *after.values()))
    ):
        changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
        naming = custom_name_properties(THING, found)
        assert keeps_its_name(THING, found, after, changed) == (naming[-1] if name and naming else None)
        deleted_first = {**found, "replacementStrategy": "delete_then_create"}
        assert keeps_its_name(THING, deleted_first, after, changed) is None
        created_first = {**found, "replacementStrategy": "create_then_delete"}
        assert keeps_its_name(THING, created_first, after, changed) == keeps_its_name(THING, found, after, changed)
