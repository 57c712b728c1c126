"""Requests handed to a WSGI application, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rehearsal.loopback.http_message import Request, Response, run


def test_a_header_is_found_in_any_case_and_absent_is_empty() -> None:
    request = Request("GET", "/a?b=c?d", (("X-Amz-Date", "1"), ("x-amz-date", "2")))
    assert (request.header("x-AMZ-date"), request.header("host")) == ("1", "")
    assert (request.path, request.query) == ("/a", "b=c?d")


def test_the_application_sees_the_request_as_it_was_sent() -> None:
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        seen.update(environ, body=environ["wsgi.input"].read())
        start_response("201 Created", [("A", "1"), ("A", "2")])
        return [b"x", b"y"]

    headers = (("Content-Type", "text/yaml"), ("Transfer-Encoding", "chunked"), ("X-Amz-Meta-A", "1"))
    response = run(application, Request("PUT", "/b/a%2Fb%C3%BC?q=%20", headers, b"body"), HTTP_X_ACCOUNT="1")
    assert response == Response(201, (("A", "1"), ("A", "2")), b"xy")
    assert (seen["PATH_INFO"].encode("latin-1").decode(), seen["RAW_URI"]) == ("/b/a/bü", "/b/a%2Fb%C3%BC?q=%20")
    assert (seen["QUERY_STRING"], seen["body"], seen["CONTENT_LENGTH"]) == ("q=%20", b"body", "4")
    assert (seen["CONTENT_TYPE"], seen["HTTP_X_AMZ_META_A"], seen["HTTP_X_ACCOUNT"]) == ("text/yaml", "1", "1")
    assert "HTTP_TRANSFER_ENCODING" not in seen


def test_an_answer_is_closed_and_what_is_written_early_comes_first() -> None:
    closed: list[bool] = []

    class Chunks:
        def __iter__(self) -> Iterator[bytes]:
            return iter([b"later"])

        def close(self) -> None:
            closed.append(True)

    def application(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])(b"early ")
        return Chunks()

    assert run(application, Request("GET", "/")).body == b"early later"
    assert closed == [True]
