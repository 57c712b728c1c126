"""The services around CloudFormation, asked with boto3 over the wire."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.loopback.http_message import Request
from rehearsal.loopback.server import Server, serve
from rehearsal.neighbours.s3_url import NoSuchTemplateError
from rehearsal.neighbours.services import HostedZone, Neighbours, StoredParameter
from tests.rehearsal.boto import client
from tests.rehearsal.fake_cloud import FakeCloud

ACCOUNT = "210987654321"
ZONE = HostedZone("Z0123456789ABCDEFGHIJ", "dev.example.practical-aws.dev")


def forget() -> None:
    """Empty moto, as the end of a process would."""
    from moto.core.base_backend import BackendDict

    BackendDict.reset()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def neighbours(state: Path) -> Iterator[Neighbours]:
    made = Neighbours(ACCOUNT, state, [ZONE])
    yield made
    made.close()
    forget()


@pytest.fixture
def server(neighbours: Neighbours) -> Iterator[Server]:
    running = serve(FakeCloud(account=ACCOUNT), neighbours=neighbours.answer, log=pytest.fail)
    yield running
    running.close()


def bucket(server: Server, name: str = "artifacts") -> Any:
    s3 = client("s3", server.url)
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    return s3


def test_s3_keeps_what_is_put(server: Server) -> None:
    s3 = bucket(server)
    s3.put_object(
        Bucket="artifacts",
        Key="a b/ü.yaml",
        Body=b"Resources: {}\n",
        ExpectedBucketOwner=ACCOUNT,
        Metadata={"k_1": "v"},
    )
    found = s3.get_object(Bucket="artifacts", Key="a b/ü.yaml", ExpectedBucketOwner=ACCOUNT)
    assert found["Body"].read() == b"Resources: {}\n"
    listed = s3.list_objects_v2(Bucket="artifacts", ExpectedBucketOwner=ACCOUNT)
    assert [(entry["Key"], entry["Size"]) for entry in listed["Contents"]] == [("a b/ü.yaml", 14)]
    assert s3.head_object(Bucket="artifacts", Key="a b/ü.yaml")["ContentLength"] == 14
    s3.delete_object(Bucket="artifacts", Key="a b/ü.yaml")
    assert "Contents" not in s3.list_objects_v2(Bucket="artifacts")


def test_a_body_of_unknown_length_is_kept_too(server: Server) -> None:
    s3 = bucket(server)
    s3.put_object(Bucket="artifacts", Key="k", Body=b"x" * 300_000, ChecksumAlgorithm="SHA256")
    assert len(s3.get_object(Bucket="artifacts", Key="k")["Body"].read()) == 300_000


def test_a_bucket_that_refuses_plain_http_is_played_as_if_over_tls(server: Server, neighbours: Neighbours) -> None:
    s3 = bucket(server)
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::artifacts", "arn:aws:s3:::artifacts/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    s3.put_bucket_policy(Bucket="artifacts", Policy=policy, ExpectedBucketOwner=ACCOUNT)
    s3.put_bucket_versioning(Bucket="artifacts", VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket="artifacts", Key="k", Body=b"old")["VersionId"]
    s3.put_object(Bucket="artifacts", Key="k", Body=b"new")
    assert neighbours.fetch("https://artifacts.s3.amazonaws.com/k") == b"new"
    assert neighbours.fetch(f"https://artifacts.s3.amazonaws.com/k?versionId={version}") == b"old"
    assert json.loads(s3.get_bucket_policy(Bucket="artifacts")["Policy"]) == json.loads(policy)


@pytest.mark.parametrize("call", ["head_bucket", "list_objects_v2", "put_object"])
def test_a_bucket_of_another_owner_is_denied(server: Server, call: str) -> None:
    s3 = bucket(server)
    more = {"Key": "k", "Body": b""} if call == "put_object" else {}
    with pytest.raises(ClientError) as caught:
        getattr(s3, call)(Bucket="artifacts", ExpectedBucketOwner="111111111111", **more)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert caught.value.response["Error"]["Code"] in ("AccessDenied", "403")


def test_a_bucket_that_is_not_there_is_not_found(server: Server) -> None:
    with pytest.raises(ClientError) as caught:
        client("s3", server.url).head_bucket(Bucket="nowhere")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_the_caller_is_of_the_given_account(server: Server) -> None:
    identity = client("sts", server.url).get_caller_identity()
    assert identity["Account"] == ACCOUNT
    assert f":{ACCOUNT}:" in identity["Arn"]


def test_a_given_hosted_zone_is_public_and_has_its_id(server: Server) -> None:
    route53 = client("route53", server.url)
    zone = route53.get_hosted_zone(Id=ZONE.id)
    assert zone["HostedZone"]["Id"] == f"/hostedzone/{ZONE.id}"
    assert zone["HostedZone"]["Name"] == f"{ZONE.name}."
    assert zone["HostedZone"]["Config"]["PrivateZone"] is False
    assert len(zone["DelegationSet"]["NameServers"]) == 4
    with pytest.raises(ClientError) as caught:
        route53.get_hosted_zone(Id="Z9999999999999999999")
    assert caught.value.response["Error"]["Code"] == "NoSuchHostedZone"


def test_ssm_parameters_are_read_over_the_wire_and_by_cloudformation(server: Server, neighbours: Neighbours) -> None:
    ssm = client("ssm", server.url)
    ssm.put_parameter(Name="/app/size", Value="1", Type="String")
    ssm.put_parameter(Name="/app/size", Value="2", Type="String", Overwrite=True)
    ssm.put_parameter(Name="/app/secret", Value="s3cret", Type="SecureString")
    assert ssm.get_parameter(Name="/app/size")["Parameter"]["Value"] == "2"
    assert neighbours.parameter("/app/size", "ap-northeast-1") == StoredParameter("2", "String", 2)
    assert neighbours.parameter("/app/size:1", "ap-northeast-1") == StoredParameter("1", "String", 1)
    assert neighbours.parameter("/app/secret", "ap-northeast-1") == StoredParameter("s3cret", "SecureString", 1)
    assert neighbours.parameter("/app/size:9", "ap-northeast-1") is None
    assert neighbours.parameter("/app/size", "eu-west-1") is None
    assert neighbours.parameter("/app/size", "mars-north-1") is None


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


def test_a_template_is_fetched_by_any_form_of_its_url(server: Server, neighbours: Neighbours) -> None:
    bucket(server).put_object(Bucket="artifacts", Key="dev/root.yaml", Body=b"Resources: {}")
    for url in (
        "https://artifacts.s3.ap-northeast-1.amazonaws.com/dev/root.yaml",
        "https://s3.amazonaws.com/artifacts/dev/root.yaml",
        f"{server.url}/artifacts/dev/root.yaml",
    ):
        assert neighbours.fetch(url) == b"Resources: {}"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("https://artifacts.s3.amazonaws.com/none.yaml", "S3 error: The specified key does not exist."),
        ("https://nowhere.s3.amazonaws.com/none.yaml", "S3 error: The specified bucket does not exist"),
    ],
)
def test_a_template_that_is_not_there_is_named_as_s3_names_it(
    server: Server, neighbours: Neighbours, url: str, message: str
) -> None:
    bucket(server)
    with pytest.raises(NoSuchTemplateError) as caught:
        neighbours.fetch(url)
    assert caught.value.message.splitlines()[0] == message


def test_changes_survive_a_restart_with_the_ids_they_had(server: Server, state: Path) -> None:
    s3 = bucket(server)
    s3.put_object(Bucket="artifacts", Key="k", Body=b"1")
    s3.put_object(Bucket="artifacts", Key="k", Body=b"2")
    s3.put_object(Bucket="artifacts", Key="gone", Body=b"3")
    s3.delete_object(Bucket="artifacts", Key="gone")
    client("ssm", server.url).put_parameter(Name="/app/size", Value="1", Type="String")
    vpc = client("ec2", server.url).create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    forget()
    again = Neighbours(ACCOUNT, state, [ZONE])
    assert again.fetch("https://s3.amazonaws.com/artifacts/k") == b"2"
    with pytest.raises(NoSuchTemplateError):
        again.fetch("https://s3.amazonaws.com/artifacts/gone")
    assert again.parameter("/app/size", "ap-northeast-1") == StoredParameter("1", "String", 1)
    with_again = serve(FakeCloud(account=ACCOUNT), neighbours=again.answer, log=pytest.fail)
    try:
        assert client("ec2", with_again.url).describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["CidrBlock"] == "10.9.0.0/16"
    finally:
        with_again.close()


def test_without_a_state_folder_nothing_is_written(tmp_path: Path) -> None:
    made = Neighbours(ACCOUNT)
    made.answer(
        Request("PUT", "/artifacts", (("Authorization", "x Credential=A/20260101/us-east-1/s3/aws4_request,"),))
    )
    assert list(tmp_path.iterdir()) == []
    forget()


def test_a_service_that_moto_lacks_is_refused_by_name(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ClientError) as caught:
        client("mturk", server.url, region="us-east-1").get_account_balance()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "mturk" in str(caught.value.response) + capsys.readouterr().out


def test_warming_makes_the_first_answer_ready() -> None:
    made = Neighbours(ACCOUNT)
    made.warm()
    made.close()
    assert made.parameter("/none", "us-east-1") is None


def test_the_journal_holds_neither_signature_nor_session_token(server: Server, state: Path) -> None:
    bucket(server)
    text = (state / "neighbours.jsonl").read_text()
    assert "a-session-token" not in text
    assert json.loads(text.splitlines()[0])["authorization"].endswith("Signature=")
