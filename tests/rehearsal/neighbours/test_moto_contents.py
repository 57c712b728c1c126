"""What moto holds: alarms, parameters, secrets and names, put there over the wire."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rehearsal.loopback.server import Server
from rehearsal.neighbours.moto_services import Neighbours
from rehearsal.state.services import SecureString, ServiceError
from tests.rehearsal.boto import client
from tests.rehearsal.neighbours.account import ACCOUNT, REGION

# What exists beside every stack


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
    assert not neighbours.holds("AWS::Logs::LogGroup", "taken", REGION)


def test_a_bucket_holds_something_until_its_last_version_is_gone(neighbours: Neighbours, server: Server) -> None:
    s3 = client("s3", server.url)
    assert not neighbours.holds("AWS::S3::Bucket", "taken", REGION)
    make_bucket(s3)
    assert not neighbours.holds("AWS::S3::Bucket", "taken", REGION)
    s3.put_object(Bucket="taken", Key="a", Body=b"x")
    assert neighbours.holds("AWS::S3::Bucket", "taken", REGION)
    s3.delete_object(Bucket="taken", Key="a")
    assert not neighbours.holds("AWS::S3::Bucket", "taken", REGION)
    s3.put_bucket_versioning(Bucket="taken", VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket="taken", Key="a", Body=b"x")["VersionId"]
    marker = s3.delete_object(Bucket="taken", Key="a")["VersionId"]
    assert neighbours.holds("AWS::S3::Bucket", "taken", REGION)
    for gone in (version, marker):
        s3.delete_object(Bucket="taken", Key="a", VersionId=gone)
    assert not neighbours.holds("AWS::S3::Bucket", "taken", REGION)


def test_a_repository_holds_its_images(neighbours: Neighbours, server: Server) -> None:
    ecr = client("ecr", server.url)
    ecr.create_repository(repositoryName="taken")
    assert not neighbours.holds("AWS::ECR::Repository", "taken", REGION)
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    manifest = f'{{"schemaVersion": 2, "mediaType": "{kind}", "config": {{"digest": "sha256:1"}}, "layers": []}}'
    ecr.put_image(repositoryName="taken", imageManifest=manifest, imageTag="one")
    assert neighbours.holds("AWS::ECR::Repository", "taken", REGION)


# CloudWatch


def test_alarms_are_known_by_their_arn_where_cloudwatch_has_them(server: Server, neighbours: Neighbours) -> None:
    client("cloudwatch", server.url).put_metric_alarm(
        AlarmName="errors",
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        MetricName="Errors",
        Namespace="App",
        Period=60,
        Statistic="Sum",
        Threshold=1,
    )
    arn = f"arn:aws:cloudwatch:ap-northeast-1:{ACCOUNT}:alarm:errors"
    assert neighbours.alarm(arn, "ap-northeast-1")
    assert not neighbours.alarm(f"{arn}-2", "ap-northeast-1")
    assert not neighbours.alarm(arn, "eu-west-1")
    assert not neighbours.alarm(arn, "mars-north-1")


# Systems Manager


def test_ssm_parameters_are_read_over_the_wire_and_by_cloudformation(server: Server, neighbours: Neighbours) -> None:
    ssm = client("ssm", server.url)
    ssm.put_parameter(Name="/app/size", Value="1", Type="String")
    ssm.put_parameter(Name="/app/size", Value="2", Type="String", Overwrite=True)
    ssm.put_parameter(Name="/app/secret", Value="s3cret", Type="SecureString")
    assert ssm.get_parameter(Name="/app/size")["Parameter"]["Value"] == "2"
    assert neighbours.parameter("/app/size", "ap-northeast-1") == "2"
    assert neighbours.parameter("/app/size:1", "ap-northeast-1") == "1"
    assert not isinstance(neighbours.parameter("/app/size", "ap-northeast-1"), SecureString)
    assert neighbours.parameter("/app/secret", "ap-northeast-1") == SecureString("s3cret")
    assert isinstance(neighbours.parameter("/app/secret", "ap-northeast-1"), SecureString)
    assert neighbours.parameter("/app/size:9", "ap-northeast-1") is None
    assert neighbours.parameter("/app/size", "eu-west-1") is None
    assert neighbours.parameter("/app/size", "mars-north-1") is None


# Secrets Manager


@pytest.fixture
def manager(server: Server) -> Any:
    return client("secretsmanager", server.url)


def refusal(neighbours: Neighbours, name: str, stage: str = "", version: str = "", region: str = REGION) -> str:
    with pytest.raises(ServiceError) as caught:
        neighbours.secret(name, stage, version, region)
    return f"{caught.value.code}: {caught.value.message}"


def test_a_secret_is_read_by_name_or_arn_in_any_of_its_versions(manager: Any, neighbours: Neighbours) -> None:
    made = manager.create_secret(Name="app/db", SecretString="one")
    manager.put_secret_value(SecretId="app/db", SecretString="two")
    for name in ("app/db", made["ARN"]):
        assert neighbours.secret(name, "", "", REGION) == "two"
        assert neighbours.secret(name, "AWSCURRENT", "", REGION) == "two"
        assert neighbours.secret(name, "AWSPREVIOUS", "", REGION) == "one"
        assert neighbours.secret(name, "", made["VersionId"], REGION) == "one"
        assert neighbours.secret(name, "AWSPREVIOUS", made["VersionId"], REGION) == "one"


def test_a_secret_that_is_not_there_is_refused_in_the_words_of_the_service(
    manager: Any, neighbours: Neighbours
) -> None:
    made = manager.create_secret(Name="db", SecretString="one")
    missing = "ResourceNotFoundException: Secrets Manager can't find the specified secret."
    assert refusal(neighbours, "gone") == missing
    assert refusal(neighbours, "db", region="eu-west-1") == missing
    assert refusal(neighbours, "db", region="mars-north-1") == missing
    value = "ResourceNotFoundException: Secrets Manager can't find the specified secret value for"
    assert refusal(neighbours, "db", stage="AWSPREVIOUS") == f"{value} staging label: AWSPREVIOUS"
    assert refusal(neighbours, "db", version="0" * 36) == f"{value} VersionId: {'0' * 36}"
    assert refusal(neighbours, "db", "AWSPREVIOUS", made["VersionId"]) == (
        "InvalidRequestException: You provided a VersionStage that is not associated to the provided VersionId."
    )


def test_a_secret_without_a_text_has_nothing_to_show(manager: Any, neighbours: Neighbours) -> None:
    manager.create_secret(Name="empty")
    assert refusal(neighbours, "empty").endswith("for staging label: AWSCURRENT")
    manager.create_secret(Name="binary", SecretBinary=b"x")
    assert refusal(neighbours, "binary").endswith("has no SecretString, and SecretBinary is not simulated")


def test_a_secret_that_waits_for_its_deletion_is_not_read(manager: Any, neighbours: Neighbours) -> None:
    manager.create_secret(Name="db", SecretString="one")
    manager.delete_secret(SecretId="db")
    assert refusal(neighbours, "db") == (
        "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion."
    )
    manager.restore_secret(SecretId="db")
    assert neighbours.secret("db", "", "", REGION) == "one"


def test_secrets_survive_a_restart_with_their_versions(manager: Any, tmp_path: Path) -> None:
    from moto.core.base_backend import BackendDict

    made = manager.create_secret(Name="db", SecretString="one")
    manager.put_secret_value(SecretId="db", SecretString="two")
    BackendDict.reset()
    again = Neighbours(ACCOUNT, tmp_path / "state")
    assert again.secret(made["ARN"], "", "", REGION) == "two"
    assert again.secret("db", "", made["VersionId"], REGION) == "one"


def test_public_parameters_that_moto_lacks_are_there_for_whoever_asks(server: Server, neighbours: Neighbours) -> None:
    ssm = client("ssm", server.url)
    debian, ours = "/aws/service/debian/release/12/latest/amd64", "/app/image"
    image = ssm.get_parameter(Name=debian)["Parameter"]["Value"]
    assert image.startswith("ami-0")
    answer = ssm.get_parameters(Names=[debian, f"{debian[:-5]}arm64", ours, "/aws/service/fis/x"])
    assert {row["Name"] for row in answer["Parameters"]} == {debian, f"{debian[:-5]}arm64"}
    assert set(answer["InvalidParameters"]) == {ours, "/aws/service/fis/x"}
    assert neighbours.parameter(debian, REGION) == image
    assert neighbours.parameter("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64", REGION)


def test_metadata_of_images_for_ecs_is_json_as_on_aws(server: Server, neighbours: Neighbours) -> None:
    recommended = "/aws/service/ecs/optimized-ami/amazon-linux-2/recommended"
    value = neighbours.parameter(recommended, REGION)
    assert value is not None
    image = json.loads(value)["image_id"]
    assert image == neighbours.parameter(f"{recommended}/image_id", REGION)
    ssm = client("ssm", server.url)
    assert ssm.get_parameter(Name=recommended)["Parameter"]["Value"] == value
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path=recommended.rpartition("/")[0])
    assert [row["Value"] for page in pages for row in page["Parameters"] if row["Name"] == recommended] == [value]
