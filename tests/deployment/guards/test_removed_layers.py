"""What is in the layers that a change set removes."""

from __future__ import annotations

from typing import Any

from deployment.aws.clock import Waiting
from deployment.guards.guards import Held
from deployment.guards.removed_layers import held_in, removed_contents
from deployment.review.review import Kind, LayerReview, ResourceChange, Review
from deployment.template.resource_path import ROOT, ResourcePath
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime, refusal
from tests.deployment.shapes import STACK_TYPE, START, stack_arn

_WAITING = Waiting(FakeTime().clock, POLLING)
_TEMPLATE = """\
Resources:
  Data:
    Type: AWS::RDS::DBCluster
  Replica:
    Type: AWS::RDS::DBInstance
    Properties:
      DBClusterIdentifier: !Ref Data
  Alone:
    Type: AWS::RDS::DBInstance
  Logs:
    Type: AWS::Logs::LogGroup
    DeletionPolicy: Retain
"""


def _rows(*rows: tuple[str, str, str]) -> dict[str, Any]:
    return {
        "StackResourceSummaries": [
            {
                "LogicalResourceId": name,
                "PhysicalResourceId": physical,
                "ResourceType": type_,
                "ResourceStatus": "DELETE_COMPLETE" if physical == "gone" else "CREATE_COMPLETE",
                "LastUpdatedTimestamp": START,
            }
            for name, type_, physical in rows
        ]
    }


def _review(*changes: ResourceChange) -> Review:
    return Review(LayerReview(ROOT, None, changes, (), ()), ())


def _goes(name: str) -> ResourceChange:
    return ResourceChange(ResourcePath((name,)), STACK_TYPE, Kind.REMOVED, stack_arn(name), "Delete", ())


def test_every_resource_is_found_with_its_policy_also_below() -> None:
    data = _rows(
        ("Data", "AWS::RDS::DBCluster", "d"),
        ("Replica", "AWS::RDS::DBInstance", "r"),
        ("Alone", "AWS::RDS::DBInstance", "a"),
        ("Logs", "AWS::Logs::LogGroup", "l"),
        ("Old", "AWS::EC2::VPC", "gone"),
        ("Below", STACK_TYPE, stack_arn("Below")),
    )
    below = _rows(("Queue", "AWS::SQS::Queue", "q"))
    client = FakeClient(
        "cloudformation",
        list_stack_resources=[data, below],
        get_template=[{"TemplateBody": _TEMPLATE}, {"TemplateBody": "Resources: {}"}],
    )
    assert removed_contents(client, _review(_goes("Db")), _WAITING) == {
        ("Db",): (
            Held(ResourcePath(("Db", "Data")), "AWS::RDS::DBCluster", "Snapshot", "d"),
            Held(ResourcePath(("Db", "Replica")), "AWS::RDS::DBInstance", "Delete", "r"),
            Held(ResourcePath(("Db", "Alone")), "AWS::RDS::DBInstance", "Snapshot", "a"),
            Held(ResourcePath(("Db", "Logs")), "AWS::Logs::LogGroup", "Retain", "l"),
            Held(ResourcePath(("Db", "Below", "Queue")), "AWS::SQS::Queue", "Delete", "q"),
        )
    }


def test_nothing_is_asked_where_no_layer_goes() -> None:
    changed = ResourceChange(ResourcePath(("Vpc",)), "AWS::EC2::VPC", Kind.REMOVED, "vpc-1", "Delete", ())
    assert removed_contents(FakeClient("cloudformation"), _review(changed), _WAITING) == {}


def test_a_layer_that_is_gone_already_holds_nothing() -> None:
    missing = refusal("ValidationError", "Stack with id x does not exist")
    client = FakeClient("cloudformation", list_stack_resources=missing)
    assert removed_contents(client, _review(_goes("Db")), _WAITING) == {("Db",): ()}


_KEPT = """\
Resources:
  Data:
    Type: AWS::CloudFormation::Stack
    DeletionPolicy: Retain
  Open:
    Type: AWS::CloudFormation::Stack
    DeletionPolicy: !If [Prod, Retain, Delete]
"""


def test_a_layer_that_is_kept_keeps_all_in_it_and_one_whose_policy_is_a_function_does_not() -> None:
    client = FakeClient(
        "cloudformation",
        list_stack_resources=lambda StackName: {  # noqa: N803 - AWS's own name
            stack_arn(): _rows(("Data", STACK_TYPE, stack_arn("Data")), ("Open", STACK_TYPE, stack_arn("Open"))),
            stack_arn("Data"): _rows(("Queue", "AWS::SQS::Queue", "q")),
            stack_arn("Open"): _rows(("Queue", "AWS::SQS::Queue", "q")),
        }[StackName],
        get_template=lambda StackName, TemplateStage: {  # noqa: N803 - AWS's own names
            "TemplateBody": _KEPT if StackName == stack_arn() else "{}"
        },
    )
    held = held_in(client, _WAITING, stack_arn())
    assert [(str(resource.path), resource.policy) for resource in held] == [
        ("Data/Queue", "Retain"),
        ("Open/Queue", "Delete"),
    ]
    assert {asked["TemplateStage"] for asked in client.named("get_template")} == {"Processed"}


def test_what_was_never_made_holds_nothing_and_what_was_skipped_stays() -> None:
    rows = _rows(("Never", "AWS::SQS::Queue", ""), ("Odd", "AWS::SQS::Queue", ""), ("Kept", "AWS::SQS::Queue", "k"))
    for row, status in zip(
        rows["StackResourceSummaries"], ("CREATE_FAILED", "CREATE_COMPLETE", "DELETE_SKIPPED"), strict=True
    ):
        row["ResourceStatus"] = status
    client = FakeClient("cloudformation", list_stack_resources=rows, get_template={"TemplateBody": "{}"})
    assert held_in(client, _WAITING, stack_arn()) == (
        Held(ROOT / "Odd", "AWS::SQS::Queue", "Delete"),
        Held(ROOT / "Kept", "AWS::SQS::Queue", "Retain", "k"),
    )
