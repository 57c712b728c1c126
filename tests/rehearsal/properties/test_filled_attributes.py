"""An attribute of what was made is empty only where AWS's is."""

from __future__ import annotations

import re

import pytest

from rehearsal.execution.tasks.identities import words_for
from rehearsal.properties.filled_attributes import filled
from rehearsal.resources.identifiers import Identity, new_resource
from rehearsal.resources.resource_schema import region_index
from tests.rehearsal.play import REGION, Play
from tests.rehearsal.properties.filled import joined, resource, shown, subnet, vpc
from tests.rehearsal.samples import Json, ref, template

# What AWS leaves empty as long as all is well, or before other resources add to it.
_TELLS_NOTHING = re.compile(
    r"(?i)(reason|error|message|fail|issue|recommend|validation|attached|associat|pending|propos|replica|history|"
    r"statusinfo|revocation|readiness|stats|tasks|metrics|checks|ipv6|secondary|dnsentries|networkinterfaceids|"
    r"loadbalancerarns|channel|inputs|hint|explanation|suggest)"
)


def _identity(play: Play, kind: str, **properties: object) -> Identity:
    world = play.cloud.world
    stack = world.find("demo", REGION)
    found = world.types(REGION).get(kind)
    assert stack is not None
    assert found is not None
    words = words_for(world, stack, "Thing", properties)
    return filled(world, stack, found, words, new_resource(found, words))


@pytest.fixture(scope="module")
def play() -> Play:
    made = Play()
    made.deploy(template(T=resource("SNS::Topic")))
    return made


@pytest.mark.slow
def test_no_list_of_texts_that_aws_writes_is_empty_but_where_there_is_nothing_to_tell(play: Play) -> None:
    empty = []
    for name in region_index(REGION):
        kind = play.cloud.world.types(REGION).get(name)
        assert kind is not None
        for attribute, value in _identity(play, name).attributes.items():
            items = [form.get("type") for form in kind.forms_at((*attribute.split("."), "0"))]
            if value == [] and (attribute,) in kind.read_only and "string" in items:
                empty.append(f"{name}.{attribute}")
    assert [name for name in empty if not _TELLS_NOTHING.search(name.rsplit(".", 1)[-1])] == []


@pytest.mark.parametrize(
    ("kind", "attribute", "form"),
    [
        ("AWS::SageMaker::Model", "ModelName", r"demo-Thing-\w+"),
        ("AWS::SageMaker::EndpointConfig", "EndpointConfigName", r"demo-Thing-\w+"),
        ("AWS::AppMesh::Mesh", "MeshName", r"demo-Thing-\w+"),
        ("AWS::RDS::DBCluster", "MasterUserSecret.SecretArn", r"arn:aws:secretsmanager:\S+:secret:rds!cluster-[\w-]+"),
        (
            "AWS::Redshift::Cluster",
            "MasterPasswordSecretArn",
            r"arn:aws:secretsmanager:\S+:secret:redshift!cluster-[\w-]+",
        ),
        ("AWS::RDS::DBInstance", "AvailabilityZone", rf"{REGION}[abc]"),
        ("AWS::AutoScaling::AutoScalingGroup", "HealthCheckType", "EC2"),
    ],
)
def test_a_value_follows_the_name_of_the_attribute(play: Play, kind: str, attribute: str, form: str) -> None:
    assert re.fullmatch(form, str(_identity(play, kind).attributes[attribute]))


def test_a_name_in_an_attribute_is_the_one_that_the_resource_has(play: Play) -> None:
    model = _identity(play, "AWS::SageMaker::Model")
    assert str(model.physical_id).endswith(f"/{model.attributes['ModelName']}")
    assert _identity(play, "AWS::SageMaker::Model", ModelName="mine").attributes["ModelName"] == "mine"


def test_an_object_has_the_members_that_are_attributes_of_their_own(play: Play) -> None:
    database = _identity(play, "AWS::RDS::DBInstance", Engine="postgres").attributes
    assert database["Endpoint"] == {name: database[f"Endpoint.{name}"] for name in ("Address", "Port", "HostedZoneId")}
    assert database["Endpoint"]["Port"] == "5432"


def test_what_a_template_leaves_out_and_nobody_fills_in_stays_empty(play: Play) -> None:
    assert _identity(play, "AWS::SNS::Topic").attributes["DisplayName"] == ""
    assert _identity(play, "AWS::SSM::Parameter", Type="String", Value="x").attributes["Description"] == ""
    assert _identity(play, "AWS::RDS::DBInstance").attributes["DomainAuthSecretArn"] == ""
    assert _identity(play, "AWS::Pipes::Pipe").attributes["StateReason"] == ""


def test_an_endpoint_configuration_takes_the_name_of_an_unnamed_model() -> None:
    variant = {"ModelName": {"Fn::GetAtt": ["M", "ModelName"]}, "VariantName": "v", "InitialVariantWeight": 1}
    resources = {
        "M": resource("SageMaker::Model", ExecutionRoleArn="arn:aws:iam::123456789012:role/r"),
        "C": resource("SageMaker::EndpointConfig", ProductionVariants=[variant]),
    }
    assert shown(resources, {"Name": "M.ModelName"})["Name"].startswith("demo-M-")


def test_an_update_in_place_keeps_what_was_filled_in_and_drops_what_was_given() -> None:
    play = Play()
    outputs: Json = {"Zone": "D.AvailabilityZone", "Secret": "D.MasterUserSecret.SecretArn", "Port": "D.Port"}

    def database(**more: str) -> Json:
        given = {"Engine": "mysql", "DBInstanceClass": "db.t3.micro", "AllocatedStorage": "20", **more}
        return {"D": resource("RDS::DBInstance", **given), "P": resource("SSM::Parameter", Type="String", Value="x")}

    first = shown(database(), outputs, play)
    again = shown(database(BackupRetentionPeriod="3"), outputs, play)
    assert (again, again["Port"]) == (first, "3306")


def test_an_import_is_filled_in_too() -> None:
    play = Play()
    body = template(V=vpc() | {"DeletionPolicy": "Retain"}, S=subnet(3) | {"DeletionPolicy": "Retain"})
    wanted = [
        {"ResourceType": f"AWS::EC2::{kind}", "LogicalResourceId": name, "ResourceIdentifier": {key: value}}
        for kind, name, key, value in (
            ("VPC", "V", "VpcId", "vpc-0123456789abcdef0"),
            ("Subnet", "S", "SubnetId", "subnet-0123456789abcdef0"),
        )
    ]
    play("ExecuteChangeSet", ChangeSetName=play.change_set(body, ChangeSetType="IMPORT", ResourcesToImport=wanted))
    play.settle()
    stack = play.cloud.world.find("demo", REGION)
    assert stack is not None
    assert stack.resources["S"].attributes["AvailabilityZone"].startswith(REGION)


def test_lists_are_filled_for_whoever_selects_from_them() -> None:
    resources = {
        "D": resource(
            "DirectoryService::MicrosoftAD",
            Name="a.example",
            Password="Sufficient1!",
            VpcSettings={"VpcId": ref("V"), "SubnetIds": [ref("S")]},
        )
    }
    found = shown({"V": vpc(), "S": subnet(1), **resources}, {"Dns": joined("D.DnsIpAddresses")})
    assert len(found["Dns"].split(",")) == 2
