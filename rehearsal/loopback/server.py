"""An HTTP/1.1 server on loopback, one thread a connection, that hands every request to the endpoint."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any

from rehearsal.loopback.callers import refusal
from rehearsal.loopback.endpoint import Cloud, Endpoint, HangUp, Truncated
from rehearsal.loopback.http_message import Request, Response
from rehearsal.loopback.request_body import BodyError, read_body


@dataclass(frozen=True)
class Limits:
    """The resources of this machine that clients may use: beyond it, requests are refused or connections closed.

    The largest thing that goes through here is a packaged artifact on its way to S3; of bodies above `small_bytes`
    only so many are in memory at the same time. A connection on which nothing comes for so many seconds is closed, as
    on AWS.
    """

    most_bytes: int = 64 * 1024 * 1024
    small_bytes: int = 1024 * 1024
    large_bodies: int = 4
    connections: int = 256
    idle_seconds: float = 120.0


_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})


class Server:
    """A server that answers until it is closed."""

    def __init__(self, httpd: _HTTPServer) -> None:
        self._httpd = httpd
        self._thread = threading.Thread(target=httpd.serve_forever, args=(0.02,), name="rehearsal", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._httpd.server_address[1])

    @property
    def url(self) -> str:
        """What clients take as their endpoint URL."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Finish what is being answered, close every connection, and wait for every thread."""
        self._httpd.closing.set()
        self._httpd.shutdown()
        self._thread.join()
        self._httpd.hang_up_idle()
        self._httpd.server_close()


def serve(
    cloud: Cloud,
    *,
    neighbours: Callable[[Request], Response],
    port: int = 0,
    log: Callable[[str], object],
    pause: Callable[[float], object] | None = None,
    limits: Limits | None = None,
) -> Server:
    """Serve on 127.0.0.1; port 0 takes a free one. Without `pause`, slow calls really wait, until the server closes.

    OSError: the port is taken.
    """
    httpd = _HTTPServer(port, limits or Limits())
    httpd.endpoint = Endpoint(cloud, neighbours, pause or httpd.closing.wait, log)
    return Server(httpd)


class _HTTPServer(ThreadingMixIn, TCPServer):
    """Remembers its connections, so that those that idle in keep-alive can be ended."""

    endpoint: Endpoint
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, port: int, limits: Limits) -> None:
        self.limits = limits
        self.large = threading.BoundedSemaphore(limits.large_bodies)
        self.closing = threading.Event()
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        if len(self._connections) >= self.limits.connections:
            with contextlib.suppress(OSError):
                request.setblocking(False)
                request.send(_BUSY)
            super().shutdown_request(request)
            return
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def hang_up_idle(self) -> None:
        """End the reading side of every connection: an answer under way is still written."""
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RD)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is nothing to report."""


class _Handler(BaseHTTPRequestHandler):
    server: _HTTPServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        self.request.settimeout(self.server.limits.idle_seconds)
        super().setup()

    def __getattr__(self, name: str) -> Callable[[], None]:
        # The methods that the base class looks for: do_GET and its like.
        if name.removeprefix("do_") in _METHODS:
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        request = Request(self.command, self.path, tuple(self.headers.items()))
        refused = refusal(request, self.headers.get_all("host", []))
        if refused is not None:
            self._refuse(403, refused)
            return
        with contextlib.ExitStack() as held:
            try:
                body = self._read(held)
            except BodyError as error:
                self._refuse(error.status, str(error))
                return
            self._give(replace(request, body=body))

    def _refuse(self, status: int, text: str) -> None:
        """Nothing more is read from this connection."""
        self.close_connection = True
        self._send(Response(status, (("Content-Type", "text/plain"),), f"{text}\n".encode()))

    def _read(self, held: contextlib.ExitStack) -> bytes:
        """The body of the request; a large one has a place until it is answered. Raises BodyError."""
        length, encoding, limits = self.headers["content-length"], self.headers["transfer-encoding"], self.server.limits
        known = int(length[:20]) if length and length.isascii() and length.isdecimal() else 0
        if encoding is not None or known > limits.small_bytes:
            if not self.server.large.acquire(timeout=limits.idle_seconds):
                raise BodyError(503, "Too many large bodies at the same time")
            held.callback(self.server.large.release)
        return read_body(self.rfile, length=length, encoding=encoding, most=limits.most_bytes)

    def _give(self, request: Request) -> None:
        answer = self.server.endpoint.answer(request)
        if isinstance(answer, HangUp):
            self._hang_up(answer)
        elif isinstance(answer, Truncated):
            body = answer.response.body
            self._send(answer.response, body[: len(body) // 2])
            self.close_connection = True
        else:
            self._send(answer)

    def _send(self, response: Response, written: bytes | None = None) -> None:
        """Writes the answer; `written` is what is written of its body, where that is not all."""
        self.log_request(response.status)
        self.send_response_only(response.status)
        self.send_header("Server", self.version_string())
        # CloudFormation's answers have the simulated time, as the answers of AWS have the real one.
        dated = next((value for name, value in response.headers if name.lower() == "date"), None)
        self.send_header("Date", dated or self.date_time_string())
        for name, value in response.headers:
            if name.lower() not in ("connection", "content-length", "date", "server"):
                self.send_header(name, value)
        if response.status != 204:
            self.send_header("Content-Length", self._length(response))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(response.body if written is None else written)
        self.wfile.flush()

    def _length(self, response: Response) -> str:
        # The answer to a HEAD says how long the object is; its body stays empty.
        declared = [value for name, value in response.headers if name.lower() == "content-length"]
        return declared[0] if declared and self.command == "HEAD" else str(len(response.body))

    def _hang_up(self, how: HangUp) -> None:
        if how.reset:
            # Lingering for no time makes close() send a reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def handle_expect_100(self) -> bool:
        """Ask for the body at once: S3 clients wait for that."""
        self.send_response_only(100)
        self.end_headers()
        self.wfile.flush()
        return True

    def version_string(self) -> str:
        return "rehearsal"

    def log_message(self, *_: object) -> None:
        """The clients report errors; a line for each request would hide them."""
