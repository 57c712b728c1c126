"""The artifacts bucket: never somebody else's, and closed from its first moment."""

import json

import pytest

from deployment.artifacts.bucket import make_bucket, recorded_releases, stored_versions
from deployment.artifacts.packaging import Storage
from deployment.errors import AwsRefusal, BucketRefused
from tests.deployment.fake_bucket import FakeBucket
from tests.deployment.fake_client import FakeClient, refusal

STORAGE = Storage("artifacts", "111122223333", "eu-west-1", "aws", "amazonaws.com", "shop-dev")
_EMPTY: dict[str, str] = {}


def _making(**answers: object) -> FakeClient:
    operations = (
        "put_public_access_block",
        "put_bucket_versioning",
        "put_bucket_encryption",
        "put_bucket_lifecycle_configuration",
        "put_bucket_policy",
    )
    return FakeClient("s3", **{**dict.fromkeys(("create_bucket", *operations), _EMPTY), **answers})


def test_one_list_call_tells_what_is_there_and_another_where() -> None:
    bucket = FakeBucket()
    for body in (b"old", b"older"):
        bucket.plant("shop-dev/a", body)
    bucket.plant("shop-prod/b", b"")
    s3 = bucket.client()
    listed = stored_versions(s3, STORAGE)
    assert listed is not None
    assert {key: [stored.version for stored in kept] for key, kept in listed.items()} == {"shop-dev/a": ["v1", "v2"]}
    assert s3.calls == [
        (
            "list_object_versions",
            {
                "Bucket": "artifacts",
                "Prefix": "shop-dev/",
                "Delimiter": "/",
                "ExpectedBucketOwner": "111122223333",
            },
        ),
        ("head_bucket", {"Bucket": "artifacts", "ExpectedBucketOwner": "111122223333"}),
    ]


def test_a_bucket_in_another_region_is_refused_by_its_name() -> None:
    with pytest.raises(BucketRefused, match="bucket artifacts is in us-west-2, but the environment is in eu-west-1"):
        stored_versions(FakeBucket(region="us-west-2").client(), STORAGE)


def test_whoever_may_not_ask_where_a_bucket_is_has_the_list_all_the_same() -> None:
    s3 = FakeBucket().client(head_bucket=refusal("403", "Forbidden", 403))
    assert stored_versions(s3, STORAGE) == {}


def test_no_bucket_is_no_error() -> None:
    s3 = FakeClient("s3", list_object_versions=refusal("NoSuchBucket", "The specified bucket does not exist", 404))
    assert stored_versions(s3, STORAGE) is None


@pytest.mark.parametrize(
    ("code", "text"),
    [("AccessDenied", "does not belong to account 111122223333"), ("PermanentRedirect", "is not in eu-west-1")],
)
def test_a_bucket_of_others_or_elsewhere_is_refused(code: str, text: str) -> None:
    s3 = FakeClient("s3", list_object_versions=refusal(code, "No", 403))
    with pytest.raises(BucketRefused, match=text) as caught:
        stored_versions(s3, STORAGE)
    assert caught.value.remedy == "name another bucket in the environment file: artifacts_bucket"


def test_the_releases_of_a_bucket_of_others_are_refused_as_its_templates_are() -> None:
    s3 = FakeClient("s3", list_objects_v2=refusal("AccessDenied", "Access Denied", 403))
    with pytest.raises(
        BucketRefused, match="does not belong to account 111122223333, or these credentials may not list it"
    ) as it:
        recorded_releases(s3, STORAGE)
    assert it.value.findings[1].endswith("these credentials need s3:ListBucket and s3:ListBucketVersions on it")
    gone = FakeClient("s3", list_objects_v2=refusal("NoSuchBucket", "none", 404))
    assert recorded_releases(gone, STORAGE) == []


def test_another_refusal_stays_what_it_is() -> None:
    with pytest.raises(AwsRefusal, match="try later"):
        stored_versions(FakeClient("s3", list_object_versions=refusal("InternalError", "try later", 500)), STORAGE)


def test_a_new_bucket_is_private_versioned_encrypted_and_tls_only() -> None:
    s3 = _making()
    make_bucket(s3, STORAGE)
    made = s3.named("create_bucket")[0]
    assert made["CreateBucketConfiguration"] == {"LocationConstraint": "eu-west-1"}
    assert made["ObjectOwnership"] == "BucketOwnerEnforced"
    assert all(s3.named("put_public_access_block")[0]["PublicAccessBlockConfiguration"].values())
    assert s3.named("put_bucket_versioning")[0]["VersioningConfiguration"] == {"Status": "Enabled"}
    assert s3.named("put_bucket_encryption")
    assert s3.named("put_bucket_lifecycle_configuration")
    statement, *_ = json.loads(s3.named("put_bucket_policy")[0]["Policy"])["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statement["Resource"] == ["arn:aws:s3:::artifacts", "arn:aws:s3:::artifacts/*"]
    assert all(arguments["ExpectedBucketOwner"] == "111122223333" for name, arguments in s3.calls[1:])


def test_a_new_bucket_lets_nobody_overwrite_or_delete_what_a_stack_may_name() -> None:
    s3 = _making()
    make_bucket(s3, STORAGE)
    _, writing, deleting = json.loads(s3.named("put_bucket_policy")[0]["Policy"])["Statement"]
    assert (writing["Effect"], writing["Principal"], writing["Action"]) == ("Deny", "*", "s3:PutObject")
    assert writing["Condition"] == {
        "Null": {"s3:if-none-match": "true"},
        "Bool": {"s3:ObjectCreationOperation": "true"},
    }
    assert (deleting["Effect"], deleting["Action"]) == ("Deny", "s3:DeleteObjectVersion")
    kept = ["arn:aws:s3:::artifacts/*.yaml", "arn:aws:s3:::artifacts/_releases/*"]
    assert writing["Resource"] == deleting["Resource"] == kept
    [rule] = s3.named("put_bucket_lifecycle_configuration")[0]["LifecycleConfiguration"]["Rules"]
    assert "NoncurrentVersionExpiration" not in rule
    assert "Expiration" not in rule


def test_the_default_region_of_s3_is_not_named() -> None:
    s3 = _making()
    make_bucket(s3, Storage("artifacts", "111122223333", "us-east-1", "aws", "amazonaws.com", "shop-dev"))
    assert "CreateBucketConfiguration" not in s3.named("create_bucket")[0]


def test_a_bucket_that_was_half_made_is_completed() -> None:
    s3 = _making(create_bucket=refusal("BucketAlreadyOwnedByYou", "yours", 409))
    make_bucket(s3, STORAGE)
    assert s3.named("put_bucket_policy")


def test_a_name_that_is_taken_is_refused() -> None:
    with pytest.raises(BucketRefused, match="does not belong to account"):
        make_bucket(_making(create_bucket=refusal("BucketAlreadyExists", "taken", 409)), STORAGE)
