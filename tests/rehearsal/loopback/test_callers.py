"""Who may ask, by the headers that a request bears."""

from __future__ import annotations

import pytest

from rehearsal.loopback.callers import refusal
from rehearsal.loopback.http_message import Request


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1:4566",
        "localhost:4566",
        "LOCALHOST",
        "[::1]:4566",
        "bucket.localhost:4566",
        "s3.amazonaws.com",
        "my.bucket.s3.eu-west-1.amazonaws.com",
        "cloudformation.cn-north-1.amazonaws.com.cn",
    ],
)
def test_names_of_this_machine_and_of_aws_are_answered(host: str) -> None:
    assert refusal(Request("GET", "/"), [host]) is None


@pytest.mark.parametrize(
    "hosts",
    [
        [],
        [""],
        ["evil.example"],
        ["127.0.0.1.evil.example"],
        ["evil-amazonaws.com"],
        ["amazonaws.com.evil.example"],
        ["localhost.evil.example:4566"],
        ["127.0.0.1", "evil.example"],
        ["127.0.0.1@evil.example"],
        ["127.0.0.2"],
        ["192.168.0.5:4566"],
        ["[::2]"],
        ["127.0.0.1:port"],
    ],
)
def test_every_other_name_is_refused(hosts: list[str]) -> None:
    assert "The Host header must be" in (refusal(Request("GET", "/"), hosts) or "")


def test_an_address_instead_of_a_path_is_refused() -> None:
    assert "path" in (refusal(Request("GET", "http://evil.example/"), ["127.0.0.1"]) or "")


@pytest.mark.parametrize("origin", ["http://127.0.0.1:1", "https://127.0.0.1", "http://localhost", "null"])
def test_only_the_very_same_origin_is_no_foreign_one(origin: str) -> None:
    assert refusal(Request("GET", "/", (("Origin", origin),)), ["127.0.0.1"]) is not None
    assert refusal(Request("GET", "/", (("Origin", "http://127.0.0.1"),)), ["127.0.0.1"]) is None
