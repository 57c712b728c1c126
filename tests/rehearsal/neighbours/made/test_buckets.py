"""Buckets of stacks, as S3 shows them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.rehearsal.neighbours.made.conftest import Account


def bucket(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "reports", **properties}}


SETTINGS = {
    "VersioningConfiguration": {"Status": "Enabled"},
    "BucketEncryption": {
        "ServerSideEncryptionConfiguration": [
            {"BucketKeyEnabled": True, "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
        ]
    },
    "PublicAccessBlockConfiguration": {"BlockPublicAcls": True, "BlockPublicPolicy": True},
    "CorsConfiguration": {"CorsRules": [{"Id": "a", "AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "MaxAge": 9}]},
    "LifecycleConfiguration": {
        "Rules": [
            {
                "Id": "old",
                "Status": "Enabled",
                "Prefix": "logs/",
                "ExpirationInDays": 30,
                "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
                "Transitions": [{"TransitionInDays": 10, "StorageClass": "GLACIER"}],
            }
        ]
    },
    "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
    "WebsiteConfiguration": {"IndexDocument": "index.html", "ErrorDocument": "error.html"},
    "Tags": [{"Key": "kind", "Value": "monthly"}],
}


def test_a_bucket_exists_with_the_settings_of_its_properties(account: Account) -> None:
    account.create(Reports=bucket(**SETTINGS))
    s3 = account.service("s3")
    assert s3.get_bucket_location(Bucket="reports")["LocationConstraint"] == "ap-northeast-1"
    assert s3.get_bucket_versioning(Bucket="reports")["Status"] == "Enabled"
    rule = s3.get_bucket_encryption(Bucket="reports")["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule == {"BucketKeyEnabled": True, "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    assert s3.get_public_access_block(Bucket="reports")["PublicAccessBlockConfiguration"]["BlockPublicPolicy"]
    assert s3.get_bucket_cors(Bucket="reports")["CORSRules"][0]["MaxAgeSeconds"] == 9
    lifecycle = s3.get_bucket_lifecycle_configuration(Bucket="reports")["Rules"][0]
    assert (lifecycle["ID"], lifecycle["Filter"], lifecycle["Expiration"]) == ("old", {"Prefix": "logs/"}, {"Days": 30})
    assert lifecycle["Transitions"] == [{"Days": 10, "StorageClass": "GLACIER"}]
    assert lifecycle["NoncurrentVersionExpiration"] == {"NoncurrentDays": 7}
    controls = s3.get_bucket_ownership_controls(Bucket="reports")["OwnershipControls"]
    assert controls == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    website = s3.get_bucket_website(Bucket="reports")
    assert (website["IndexDocument"], website["ErrorDocument"]) == ({"Suffix": "index.html"}, {"Key": "error.html"})
    tags = {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket="reports")["TagSet"]}
    assert tags == {"kind": "monthly", "team": "ops"}


def test_an_update_changes_the_settings_and_drops_those_that_are_gone(account: Account) -> None:
    account.create(Reports=bucket(**SETTINGS))
    s3 = account.service("s3")
    s3.put_object(Bucket="reports", Key="a", Body=b"x")
    account.update(Reports=bucket(VersioningConfiguration={"Status": "Suspended"}))
    assert s3.get_bucket_versioning(Bucket="reports")["Status"] == "Suspended"
    for read in ("cors", "lifecycle_configuration", "website", "ownership_controls"):
        with pytest.raises(ClientError):
            getattr(s3, f"get_bucket_{read}")(Bucket="reports")
    assert s3.get_bucket_tagging(Bucket="reports")["TagSet"] == [{"Key": "team", "Value": "ops"}]
    assert s3.get_object(Bucket="reports", Key="a")["Body"].read() == b"x"


def test_a_bucket_without_settings_is_a_plain_one_and_goes_with_its_stack(account: Account) -> None:
    name = account.create(Any={"Type": "AWS::S3::Bucket"})["Any"]
    s3 = account.service("s3")
    s3.put_object(Bucket=name, Key="a", Body=b"x")
    s3.delete_object(Bucket=name, Key="a")
    account.delete()
    with pytest.raises(ClientError, match="NoSuchBucket"):
        s3.list_objects_v2(Bucket=name)
    assert s3.list_buckets()["Buckets"] == []
