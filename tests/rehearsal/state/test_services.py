"""What an account that has nothing answers."""

from __future__ import annotations

import pytest

from rehearsal.state.s3_object import S3Object
from rehearsal.state.services import ServiceError, Services

REGION = "ap-northeast-1"


def test_an_account_that_has_nothing_knows_no_bucket_and_no_secret() -> None:
    with pytest.raises(ServiceError, match="NoSuchBucket: The specified bucket does not exist"):
        Services().fetch(S3Object("bucket", "key"))
    with pytest.raises(ServiceError, match="ResourceNotFoundException: Secrets Manager can't find"):
        Services().secret("db", "", "", REGION)


def test_an_account_that_has_nothing_stands_in_nobodys_way() -> None:
    services = Services()
    assert services.parameter("/a", REGION) is None
    assert not services.alarm("arn:aws:cloudwatch:x:1:alarm:errors", REGION)
    assert not list(services.zones(REGION))
    assert not services.stands("AWS::S3::Bucket", "taken", REGION)
    assert services.assumable("arn:aws:iam::1:role/any")
