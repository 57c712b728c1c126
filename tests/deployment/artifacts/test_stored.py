"""What exists under a content's name is used only where it is that content, in the version that was verified."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from deployment.artifacts.packaging import Artifact, Located, Package, Storage
from deployment.artifacts.stored import Store, expected, listing_from, verified
from deployment.errors import AwsRefusal, ObjectDiffers, ObjectTooLarge, Unreachable
from tests.deployment.fake_bucket import FakeBucket
from tests.deployment.fake_client import FakeClient, refusal

STORAGE = Storage("artifacts", "111122223333", "eu-west-1", "aws", "amazonaws.com", "shop-dev")
_BODY = b"Resources: {}\n"
_KEY = f"shop-dev/app-{sha256(_BODY).hexdigest()}.yaml"
_APP = Artifact(_KEY, _BODY)
_OTHER = b"Resources: {E}"


def _listed(bucket: FakeBucket) -> Any:
    return listing_from(
        bucket.client().list_object_versions(Bucket="artifacts", Prefix="shop-dev/").get("Versions", ())
    )


def _store(bucket: FakeBucket, client: FakeClient | None = None) -> Store:
    return Store(client or bucket.client(), STORAGE, _listed(bucket))


def test_what_is_missing_is_put_with_its_checksum_and_only_where_nothing_stands() -> None:
    bucket = FakeBucket()
    client = bucket.client()
    assert _store(bucket, client).locate(_APP) == Located("v1")
    [put] = client.named("put_object")
    assert (put["IfNoneMatch"], put["ChecksumAlgorithm"]) == ("*", "SHA256")
    assert put["ExpectedBucketOwner"] == "111122223333"
    assert bucket.body(_KEY, "v1") == _BODY


def test_what_stands_is_verified_by_its_checksum_and_keeps_its_version() -> None:
    bucket = FakeBucket()
    bucket.plant(_KEY, _BODY)
    client = bucket.client()
    assert _store(bucket, client).locate(_APP) == Located("v1")
    assert [name for name, _ in client.calls] == ["head_object"]
    assert client.named("head_object")[0]["VersionId"] == "v1"
    assert client.named("head_object")[0]["ChecksumMode"] == "ENABLED"


def test_what_stands_without_a_checksum_of_the_bytes_is_read() -> None:
    bucket = FakeBucket()
    bucket.plant(_KEY, _BODY, summed=False)
    client = bucket.client()
    assert _store(bucket, client).locate(_APP) == Located("v1")
    assert [name for name, _ in client.calls] == ["head_object", "get_object"]
    parts = {"ChecksumSHA256": "AAAA-2", "ChecksumType": "COMPOSITE", "VersionId": "v1"}
    client = bucket.client(head_object=parts)
    assert _store(bucket, client).locate(_APP) == Located("v1")
    assert client.named("get_object")


@pytest.mark.parametrize("other", [_OTHER, b"Resources: {A: {}}"])
@pytest.mark.parametrize("summed", [True, False])
def test_other_bytes_under_the_name_are_never_used(other: bytes, summed: bool) -> None:
    bucket = FakeBucket()
    bucket.plant(_KEY, other, summed=summed)
    with pytest.raises(ObjectDiffers, match="does not contain the template that it is named for") as caught:
        _store(bucket).locate(_APP)
    assert f"aws s3api delete-object --bucket artifacts --key {_KEY}" in (caught.value.remedy or "")
    assert bucket.body(_KEY) == other, "nothing was written over it: it is evidence"


@pytest.mark.parametrize("keyed", [False, True])
def test_what_was_put_over_the_right_bytes_changes_nothing(keyed: bool) -> None:
    bucket = FakeBucket(keyed=keyed)
    bucket.plant(_KEY, _BODY)
    bucket.plant(_KEY, _OTHER)
    assert _store(bucket).locate(_APP) == Located("v1")
    bucket.plant(_KEY, _BODY)
    assert _store(bucket).locate(_APP) == Located("v1"), "the version that was used first is used again"


@pytest.mark.parametrize("keyed", [False, True])
def test_the_right_bytes_that_were_put_over_others_are_found(keyed: bool) -> None:
    bucket = FakeBucket(keyed=keyed)
    bucket.plant(_KEY, _OTHER)
    bucket.plant(_KEY, _BODY)
    assert _store(bucket).locate(_APP) == Located("v2")


def test_two_deployments_at_once_use_one_version() -> None:
    bucket = FakeBucket()
    slower = _store(bucket)
    assert _store(bucket).locate(_APP) == Located("v1")
    assert slower.locate(_APP) == Located("v1")


def test_what_the_list_did_not_tell_is_read_where_it_stands() -> None:
    bucket = FakeBucket(lists=0)
    bucket.plant(_KEY, _BODY)
    client = bucket.client()
    assert _store(bucket, client).locate(_APP) == Located("v1")
    assert [name for name, _ in client.calls] == ["put_object", "get_object"]
    bucket.keys[_KEY] = []
    bucket.plant(_KEY, _OTHER)
    with pytest.raises(ObjectDiffers):
        _store(bucket).locate(_APP)


def test_a_write_that_met_another_one_is_tried_again() -> None:
    bucket = FakeBucket()
    conflict = refusal("ConditionalRequestConflict", "The conditional request cannot succeed", 409)
    client = bucket.client(put_object=[conflict, {"ETag": '"x"', "VersionId": "v9"}])
    assert _store(bucket, client).locate(_APP) == Located("v9")
    with pytest.raises(AwsRefusal, match="conditional request"):
        _store(bucket, bucket.client(put_object=conflict)).locate(_APP)


def test_a_refusal_stays_what_it_is() -> None:
    bucket = FakeBucket()
    with pytest.raises(AwsRefusal, match="Denied"):
        _store(bucket, bucket.client(put_object=refusal("AccessDenied", "Denied", 403))).locate(_APP)
    bucket.plant(_KEY, _BODY)
    with pytest.raises(AwsRefusal, match="Forbidden"):
        _store(bucket, bucket.client(head_object=refusal("403", "Forbidden", 403))).locate(_APP)


def test_a_bucket_without_versions_pins_nothing_and_is_verified_all_the_same() -> None:
    bucket = FakeBucket(versioned=False)
    assert _store(bucket).locate(_APP) == Located(None)
    assert _store(bucket).locate(_APP) == Located(None)
    bucket.plant(_KEY, _OTHER)
    with pytest.raises(ObjectDiffers):
        _store(bucket).locate(_APP)


def test_the_list_alone_tells_what_to_expect() -> None:
    bucket = FakeBucket()
    assert expected(_listed(bucket), _APP) is None
    bucket.plant(_KEY, b"other lengths")
    assert expected(_listed(bucket), _APP) is None
    bucket.plant(_KEY, _BODY)
    assert expected(_listed(bucket), _APP) == Located("v2")


def test_a_package_is_verified_by_the_list_and_asked_about_only_where_that_does_not_tell() -> None:
    def asked(bucket: FakeBucket, located: Located | None) -> tuple[bool, int]:
        client, packed = bucket.client(), Package("", "", (Artifact(_KEY, _BODY, located),))
        return verified(client, STORAGE, _listed(bucket), packed), len(client.calls)

    bucket, keyed = FakeBucket(), FakeBucket(keyed=True)
    assert asked(bucket, None) == (False, 0)
    for one in (bucket, keyed):
        one.plant(_KEY, _BODY)
        one.plant(_KEY, _OTHER)
    assert asked(bucket, Located("v1")) == (True, 0)
    assert asked(keyed, Located("v1")) == (True, 1)
    assert asked(bucket, Located("v2")) == (False, 1)
    assert asked(keyed, Located("v2")) == (False, 1)
    assert asked(bucket, Located("v7")) == (False, 1), "a version that is gone"


@pytest.mark.parametrize(("code", "status"), [("413", 413), ("EntityTooLarge", 400), ("RequestEntityTooLarge", 413)])
def test_what_is_too_large_to_be_put_is_told_as_that_with_its_file_and_size(code: str, status: int) -> None:
    client = FakeBucket().client(put_object=refusal(code, "no", status))
    with pytest.raises(ObjectTooLarge) as caught:
        Store(client, STORAGE, {}).locate(replace(_APP, file="rendered/app.yaml"))
    assert caught.value.happened == "rendered/app.yaml is too large for bucket artifacts: 14 bytes were sent"
    assert caught.value.findings == (f"the answer: no ({code})",)
    assert (caught.value.remedy or "").startswith("split the template into nested stacks")
    with pytest.raises(ObjectTooLarge) as caught:
        Store(client, STORAGE, {}).locate(replace(_APP, file="/src/big.zip", is_template=False))
    assert (caught.value.remedy or "").startswith("make the file smaller")


def test_where_no_answer_comes_to_what_is_put_the_file_and_its_size_are_told_too() -> None:
    client = FakeBucket().client(put_object=ConnectionClosedError(endpoint_url="https://x"))
    with pytest.raises(Unreachable) as caught:
        Store(client, STORAGE, {}).locate(replace(_APP, file="/src/big.zip"))
    assert caught.value.findings == ("/src/big.zip was sent, 14 bytes",)
