"""What moto answers for, and what it must not do."""

from __future__ import annotations

import gzip
from http.client import HTTPConnection

import pytest
from botocore.exceptions import ClientError

from rehearsal.loopback.server import Server
from rehearsal.neighbours.moto_services import MOST_INFLATED
from tests.rehearsal.boto import client
from tests.rehearsal.neighbours.account import ZONE


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


def test_a_service_that_moto_lacks_is_refused_by_name(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ClientError) as caught:
        client("mturk", server.url, region="us-east-1").get_account_balance()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "mturk" in str(caught.value.response) + capsys.readouterr().out


def test_which_service_a_host_names_is_remembered_and_so_is_that_it_names_none(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def balance() -> int:
        with pytest.raises(ClientError) as caught:
            client("mturk", server.url, region="us-east-1").get_account_balance()
        return int(caught.value.response["ResponseMetadata"]["HTTPStatusCode"])

    topics = client("sns", server.url)
    topics.list_topics()
    assert balance() == 501
    monkeypatch.setattr("moto.backends.list_of_moto_modules", lambda: pytest.fail("the folders are listed again"))
    assert topics.list_topics()["Topics"] == []
    assert balance() == 501


def test_the_versions_in_a_bucket_are_listed_without_copying_any_object(server: Server) -> None:
    from moto.s3.models import FakeKey

    s3, versions = client("s3", server.url), {"Bucket": "kept-versions"}
    s3.create_bucket(**versions, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    s3.put_bucket_versioning(**versions, VersioningConfiguration={"Status": "Enabled"})
    written = [s3.put_object(**versions, Key="one", Body=body)["VersionId"] for body in (b"old", b"newer")]
    s3.put_object(**versions, Key="other", Body=b"")
    objects = len(FakeKey.instances_tracked)  # type: ignore[attr-defined]
    for _ in range(2):
        rows = s3.list_object_versions(**versions, Prefix="one")["Versions"]
        assert [(row["VersionId"], row["IsLatest"], row["Size"]) for row in rows] == [
            (written[1], True, 5),
            (written[0], False, 3),
        ]
    assert len(FakeKey.instances_tracked) == objects  # type: ignore[attr-defined]
    assert [s3.get_object(**versions, Key="one", VersionId=version)["Body"].read() for version in written] == [
        b"old",
        b"newer",
    ]


SIGNED = "AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"


@pytest.mark.parametrize(
    ("method", "target", "headers"),
    [
        ("GET", "/moto-api/", {}),
        ("POST", "/moto-api/reset", {"Content-Length": "0"}),
        ("GET", "/moto-api/data.json", {"Authorization": SIGNED.format("s3")}),
        ("GET", "/%6doto-api/data.json", {}),
        ("POST", "/", {"Authorization": SIGNED.format("motoapi"), "Content-Length": "0"}),
        ("GET", "/favicon.ico", {}),
    ],
)
def test_motos_own_pages_are_closed(server: Server, method: str, target: str, headers: dict[str, str]) -> None:
    client("s3", server.url, region="us-east-1").create_bucket(Bucket="stays")
    connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request(method, target, headers=headers)
    assert connection.getresponse().status == 501
    connection.close()
    assert [row["Name"] for row in client("s3", server.url).list_buckets()["Buckets"]] == ["stays"]


def test_a_small_body_that_unpacks_to_a_very_large_one_is_refused_but_by_s3_which_keeps_it(server: Server) -> None:
    bomb = gzip.compress(b"0" * (MOST_INFLATED + 1))
    connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/", bomb, {**headers, "Authorization": SIGNED.format("monitoring")})
    assert connection.getresponse().status == 413
    connection.close()
    s3 = client("s3", server.url, region="us-east-1")
    s3.create_bucket(Bucket="kept")
    s3.put_object(Bucket="kept", Key="k", Body=bomb, ContentEncoding="gzip")
    assert s3.head_object(Bucket="kept", Key="k")["ContentLength"] == len(bomb)
