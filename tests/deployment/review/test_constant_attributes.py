"""What of a resource stays while it is updated in place: its own ids, by the registry's schemas; nothing custom."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from cloudformation.template.schemas import schema_folder
from deployment.review.constant_attributes import is_constant


@pytest.mark.parametrize(
    ("kind", "attribute", "stays"),
    [
        ("AWS::EC2::VPC", None, True),
        ("AWS::EC2::VPC", "", True),
        ("AWS::EC2::VPC", "VpcId", True),
        ("AWS::IAM::Role", "Arn", True),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", "LoadBalancerFullName", True),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", "CanonicalHostedZoneID", True),
        ("AWS::EC2::SecurityGroup", "GroupId", True),
        ("AWS::EC2::EIP", "AllocationId", True),
        ("AWS::EC2::Instance", "PublicDnsName", False),
        ("AWS::RDS::DBCluster", "MasterUserSecret.SecretArn", False),
        ("AWS::EC2::LaunchTemplate", "LatestVersionNumber", False),
        ("AWS::SSM::MaintenanceWindowTask", "TaskArn", False),
        ("Custom::AMIInfo", "Id", False),
        ("Custom::AMIInfo", None, False),
        ("AWS::CloudFormation::CustomResource", "Arn", False),
        ("Acme::Network::Vpc", "Arn", False),
        ("Acme::Network::Vpc::MODULE", None, False),
    ],
)
def test_what_identifies_a_resource_stays_while_it_is_updated(kind: str, attribute: str | None, stays: bool) -> None:
    assert is_constant(kind, attribute) is stays


@pytest.mark.parametrize("kind", ["AWS::RDS::DBCluster", "AWS::RDS::DBInstance"])
@pytest.mark.parametrize(
    ("attribute", "property_"),
    [("MasterUserSecret.SecretArn", "ManageMasterUserPassword"), ("Endpoint.Port", "Port")],
)
def test_what_a_property_settles_stays_while_that_does_not_change(kind: str, attribute: str, property_: str) -> None:
    assert is_constant(kind, attribute, ["DeletionProtection", None])
    assert not is_constant(kind, attribute, ["DeletionProtection", property_])
    assert not is_constant(kind, attribute)
    assert is_constant(kind, "Endpoint.Address")


def test_no_attribute_that_a_template_may_change_in_place_counts_as_constant() -> None:
    wrong = [
        (schema["typeName"], name)
        for schema in _schemas()
        for name in _writable(schema)
        if is_constant(schema["typeName"], name)
    ]
    assert wrong == []


def _schemas() -> Iterator[dict[str, Any]]:
    folder = schema_folder()
    assert folder is not None
    for file in sorted(folder.rglob("*.json")):
        schema = json.loads(file.read_bytes())
        if isinstance(schema, dict) and "typeName" in schema:
            yield schema


def _writable(schema: dict[str, Any]) -> set[str]:
    """The properties that an update may set without a replacement."""
    sections = ("readOnlyProperties", "createOnlyProperties", "primaryIdentifier")
    fixed = {pointer.removeprefix("/properties/") for section in sections for pointer in schema.get(section, [])}
    return set(schema.get("properties", {})) - fixed
