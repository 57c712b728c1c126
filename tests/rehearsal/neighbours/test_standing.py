"""What somebody made with boto3, past CloudFormation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rehearsal.loopback.server import Server
from rehearsal.neighbours.moto_services import Neighbours
from tests.rehearsal.boto import client
from tests.rehearsal.neighbours.account import REGION


def make_bucket(s3: Any) -> None:
    s3.create_bucket(Bucket="taken", CreateBucketConfiguration={"LocationConstraint": REGION})


@pytest.mark.parametrize(
    ("type_name", "service", "make", "delete"),
    [
        (
            "AWS::Logs::LogGroup",
            "logs",
            lambda logs: logs.create_log_group(logGroupName="taken"),
            lambda logs: logs.delete_log_group(logGroupName="taken"),
        ),
        ("AWS::S3::Bucket", "s3", make_bucket, lambda s3: s3.delete_bucket(Bucket="taken")),
        (
            "AWS::SSM::Parameter",
            "ssm",
            lambda ssm: ssm.put_parameter(Name="taken", Value="x", Type="String"),
            lambda ssm: ssm.delete_parameter(Name="taken"),
        ),
        (
            "AWS::ECR::Repository",
            "ecr",
            lambda ecr: ecr.create_repository(repositoryName="taken"),
            lambda ecr: ecr.delete_repository(repositoryName="taken"),
        ),
    ],
)
def test_what_is_made_by_hand_stands_until_it_is_deleted(
    neighbours: Neighbours,
    server: Server,
    type_name: str,
    service: str,
    make: Callable[[Any], object],
    delete: Callable[[Any], object],
) -> None:
    hand = client(service, server.url)
    assert not neighbours.stands(type_name, "taken", REGION)
    make(hand)
    assert neighbours.stands(type_name, "taken", REGION)
    assert not neighbours.stands(type_name, "free", REGION)
    delete(hand)
    assert not neighbours.stands(type_name, "taken", REGION)


def test_a_name_is_taken_in_its_region_alone_but_that_of_a_bucket_everywhere(
    neighbours: Neighbours, server: Server
) -> None:
    client("logs", server.url).create_log_group(logGroupName="taken")
    make_bucket(client("s3", server.url))
    assert not neighbours.stands("AWS::Logs::LogGroup", "taken", "eu-west-1")
    assert neighbours.stands("AWS::S3::Bucket", "taken", "eu-west-1")


def test_of_other_types_nothing_is_known(neighbours: Neighbours) -> None:
    assert not neighbours.stands("AWS::EC2::VPC", "taken", REGION)
