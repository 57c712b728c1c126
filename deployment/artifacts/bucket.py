"""The artifacts bucket: what it contains, and how it is created on first use.

Every call names the owner that is expected (ExpectedBucketOwner), so that a bucket of somebody else, whose name could
have been guessed, is never read from or written to.
"""

import json
from typing import Any

from cloudformation.environment.delivery.artifacts_bucket import (
    ENCRYPTION,
    LIFECYCLE,
    NO_PUBLIC_ACCESS,
    OWNERSHIP,
    VERSIONING,
    bucket_policy,
)
from deployment.artifacts.packaging import Storage
from deployment.artifacts.releases import release_keys
from deployment.artifacts.stored import Listing, listing_from
from deployment.aws.calls import call
from deployment.aws.session import Client
from deployment.errors import AwsRefusal, BucketRefused, DeploymentError

_ELSEWHERE = {"301", "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}
_ANOTHER = "name another bucket in the environment file: artifacts_bucket"
_NOT_OURS = {"403", "AccessDenied", "BucketAlreadyExists"}


def stored_versions(s3: Client, storage: Storage) -> Listing | None:
    """The versions of every key under the prefix, as far as one list call returns them; None where there is no bucket.

    A key that only a longer list would contain is put once more, is found to exist, and is verified there.
    Raises BucketRefused where the bucket belongs to another account or is in another Region.
    """
    try:
        listed = call(
            s3.list_object_versions,
            Bucket=storage.bucket,
            Prefix=f"{storage.prefix}/",
            Delimiter="/",
            ExpectedBucketOwner=storage.account,
        )
    except AwsRefusal as error:
        if error.code == "NoSuchBucket":
            return None
        raise _refused(storage, error) from error
    _refuse_elsewhere(s3, storage)
    return listing_from(listed.get("Versions", ()))


def recorded_releases(s3: Client, storage: Storage) -> list[str]:
    """The names of all records of the stack's releases, the newest first; raises BucketRefused as the above does."""
    try:
        return release_keys(s3, storage)
    except AwsRefusal as error:
        raise _refused(storage, error) from error


def _refuse_elsewhere(s3: Client, storage: Storage) -> None:
    """Raises BucketRefused where the bucket is in another Region: the SDK follows S3 there, CloudFormation does not."""
    try:
        head = call(s3.head_bucket, Bucket=storage.bucket, ExpectedBucketOwner=storage.account)
    except AwsRefusal:  # a caller that may not ask gets CloudFormation's own error
        return
    headers = head.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    region = head.get("BucketRegion") or headers.get("x-amz-bucket-region")
    if region and region != storage.region:
        raise BucketRefused(
            f"bucket {storage.bucket} is in {region}, but the environment is in {storage.region}",
            findings=["CloudFormation reads templates only from buckets of its own Region"],
            remedy=_ANOTHER,
        )


def make_bucket(s3: Client, storage: Storage) -> None:
    """A private, versioned, encrypted bucket that answers over TLS only and keeps every template."""
    arguments: dict[str, Any] = {"Bucket": storage.bucket, "ObjectOwnership": OWNERSHIP}
    if storage.region != "us-east-1":  # S3 refuses a LocationConstraint that names its default
        arguments["CreateBucketConfiguration"] = {"LocationConstraint": storage.region}
    try:
        call(s3.create_bucket, **arguments)
    except AwsRefusal as error:
        if error.code != "BucketAlreadyOwnedByYou":
            raise _refused(storage, error) from error
    owned = {"Bucket": storage.bucket, "ExpectedBucketOwner": storage.account}
    call(s3.put_public_access_block, **owned, PublicAccessBlockConfiguration=NO_PUBLIC_ACCESS)
    call(s3.put_bucket_versioning, **owned, VersioningConfiguration=VERSIONING)
    call(s3.put_bucket_encryption, **owned, ServerSideEncryptionConfiguration=ENCRYPTION)
    call(s3.put_bucket_lifecycle_configuration, **owned, LifecycleConfiguration=LIFECYCLE)
    call(s3.put_bucket_policy, **owned, Policy=json.dumps(bucket_policy(storage.partition, storage.bucket)))


def _refused(storage: Storage, error: AwsRefusal) -> DeploymentError:
    hints: tuple[str, ...] = ()
    if error.code in _NOT_OURS:
        why = f"does not belong to account {storage.account}, or these credentials may not list it"
        hints = ("if it belongs to that account, these credentials need s3:ListBucket and s3:ListBucketVersions on it",)
    elif error.code in _ELSEWHERE:
        why = f"is not in {storage.region}"
    else:
        return error
    return BucketRefused(
        f"bucket {storage.bucket} {why}",
        findings=[f"S3 says: {error.message} ({error.code})", *hints],
        remedy=_ANOTHER,
    )
