"""What a request says of who asks, for which service and where."""

from __future__ import annotations

import boto3
import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from cloudformation.refusals import CloudFormationError
from rehearsal.loopback.credential_scope import CredentialScope, credential_scope
from rehearsal.loopback.http_message import Request

KEYS = Credentials("AKIDEXAMPLE", "secret")


def test_the_scope_is_in_the_header_that_botocore_signs_with() -> None:
    request = AWSRequest("POST", "http://127.0.0.1/", data=b"Action=X")
    SigV4Auth(KEYS, "cloudformation", "ap-northeast-1").add_auth(request)
    scope = credential_scope(Request("POST", "/", tuple(request.headers.items())))
    assert scope == CredentialScope("AKIDEXAMPLE", "ap-northeast-1", "cloudformation")


def test_the_scope_of_a_presigned_url_is_in_its_query() -> None:
    request = AWSRequest("GET", "http://127.0.0.1/bucket/key")
    SigV4QueryAuth(KEYS, "s3", "us-gov-west-1").add_auth(request)
    target = request.prepare().url.removeprefix("http://127.0.0.1")
    assert credential_scope(Request("GET", target)) == CredentialScope("AKIDEXAMPLE", "us-gov-west-1", "s3")


def test_a_request_that_is_not_signed_has_none() -> None:
    assert credential_scope(Request("GET", "/bucket/key?X-Amz-Credential=AKID/broken")) is None
    assert credential_scope(Request("GET", "/")) is None


@pytest.mark.parametrize(
    "header", ["Basic eDp5", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=A/20260101/r/s/aws5_request, Signature=1"]
)
def test_a_header_of_another_kind_is_refused(header: str) -> None:
    with pytest.raises(CloudFormationError) as caught:
        credential_scope(Request("GET", "/", (("authorization", header),)))
    assert caught.value.code == "IncompleteSignature"


def test_every_region_of_cloudformation_is_understood() -> None:
    session = boto3.session.Session()
    regions = [
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("cloudformation", partition)
    ]
    assert "ap-northeast-1" in regions
    for region in regions:
        header = f"AWS4-HMAC-SHA256 Credential=A/20260101/{region}/cloudformation/aws4_request, Signature=1"
        scope = credential_scope(Request("GET", "/", (("Authorization", header),)))
        assert scope is not None
        assert scope.region == region


@pytest.mark.parametrize(
    ("access_key", "account"),
    [("111122223333", "111122223333"), ("AKIDEXAMPLE", None), ("1111222233334", None), ("11112222333", None)],
)
def test_an_access_key_of_twelve_digits_means_that_account(access_key: str, account: str | None) -> None:
    assert CredentialScope(access_key, "eu-west-1", "cloudformation").account == account
