"""The artifacts bucket: what it holds, and how it is made on first use.

Every call names the owner that is expected (ExpectedBucketOwner), so that a bucket of somebody else, whose name could
have been guessed, is never read from or written to.
"""

from __future__ import annotations

import json
from typing import Any

from deployment.artifacts.packaging import Storage
from deployment.aws.calls import call
from deployment.aws.session import Client
from deployment.errors import AwsRefusal, BucketRefused, DeploymentError

_OLD_VERSIONS_DAYS = 90
_UNFINISHED_DAYS = 7
_ELSEWHERE = {"301", "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}
_NOT_OURS = {"403", "AccessDenied", "BucketAlreadyExists"}


def present_keys(s3: Client, storage: Storage) -> frozenset[str] | None:
    """The keys under the prefix, as far as one list call tells; None where there is no bucket.

    A key that a longer list would have told is put once more: the same bytes under the same name.
    Raises BucketRefused where the bucket is somebody else's or in another region.
    """
    try:
        listed = call(
            s3.list_objects_v2,
            Bucket=storage.bucket,
            Prefix=f"{storage.prefix}/",
            ExpectedBucketOwner=storage.account,
        )
    except AwsRefusal as error:
        if error.code == "NoSuchBucket":
            return None
        raise _refused(storage, error) from error
    return frozenset(listing["Key"] for listing in listed.get("Contents", ()))


def make_bucket(s3: Client, storage: Storage) -> None:
    """A private, versioned, encrypted bucket that answers over TLS only and forgets old versions."""
    arguments: dict[str, Any] = {"Bucket": storage.bucket, "ObjectOwnership": "BucketOwnerEnforced"}
    if storage.region != "us-east-1":  # S3 refuses a LocationConstraint that names its default
        arguments["CreateBucketConfiguration"] = {"LocationConstraint": storage.region}
    try:
        call(s3.create_bucket, **arguments)
    except AwsRefusal as error:
        if error.code != "BucketAlreadyOwnedByYou":
            raise _refused(storage, error) from error
    owned = {"Bucket": storage.bucket, "ExpectedBucketOwner": storage.account}
    call(s3.put_public_access_block, **owned, PublicAccessBlockConfiguration=_NO_PUBLIC_ACCESS)
    call(s3.put_bucket_versioning, **owned, VersioningConfiguration={"Status": "Enabled"})
    call(s3.put_bucket_encryption, **owned, ServerSideEncryptionConfiguration=_ENCRYPTION)
    call(s3.put_bucket_lifecycle_configuration, **owned, LifecycleConfiguration=_LIFECYCLE)
    call(s3.put_bucket_policy, **owned, Policy=json.dumps(_tls_only(storage)))


_NO_PUBLIC_ACCESS = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
_ENCRYPTION = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
_LIFECYCLE = {
    "Rules": [
        {
            "ID": "forget-old-versions",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "NoncurrentVersionExpiration": {"NoncurrentDays": _OLD_VERSIONS_DAYS},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": _UNFINISHED_DAYS},
        }
    ]
}


def _tls_only(storage: Storage) -> dict[str, Any]:
    arn = f"arn:{storage.partition}:s3:::{storage.bucket}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "TlsOnly",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [arn, f"{arn}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }


def _refused(storage: Storage, error: AwsRefusal) -> DeploymentError:
    if error.code in _NOT_OURS:
        why = f"is not account {storage.account}'s, or these credentials may not list it"
    elif error.code in _ELSEWHERE:
        why = f"is not in {storage.region}"
    else:
        return error
    return BucketRefused(
        f"bucket {storage.bucket} {why}",
        findings=[f"S3 says: {error.message} ({error.code})"],
        remedy="name another bucket in the environment file: artifacts_bucket",
    )
