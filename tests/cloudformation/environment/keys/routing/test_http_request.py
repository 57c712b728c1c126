"""A request as a load balancer gets it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cloudformation.environment.keys.routing.http_request import Request, request_of, with_headers


@pytest.mark.parametrize(
    ("url", "request_for_it"),
    [
        ("https://shop.example.com", Request("https", "shop.example.com", 443)),
        ("http://shop.example.com/a/b", Request("http", "shop.example.com", 80, "/a/b")),
        ("https://Shop.Example.com:8443/?a=b&c", Request("https", "shop.example.com", 8443, "/", "a=b&c")),
        ("http://shop.example.com:443/", Request("http", "shop.example.com", 443)),
        ("https://[2001:db8::1]:444/x", Request("https", "2001:db8::1", 444, "/x")),
    ],
)
def test_a_url_says_scheme_host_port_path_and_query(url: str, request_for_it: Request) -> None:
    assert request_of(url) == request_for_it


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://Shop.example.com", "https://shop.example.com/"),
        ("https://shop.example.com:443/a?b", "https://shop.example.com/a?b"),
        ("http://shop.example.com:443/a", "http://shop.example.com:443/a"),
        ("http://[2001:db8::1]/", "http://[2001:db8::1]/"),
        ("http://[2001:db8::1]:81/", "http://[2001:db8::1]:81/"),
    ],
)
def test_a_request_is_shown_without_a_port_that_its_scheme_has_anyway(url: str, shown: str) -> None:
    assert request_of(url).url == shown


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://shop.example.com/", "of the form"),
        ("shop.example.com/x", "of the form"),
        ("https:///x", "of the form"),
        ("https://me@shop.example.com/", "of the form"),
        ("https://:word@shop.example.com/", "of the form"),
        ("https://shop.example.com/caf\u00e9", "ASCII alone"),
        ("https://shop.example.com/a b", "ASCII alone"),
        ("https://shop.example.com/\x7f", "ASCII alone"),
        ("https://shop.example.com:port/", "Port"),
    ],
)
def test_what_no_client_sends_is_no_request(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        request_of(url)


def test_a_header_is_found_by_its_name_in_any_case_with_all_its_values_in_order() -> None:
    request = with_headers(request_of("https://shop.example.com/"), (("X-A", "2"), ("X-B", "b"), ("x-a", "1")))
    assert (request.header("x-A"), request.header("X-C")) == (("2", "1"), ())


@pytest.mark.parametrize(
    ("hosts", "host"),
    [
        ((), "shop.example.com"),
        (("Other.example.com",), "other.example.com"),
        (("other.example.com:8443",), "other.example.com"),
        (("[2001:db8::1]:443",), "2001:db8::1"),
        (("[2001:db8::1]",), "2001:db8::1"),
        (("first.example.com", "last.example.com"), "last.example.com"),
    ],
)
def test_a_host_header_takes_the_place_of_the_host_and_is_no_header_besides(hosts: tuple[str, ...], host: str) -> None:
    given = tuple(("HOST", value) for value in hosts)
    request = with_headers(request_of("https://shop.example.com/"), (*given, ("X-A", "1")))
    assert (request.host, request.headers) == (host, (("X-A", "1"),))


@pytest.mark.parametrize(("method", "then"), [("POST", "GET"), ("GET", "GET"), ("HEAD", "HEAD"), ("PUT", "PUT")])
def test_what_is_sent_after_a_redirect_keeps_all_but_the_url_and_a_post(method: str, then: str) -> None:
    first = replace(request_of("http://shop.example.com/a?b"), method=method, source="192.0.2.1")
    first = with_headers(first, (("X-A", "1"),))
    assert first.sent_to("https://other.example.com/c") == Request(
        "https", "other.example.com", 443, "/c", method=then, headers=(("X-A", "1"),), source="192.0.2.1"
    )
