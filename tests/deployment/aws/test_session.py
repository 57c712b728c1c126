"""Clients of one region, from the machine's configuration or from nothing but an endpoint."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from deployment.aws.clock import FOR_AWS, FOR_LOOPBACK, Clock
from deployment.aws.request_budget import RequestBudget
from deployment.aws.session import Endpoint, Session, is_loopback
from deployment.errors import NoCredentials
from tests.deployment.wire import response

_NO_STACKS = b"<ListStacksResponse><ListStacksResult/></ListStacksResponse>"
_ENDPOINT = Endpoint("http://127.0.0.1:9", "key", "secret")


def _configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str = "") -> None:
    (tmp_path / "config").write_text(text)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)


def test_an_endpoint_of_our_own_reads_nothing_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _configured(monkeypatch, tmp_path, "[profile x]\nregion = us-east-1\n")
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    session = Session("eu-west-1", _ENDPOINT)
    assert session.configured_region is None
    client = session.cloudformation
    assert (client.meta.endpoint_url, client.meta.region_name) == ("http://127.0.0.1:9", "eu-west-1")
    assert client is session.client("cloudformation")
    session.close()


def test_a_configured_region_is_told_with_its_source(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _configured(monkeypatch, tmp_path, "[default]\nregion = eu-north-1\n")
    assert Session("eu-west-1").configured_region == ("eu-north-1", "profile default")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    assert Session("eu-west-1").configured_region == ("us-east-1", "AWS_DEFAULT_REGION")
    _configured(monkeypatch, tmp_path)
    assert Session("eu-west-1").configured_region is None


@pytest.mark.parametrize("variable", [None, "AWS_DATA_PATH", "AWS_REGION"])
def test_a_profile_that_does_not_exist_is_told_whatever_else_is_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str | None
) -> None:
    _configured(monkeypatch, tmp_path)
    monkeypatch.delenv("AWS_DATA_PATH", raising=False)
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    if variable:
        monkeypatch.setenv(variable, "eu-west-1")
    with pytest.raises(NoCredentials, match="nobody"):
        Session("eu-west-1")


@pytest.mark.parametrize(
    ("named", "elsewhere"),
    [
        ({}, False),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}, True),
        ({"AWS_ENDPOINT_URL_S3": "https://s3.example.com"}, True),
        ({"AWS_ENDPOINT_URL_S3": "https://bucket.vpce-1a-2b.s3.eu-west-1.vpce.amazonaws.com"}, False),
        ({"AWS_ENDPOINT_URL_S3": "https://amazonaws.com.example.com"}, True),
        ({"AWS_USE_FIPS_ENDPOINT": "true"}, False),
    ],
)
def test_an_endpoint_of_the_configuration_is_elsewhere_unless_it_is_one_of_aws(
    monkeypatch: pytest.MonkeyPatch, named: dict[str, str], elsewhere: bool
) -> None:
    for variable, value in named.items():
        monkeypatch.setenv(variable, value)
    assert Session("eu-west-1").is_elsewhere is elsewhere
    assert not Session("eu-west-1", _ENDPOINT).is_elsewhere


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("ap-northeast-1", ("aws", "amazonaws.com")),
        ("cn-north-1", ("aws-cn", "amazonaws.com.cn")),
        ("us-gov-west-1", ("aws-us-gov", "amazonaws.com")),
    ],
)
def test_a_region_tells_its_partition(region: str, partition: tuple[str, str]) -> None:
    assert Session(region, _ENDPOINT).partition == partition


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:4566", True),
        ("http://127.9.9.9", True),
        ("http://localhost:4566/path", True),
        ("http://cloudformation.localhost", True),
        ("http://[::1]:4566", True),
        ("https://cloudformation.eu-west-1.amazonaws.com", False),
        ("https://localhost.example.com", False),
        ("https://10.0.0.1", False),
        ("http://[fe80::1]:80", False),
        ("", False),
    ],
)
def test_an_endpoint_on_this_machine_is_known_by_its_name_or_address(url: str, here: bool) -> None:
    assert is_loopback(url) is here


def test_what_is_on_this_machine_is_asked_more_often_than_aws() -> None:
    with closing(Session("eu-west-1", Endpoint("http://127.0.0.1:9", "x", "x"))) as session:
        assert session.polling is FOR_LOOPBACK
    with closing(Session("eu-west-1", Endpoint("https://cloudformation.test", "x", "x"))) as session:
        assert session.polling is FOR_AWS


@pytest.mark.parametrize(
    ("url", "spent"), [("http://127.0.0.1:9", 0), ("https://cloudformation.test", 1)], ids=["this machine", "elsewhere"]
)
def test_the_budget_is_for_aws_and_not_for_this_machine(url: str, spent: int) -> None:
    asked: list[str] = []

    class Counting(RequestBudget):
        def spend(self) -> None:
            asked.append(url)

    budget = Counting(Clock(lambda: 0.0, lambda _: None))
    with closing(Session("eu-west-1", Endpoint(url, "x", "x"), budget)) as session:
        session.cloudformation.meta.events.register_last(
            "before-send", lambda request, **_: response(request.url, 200, _NO_STACKS)
        )
        session.cloudformation.list_stacks()
    assert len(asked) == spent
