"""Requests of the SDK to a rehearsal of the same process reach it without a socket: signed, sent and answered as ever.

Over loopback a third of the time of a run goes into HTTP/1.1 itself and into threads that wait for one another. What
goes over the wire is checked by tests/rehearsal/loopback and by whatever runs in a process of its own: the server is
there for them as before, and so it is here for an answer that is none or breaks off.
"""

from __future__ import annotations

from collections.abc import Callable
from email.utils import formatdate
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSResponse
from botocore.httpsession import URLLib3Session
from urllib3._collections import HTTPHeaderDict

from rehearsal.loopback.endpoint import Endpoint
from rehearsal.loopback.http_message import Request, Response
from rehearsal.loopback.server import Server
from tests.deployment.wire import Raw

_HERE: dict[str, Endpoint] = {}
"""The endpoints of this process, by host and port."""
_over_the_wire = URLLib3Session.send


def reached_here(serve: Callable[..., Server]) -> Callable[..., Server]:
    """The same function, whose servers the SDK reaches directly until they are closed."""

    def serving(*given: Any, **named: Any) -> Server:
        server = serve(*given, **named)
        address, close = urlsplit(server.url).netloc, server.close

        def forgotten() -> None:
            _HERE.pop(address, None)
            close()

        _HERE[address] = server._httpd.endpoint
        server.close = forgotten  # type: ignore[method-assign]
        return server

    URLLib3Session.send = _send
    return serving


def _send(session: Any, request: Any) -> AWSResponse:
    """In place of URLLib3Session.send."""
    parts = urlsplit(request.url)
    endpoint = _HERE.get(parts.netloc)
    if endpoint is None or _is_faulty(endpoint):
        return _over_the_wire(session, request)
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    headers = (("Host", parts.netloc), *((name, _text(value)) for name, value in request.headers.items()))
    answer = endpoint.answer(Request(request.method, target, headers, _bytes(request.body)))
    assert isinstance(answer, Response)
    dated = () if any(name.lower() == "date" for name, _ in answer.headers) else (("Date", formatdate(usegmt=True)),)
    received = HTTPHeaderDict((*answer.headers, *dated))
    if answer.status != 204 and not (request.method == "HEAD" and "content-length" in received):
        received["Content-Length"] = str(len(answer.body))
    return AWSResponse(request.url, answer.status, received, Raw(answer.body))


def _is_faulty(endpoint: Endpoint) -> bool:
    """Whether an answer may be none, or break off."""
    world = getattr(endpoint.cloud, "world", None)
    return world is None or bool(world.scenario.api)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _bytes(body: Any) -> bytes:
    content = body.read() if hasattr(body, "read") else body or b""
    return content.encode() if isinstance(content, str) else bytes(content)
