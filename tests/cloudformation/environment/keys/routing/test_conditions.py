"""Conditions of listener rules: what Elastic Load Balancing says of each, and what it leaves open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cloudformation.environment.keys.routing.conditions import Condition, all_met
from cloudformation.environment.keys.routing.http_request import Request, request_of, with_headers

REQUEST = request_of("https://Shop.Example.com/api/X?version=V1&flag&q=a%20b")


def values(field: str, *texts: str) -> Condition:
    return Condition(field, texts)


def query(key: str | None, value: str) -> Condition:
    return Condition("query-string", pairs=((key, value),))


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        (values("host-header", "shop.example.com"), True),
        (values("host-header", "*.EXAMPLE.com"), True),
        (values("host-header", "other.example.com", "sho?.example.com"), True),
        (values("host-header", "example.com"), False),
        (values("path-pattern", "/api/*"), True),
        (values("path-pattern", "/API/*"), False),
        (values("path-pattern", "/api/?"), True),
        (values("path-pattern", "/api"), False),
        (values("path-pattern", "/api/X?version=V1"), False),
        (values("path-pattern", "*"), True),
        (values("http-request-method", "GET"), True),
        (values("http-request-method", "get"), False),
        (values("http-request-method", "*"), False),
        (query("version", "v1"), True),
        (query("VERSION", "V?"), True),
        (query("version", "v"), False),
        (query(None, "v1"), True),
        (query("version", r"V\?"), False),
        (query("q", "a b"), None),
        (query("q", "*"), True),
        (query("flag", "*"), None),
        (Condition("http-header", ("a*",), header="x-kind"), False),
        (values("source-ip", "192.0.2.0/24"), None),
        (Condition("path-pattern", expressions=("^/api/.*$",)), True),
        (Condition("path-pattern", expressions=("^/other",)), False),
        (Condition("path-pattern", expressions=("api",)), None),
        (Condition("path-pattern", expressions=("^/API/.*$",)), None),
        (Condition("path-pattern", expressions=("(",)), None),
        (values("jwt-claim", "x"), None),
        (Condition("host-header", ("*",), strange=True), None),
        (Condition("path-pattern"), None),
    ],
    ids=lambda value: value.shown if isinstance(value, Condition) else str(value),
)
def test_a_request_meets_a_condition_or_not_or_that_cannot_be_told(condition: Condition, met: bool | None) -> None:
    assert condition.met(REQUEST) is met


def test_a_header_is_compared_by_its_name_and_value_without_case_and_any_of_several_will_do() -> None:
    request = with_headers(REQUEST, (("X-Kind", "beta"), ("x-kind", "Alpha"), ("Host", "other.example.com:8443")))
    assert Condition("http-header", ("a*",), header="x-KIND").met(request) is True
    assert Condition("http-header", ("gamma",), header="x-kind").met(request) is False
    assert request.host == "other.example.com"
    assert request.header("host") == ()


@pytest.mark.parametrize(
    ("url", "pattern", "met"),
    [
        ("https://shop.example.com./x", "shop.example.com", None),
        ("https://shop.example.com./x", "*.example.com*", True),
        ("https://[2001:db8::1]/x", "*", True),
        ("https://shop.example.com:8443/x", "shop.example.com", True),
    ],
)
def test_a_host_may_end_with_the_dot_of_the_root_and_that_is_not_guessed(
    url: str, pattern: str, met: bool | None
) -> None:
    assert values("host-header", pattern).met(request_of(url)) is met


@pytest.mark.parametrize(
    ("given", "host"),
    [("Shop.example.com:8443", "shop.example.com"), ("[2001:DB8::1]:8443", "2001:db8::1"), ("[::1]", "::1")],
)
def test_a_host_header_is_read_as_the_host_of_a_url_is(given: str, host: str) -> None:
    assert with_headers(REQUEST, (("Host", given),)).host == host


def test_what_every_client_sends_is_not_known_to_be_missing_where_nothing_is_said_of_it() -> None:
    condition = Condition("http-header", ("*Mozilla*",), header="User-Agent")
    assert condition.met(REQUEST) is None
    assert condition.unmet_by(REQUEST) == "what its User-Agent is, is not said"
    assert condition.met(with_headers(REQUEST, (("user-agent", "curl/8"),))) is False


@pytest.mark.parametrize(
    ("source", "met"),
    [("192.0.2.7", True), ("198.51.100.1", False), ("2001:db8::1", True), ("2001:db9::1", False), ("nobody", None)],
)
def test_an_address_is_in_one_of_the_blocks_or_in_none(source: str, met: bool | None) -> None:
    blocks = values("source-ip", "192.0.2.0/24", "2001:db8::/32")
    assert blocks.met(replace(REQUEST, source=source)) is met


@pytest.mark.parametrize(
    ("path", "pattern", "met"),
    [
        ("/a%2Fb", "/a/*", None),
        ("/a%20b", "/a*", True),
        ("/a%20b", "/c*", False),
        ("/a/../b/", "/b/", None),
        ("/a/./b", "/a/*", True),
        ("/.well-known/x", "/.well-known/*", True),
        ("/a/%2e%2e/admin", "/admin*", None),
        ("/a%2f..%2fb", "/b", None),
        ("/a/..", "/", None),
        ("/a//b/../c", "/a/c", False),
        ("/a//b/../c", "/a//c", None),
        ("/a%C3%A9", "/a?", None),
        ("/a&b", "/a&amp;b", None),
        ("/a&b", "/c&amp;b", False),
    ],
)
def test_what_is_said_of_no_escape_and_no_dot_segment_is_not_guessed(path: str, pattern: str, met: bool | None) -> None:
    assert values("path-pattern", pattern).met(replace(REQUEST, path=path)) is met


def test_a_rule_is_met_where_all_its_conditions_are() -> None:
    assert all_met([]) is True
    assert all_met([True, True]) is True
    assert all_met([True, None, False]) is False
    assert all_met([True, None]) is None


def test_what_the_request_has_instead_is_said() -> None:
    assert values("path-pattern", "/x").unmet_by(REQUEST) == "it has /api/X"
    assert Condition("http-header", ("a",), header="X-Kind").unmet_by(REQUEST) == "it has no header X-Kind"
    assert values("source-ip", "192.0.2.0/24").unmet_by(REQUEST) == "where it comes from is not said"
    assert query("a", "b").shown == "query-string a=b"


@pytest.mark.parametrize(
    "url",
    [
        "shop.example.com/x",
        "ftp://shop.example.com/",
        "https:///x",
        "https://a:b@c.de/",
        "https://c.de/ü",
        "https://c.de/a b",
        "https://c.de:99999/",
    ],
)
def test_a_text_that_is_no_url_of_a_request_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        request_of(url)


def test_a_url_is_read_as_a_client_reads_it() -> None:
    request = request_of("http://Shop.example.com:8080?x=1#part")
    assert request == Request("http", "shop.example.com", 8080, "/", "x=1")
    assert request.url == "http://shop.example.com:8080/?x=1"
    assert request_of("https://shop.example.com:443/a").url == "https://shop.example.com/a"
    assert request_of("https://[2001:DB8::1]:8443/a").url == "https://[2001:db8::1]:8443/a"


@pytest.mark.parametrize(
    ("url", "had"), [("https://shop.example.com/", "it has none"), ("https://shop.example.com/?a=b", "it has a=b")]
)
def test_a_query_that_is_not_what_is_asked_for_is_shown_and_none_is_named(url: str, had: str) -> None:
    assert query("version", "v1").unmet_by(request_of(url)) == had
