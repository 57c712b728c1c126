"""The artifacts bucket as it is made: private, versioned, encrypted, over TLS only, and what was put stays.

deploy.py makes it by these calls, a bundle says the same as a template and as files for the AWS CLI.
"""

from typing import Any

RELEASES = "_releases"
"""The folder of the records of what was deployed."""
_UNFINISHED_DAYS = 7

OWNERSHIP = "BucketOwnerEnforced"
NO_PUBLIC_ACCESS = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
VERSIONING = {"Status": "Enabled"}
ENCRYPTION = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
# Versions never expire: a stack's TemplateURL names one, which CloudFormation reads again with every update, and so do
# the records of releases; no rule of S3 knows which ones are named. Nothing is overwritten: none is kept without need.
LIFECYCLE = {
    "Rules": [
        {
            "ID": "forget-unfinished-uploads",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": _UNFINISHED_DAYS},
        }
    ]
}


def bucket_policy(partition: str, bucket: str) -> dict[str, Any]:
    """TLS only; templates and releases are put where nothing stands, and no version is deleted, whatever IAM allows.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html: a key that is absent is
    asked for with Null; the parts of a multipart upload, which take no condition, are no object creation.
    """
    arn = f"arn:{partition}:s3:::{bucket}"
    kept = [f"{arn}/*.yaml", f"{arn}/{RELEASES}/*"]
    unconditional = {"Null": {"s3:if-none-match": "true"}, "Bool": {"s3:ObjectCreationOperation": "true"}}
    return {
        "Version": "2012-10-17",
        "Statement": [
            _deny("TlsOnly", "s3:*", [arn, f"{arn}/*"], {"Bool": {"aws:SecureTransport": "false"}}),
            _deny("NoOverwriting", "s3:PutObject", kept, unconditional),
            _deny("NoDeletionOfVersions", "s3:DeleteObjectVersion", kept, {}),
        ],
    }


def _deny(sid: str, action: str, resources: list[str], condition: dict[str, Any]) -> dict[str, Any]:
    statement = {"Sid": sid, "Effect": "Deny", "Principal": "*", "Action": action, "Resource": resources}
    return statement | ({"Condition": condition} if condition else {})
