"""What is in the layers that a change set removes."""

from __future__ import annotations

from typing import Any

from deployment.aws.clock import Waiting
from deployment.review.guards import Held
from deployment.review.removed_layers import removed_contents
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
            Held(ResourcePath(("Db", "Data")), "AWS::RDS::DBCluster", "Snapshot"),
            Held(ResourcePath(("Db", "Replica")), "AWS::RDS::DBInstance", "Delete"),
            Held(ResourcePath(("Db", "Alone")), "AWS::RDS::DBInstance", "Snapshot"),
            Held(ResourcePath(("Db", "Logs")), "AWS::Logs::LogGroup", "Retain"),
            Held(ResourcePath(("Db", "Below", "Queue")), "AWS::SQS::Queue", "Delete"),
        )
    }


def test_nothing_is_asked_where_no_layer_goes() -> None:
    changed = ResourceChange(ResourcePath(("Vpc",)), "AWS::EC2::VPC", Kind.REMOVED, "vpc-1", "Delete", ())
    assert removed_contents(FakeClient("cloudformation"), _review(changed), _WAITING) == {}


def test_a_layer_that_is_gone_already_holds_nothing() -> None:
    missing = refusal("ValidationError", "Stack with id x does not exist")
    client = FakeClient("cloudformation", list_stack_resources=missing)
    assert removed_contents(client, _review(_goes("Db")), _WAITING) == {("Db",): ()}
