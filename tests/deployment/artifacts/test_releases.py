"""The record of a release is read back as it was written, and anything else is recognised as no record."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployment.artifacts.packaging import Storage
from deployment.artifacts.releases import (
    Release,
    StoredTemplate,
    put_release,
    read_release,
    release_keys,
    short_digest,
    stored_under,
)
from deployment.errors import AwsRefusal, Unreachable
from tests.deployment.fake_client import FakeClient, refusal

STORAGE = Storage("artifacts", "111122223333", "eu-west-1", "aws", "amazonaws.com", "shop")
RELEASE = Release(
    stack="shop",
    time=datetime(2026, 11, 30, 12, 0, 5, tzinfo=UTC),
    by="arn:aws:iam::111122223333:user/me",
    outcome="UPDATE_COMPLETE",
    root="ab" * 32,
    templates=(StoredTemplate(f"shop/root-{'ab' * 32}.yaml", "v1", "ab" * 32),),
    parameters={"Hours": "4"},
    withheld=("Password",),
    tags={"application": "shop"},
)


def _put(release: Release) -> tuple[str, bytes]:
    s3 = FakeClient("s3", put_object={})
    put_release(s3, STORAGE, release)
    [sent] = s3.named("put_object")
    assert (sent["IfNoneMatch"], sent["ExpectedBucketOwner"]) == ("*", "111122223333")
    return sent["Key"], sent["Body"]


def _read(key: str, body: bytes) -> Release | None:
    return read_release(FakeClient("s3", get_object={"Body": BytesIO(body)}), STORAGE, key)


_names = st.dictionaries(st.text(max_size=5), st.text(max_size=9), max_size=3)


@given(_names, _names, st.none() | st.text(max_size=9), st.none() | st.text(min_size=1, max_size=9))
def test_a_record_is_read_as_it_was_written(
    parameters: dict[str, str], tags: dict[str, str], outcome: str | None, version: str | None
) -> None:
    template = StoredTemplate("shop/root.yaml", version, "ab" * 32)
    release = replace(RELEASE, parameters=parameters, tags=tags, outcome=outcome, templates=(template,))
    key, body = _put(release)
    assert _read(key, body) == release


def test_its_name_tells_the_time_and_the_digest() -> None:
    key, _ = _put(RELEASE)
    assert key == f"_releases/shop/20261130T120005Z-{RELEASE.digest[:12]}.json"
    assert short_digest(key) == RELEASE.digest[:12]


def test_the_digest_is_of_what_is_deployed_and_of_nothing_else() -> None:
    same = replace(RELEASE, by="you", time=datetime(2027, 1, 1, tzinfo=UTC), outcome=None, withheld=())
    assert same.digest == RELEASE.digest
    others: list[dict[str, Any]] = [{"parameters": {"Hours": "5"}}, {"tags": {}}, {"root": "cd" * 32}]
    for other in others:
        assert replace(RELEASE, **other).digest != RELEASE.digest


def _spoilt(**members: Any) -> tuple[str, bytes]:
    key, body = _put(RELEASE)
    return key, json.dumps(json.loads(body) | members).encode()


@pytest.mark.parametrize(
    "record",
    [
        ("_releases/shop/20261130T120005Z-0.json", b"no JSON"),
        ("_releases/shop/20261130T120005Z-0.json", b"[]"),
        _spoilt(form=2),
        _spoilt(parameters={"Hours": "5"}),
        _spoilt(stack="other"),
        _spoilt(templates=[{}]),
        _spoilt(time="yesterday"),
    ],
)
def test_what_is_no_record_is_none(record: tuple[str, bytes]) -> None:
    assert _read(*record) is None


def test_a_record_that_stands_is_left_and_any_other_refusal_is_told() -> None:
    put_release(FakeClient("s3", put_object=refusal("PreconditionFailed", "stands", 412)), STORAGE, RELEASE)
    with pytest.raises(AwsRefusal):
        put_release(FakeClient("s3", put_object=refusal("AccessDenied", "no", 403)), STORAGE, RELEASE)


def test_the_newest_come_first_over_all_pages_and_a_bucket_that_is_not_there_has_none() -> None:
    old, new = "_releases/shop/20260101T000000Z-a.json", "_releases/shop/20270101T000000Z-b.json"
    first = {"Contents": [{"Key": old}, {"Key": "_releases/shop/x.txt"}], "NextContinuationToken": "x", "KeyCount": 2}
    s3 = FakeClient("s3", list_objects_v2=[first, {"Contents": [{"Key": new}], "KeyCount": 1}])
    assert release_keys(s3, STORAGE) == [new, old]
    assert [asked["Prefix"] for asked in s3.named("list_objects_v2")] == ["_releases/shop/"] * 2
    assert release_keys(FakeClient("s3", list_objects_v2=refusal("NoSuchBucket", "none", 404)), STORAGE) == []
    with pytest.raises(AwsRefusal):
        release_keys(FakeClient("s3", list_objects_v2=refusal("AccessDenied", "no", 403)), STORAGE)


@pytest.mark.parametrize("version", ["v/1+x", None])
def test_a_template_url_tells_what_it_names(version: str | None) -> None:
    key = f"shop/net work-{'cd' * 32}.yaml"
    assert stored_under(STORAGE, STORAGE.url(key, version)) == StoredTemplate(key, version, "cd" * 32)


@pytest.mark.parametrize(
    "url", ["https://elsewhere/x.yaml", STORAGE.url("shop/plain.yaml"), STORAGE.url("other/x.yaml")]
)
def test_another_url_names_no_template_of_ours(url: str) -> None:
    assert stored_under(STORAGE, url) is None


@pytest.mark.parametrize("page", [{}, {"KeyCount": 2}, {"KeyCount": 2, "Contents": [{"Key": "_releases/shop/a.json"}]}])
def test_a_page_that_lost_its_keys_tells_of_no_release(page: dict[str, Any]) -> None:
    with pytest.raises(Unreachable, match="no usable answer: "):
        release_keys(FakeClient("s3", list_objects_v2=page), STORAGE)
    assert release_keys(FakeClient("s3", list_objects_v2={"KeyCount": 0}), STORAGE) == []
