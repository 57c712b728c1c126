"""Which template URLs are S3's."""

from __future__ import annotations

import pytest

from cloudformation.refusals import ValidationError
from rehearsal.state.s3_object import S3Object, read_uri, read_url


@pytest.mark.parametrize(
    "url",
    [
        "https://my.bucket.s3.ap-northeast-1.amazonaws.com/dev/a%20b.yaml",
        "https://my.bucket.s3-ap-northeast-1.amazonaws.com/dev/a%20b.yaml",
        "https://my.bucket.s3.amazonaws.com/dev/a%20b.yaml",
        "https://my.bucket.s3.dualstack.eu-west-1.amazonaws.com/dev/a%20b.yaml",
        "https://my.bucket.s3.cn-north-1.amazonaws.com.cn/dev/a%20b.yaml",
        "https://my.bucket.s3.eusc-de-east-1.amazonaws.eu/dev/a%20b.yaml",
        "https://my.bucket.s3.us-iso-east-1.c2s.ic.gov/dev/a%20b.yaml",
        "https://s3.ap-northeast-1.amazonaws.com/my.bucket/dev/a%20b.yaml",
        "https://s3-us-gov-west-1.amazonaws.com/my.bucket/dev/a%20b.yaml",
        "https://s3.amazonaws.com/my.bucket/dev/a%20b.yaml",
        "http://127.0.0.1:4566/my.bucket/dev/a%20b.yaml",
        "http://[::1]:4566/my.bucket/dev/a%20b.yaml",
        "http://my.bucket.localhost:4566/dev/a%20b.yaml",
        "http://localhost:4566/my.bucket/dev/a%20b.yaml?X-Amz-Signature=1",
    ],
)
def test_bucket_and_key_are_found_in_every_form(url: str) -> None:
    assert read_url(url) == S3Object("my.bucket", "dev/a b.yaml")


def test_a_version_is_kept() -> None:
    found = read_url("https://s3.amazonaws.com/bucket/dev/a%20b.yaml?versionId=v%2F1")
    assert found == S3Object("bucket", "dev/a b.yaml", "v/1")
    assert found.target == "/bucket/dev/a%20b.yaml?versionId=v/1"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/dummy.yml",
        "http://bucket.s3.amazonaws.com/key",
        "https://bucket.s3.amazonaws.com.example.com/key",
        "https://bucket.s3.amazonaws.com/",
        "https://bucket.s3.eu-west-1.amazonawsXcom/key",
        "https://s3.amazonaws.com/bucket",
        "http://10.0.0.1/bucket/key",
        "ftp://127.0.0.1/bucket/key",
        "root.yaml",
        "https://[broken/x",
        "",
    ],
)
def test_any_other_url_is_not_supported(url: str) -> None:
    with pytest.raises(ValidationError) as caught:
        read_url(url)
    assert caught.value.message == "TemplateURL must be a supported URL."


def test_an_s3_uri_is_refused_as_aws_words_it() -> None:
    with pytest.raises(ValidationError) as caught:
        read_url("s3://my-bucket/test/template.yml")
    assert caught.value.message == "S3 error: Domain name specified in my-bucket is not a valid S3 domain"


def test_a_uri_names_bucket_and_key_as_they_are() -> None:
    assert read_uri("s3://my-bucket/a b/%20?versionId=1") == S3Object("my-bucket", "a b/%20?versionId=1")


@pytest.mark.parametrize(
    "uri", ["../api.yaml", "s3://bucket", "s3://bucket/", "s3:///key", "https://s3.amazonaws.com/b/k"]
)
def test_no_other_text_is_an_s3_uri(uri: str) -> None:
    assert read_uri(uri) is None
