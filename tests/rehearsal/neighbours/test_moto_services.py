"""The services around CloudFormation, asked with boto3 over the wire."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.loopback.http_message import Request
from rehearsal.loopback.server import Server, serve
from rehearsal.neighbours.moto_services import Neighbours
from rehearsal.state.s3_object import S3Object, read_url
from rehearsal.state.services import ServiceError
from tests.rehearsal.boto import client
from tests.rehearsal.fake_cloud import FakeCloud
from tests.rehearsal.neighbours.account import ACCOUNT, ZONE, forget


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


def test_the_account_is_one_in_which_ecs_was_used_before_until_somebody_deletes_the_role(server: Server) -> None:
    iam = client("iam", server.url)
    role = iam.get_role(RoleName="AWSServiceRoleForECS")["Role"]
    assert role["Path"] == "/aws-service-role/ecs.amazonaws.com/"
    iam.delete_role(RoleName="AWSServiceRoleForECS")
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_role(RoleName="AWSServiceRoleForECS")


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
    assert neighbours.fetch(S3Object("artifacts", "k")) == b"new"
    assert neighbours.fetch(S3Object("artifacts", "k", version)) == b"old"
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


def test_a_template_is_fetched_by_any_form_of_its_url(server: Server, neighbours: Neighbours) -> None:
    bucket(server).put_object(Bucket="artifacts", Key="dev/root.yaml", Body=b"Resources: {}")
    for url in (
        "https://artifacts.s3.ap-northeast-1.amazonaws.com/dev/root.yaml",
        "https://s3.amazonaws.com/artifacts/dev/root.yaml",
        f"{server.url}/artifacts/dev/root.yaml",
    ):
        assert neighbours.fetch(read_url(url)) == b"Resources: {}"


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("artifacts", "NoSuchKey", "The specified key does not exist."),
        ("nowhere", "NoSuchBucket", "The specified bucket does not exist"),
    ],
)
def test_an_object_that_is_not_there_is_refused_in_the_words_of_s3(
    server: Server, neighbours: Neighbours, name: str, code: str, message: str
) -> None:
    bucket(server)
    with pytest.raises(ServiceError) as caught:
        neighbours.fetch(S3Object(name, "none.yaml"))
    assert (caught.value.code, caught.value.message) == (code, message)


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
    assert again.fetch(S3Object("artifacts", "k")) == b"2"
    with pytest.raises(ServiceError):
        again.fetch(S3Object("artifacts", "gone"))
    assert again.parameter("/app/size", "ap-northeast-1") == "1"
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
