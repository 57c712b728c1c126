"""What AWS says of a deletion that it refuses, and the command that is offered."""

from __future__ import annotations

import shlex
from typing import Any

import botocore.session
import pytest

from deployment.diagnosis.deletion_protection import _CONTENTS, _PROTECTIONS, Hold, Refused, foreseen, holds
from deployment.template.resource_path import ResourcePath

_ARN = "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/x/1"
_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"


def _held(type_: str, reason: str, physical_id: str = "it") -> list[Hold]:
    return holds([Refused(ResourcePath(("Layer", "It")), type_, physical_id, "eu-west-1", reason)])


@pytest.mark.parametrize(
    ("type_", "reason", "told"),
    [
        (
            _BALANCER,
            f"Load balancer '{_ARN}' cannot be deleted because deletion protection is enabled (Service: "
            "AmazonElasticLoadBalancing; Status Code: 400; Error Code: OperationNotPermitted)",
            "elbv2 modify-load-balancer-attributes --load-balancer-arn it "
            "--attributes Key=deletion_protection.enabled,Value=false",
        ),
        (
            "AWS::RDS::DBInstance",
            "Cannot delete protected DB Instance, please disable deletion protection and try again.",
            "rds modify-db-instance --db-instance-identifier it --no-deletion-protection --apply-immediately",
        ),
        (
            "AWS::RDS::DBCluster",
            "Cannot delete protected Cluster, please disable deletion protection and try again.",
            "rds modify-db-cluster --db-cluster-identifier it --no-deletion-protection --apply-immediately",
        ),
        (
            "AWS::DynamoDB::Table",
            "Resource cannot be deleted as it is currently protected against deletion. "
            "Disable deletion protection first.",
            "dynamodb update-table --table-name it --no-deletion-protection-enabled",
        ),
        (
            "AWS::Logs::LogGroup",
            "The log group has deletion protection enabled (Service: CloudWatchLogs, Status Code: 400)",
            "logs put-log-group-deletion-protection --log-group-identifier it --no-deletion-protection-enabled",
        ),
        (
            "AWS::EC2::Instance",
            "The instance 'i-1' may not be terminated. Modify its 'disableApiTermination' instance attribute",
            "ec2 modify-instance-attribute --instance-id it --no-disable-api-termination",
        ),
        (
            "AWS::S3::Bucket",
            "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
            "s3 rm s3://it --recursive",
        ),
    ],
)
def test_what_holds_it_is_known_by_the_message_and_the_command_lets_it_go(type_: str, reason: str, told: str) -> None:
    [hold] = _held(type_, reason)
    assert hold.command == f"aws {told} --region eu-west-1"
    assert hold.lines[0].startswith("Layer/It: ")
    assert hold.lines[1] == f"  {hold.command}"


def test_leaving_a_load_balancer_behind_is_no_way_out() -> None:
    [hold] = _held(_BALANCER, "cannot be deleted because deletion protection is enabled")
    assert hold.pins
    assert "left behind, it would hold its subnets, its security groups and their VPC" in hold.lines[0]
    [table] = _held("AWS::DynamoDB::Table", "it is protected against deletion")
    assert not table.pins


def test_a_type_that_is_new_to_us_is_named_without_a_command() -> None:
    assert [hold.lines for hold in _held("AWS::New::Thing", "Deletion protection is on for it")] == [
        ("Layer/It: its deletion protection is on; switch it off in its service",)
    ]
    [filled] = _held("AWS::New::Thing", "The thing is not empty")
    assert filled.command is None


@pytest.mark.parametrize("reason", ["The vpc 'vpc-1' has dependencies and cannot be deleted.", "Access denied"])
def test_what_is_refused_for_another_reason_is_not_held(reason: str) -> None:
    assert _held("AWS::EC2::VPC", reason) == []


def _operations() -> dict[str, tuple[Any, list[str]]]:
    session = botocore.session.Session()
    told = {}
    for name, (_, words) in (_PROTECTIONS | _CONTENTS).items():
        if words is None or name == "AWS::S3::Bucket":  # `aws s3` is the CLI's own, and no operation
            continue
        service, operation, *options = words("it")
        told[name] = (session.get_service_model(service), [operation, *options])
    return told


@pytest.mark.parametrize("name", _operations())
def test_every_command_is_an_operation_of_its_service_with_members_that_it_has(name: str) -> None:
    model, (operation, *options) = _operations()[name]
    operations = {botocore.xform_name(each).replace("_", "-"): each for each in model.operation_names}
    members = model.operation_model(operations[operation]).input_shape.members
    known = {botocore.xform_name(member).replace("_", "-") for member in members}
    given = {word.removeprefix("--").removeprefix("no-") for word in options if word.startswith("--")}
    assert given <= known, shlex.join(options)


@pytest.mark.parametrize(
    ("value", "parameters", "says"),
    [
        (True, {}, "switches"),
        ("false", {}, None),
        (None, {}, None),
        ({"Ref": "On"}, {"On": "true"}, "switches"),
        ({"Ref": "On"}, {"On": "false"}, None),
        ({"Fn::If": ["Prod", True, False]}, {}, "may switch"),
    ],
)
def test_a_template_foresees_a_protection_that_it_switches_on_or_leaves_to_a_condition(
    value: Any, parameters: dict[str, str], says: str | None
) -> None:
    resource = Refused(ResourcePath(("Data",)), "AWS::RDS::DBInstance", "it", "eu-west-1", "")
    hold = foreseen(resource, {"DeletionProtection": value}, parameters)
    assert (hold is not None) is (says is not None)
    assert hold is None or f"its template {says} deletion protection on" in str(hold)


@pytest.mark.parametrize(
    ("type_", "physical_id", "command"),
    [
        ("AWS::RDS::DBCluster", "it", True),
        ("AWS::RDS::DBCluster", "", False),
        ("AWS::Kinesis::Unheard", "it", False),
    ],
)
def test_a_command_needs_words_and_the_id_of_the_resource(type_: str, physical_id: str, command: bool) -> None:
    resource = Refused(ResourcePath(("It",)), type_, physical_id, "eu-west-1", "")
    hold = foreseen(resource, {"DeletionProtection": True, "": True}, {})
    assert hold is not None
    assert (hold.command is not None) is command
    assert hold.why.endswith("to switch it off:" if command else "switch it off in its service")
