"""A relay on loopback that counts the requests which pass through it."""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

# Of a signature: `Credential=<key>/<day>/<region>/<service>/aws4_request, ...`
_SERVICE = re.compile(r".*Credential=[^,]*/([a-z0-9-]+)/aws4_request.*")


class Relay:
    """Passes requests on to an endpoint while the `with` block lasts, and notes them by operation and by service."""

    def __init__(self, endpoint: str) -> None:
        self.counted: Counter[str] = Counter()
        self.moments: defaultdict[str, list[float]] = defaultdict(list)
        self.first: dict[str, float] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(urlsplit(endpoint).netloc, self._note))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def _note(self, action: str, service: str) -> None:
        now = time.monotonic()
        self.counted[action] += 1
        self.first.setdefault(action, now)
        self.moments[service].append(now)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Relay:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(target: str, note: Callable[[str, str], None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            action = parse_qs(body.decode(errors="replace")).get("Action", [f"{self.command} {self.path}"])[0]
            note(action, _SERVICE.sub(r"\1", self.headers.get("Authorization", "")))
            connection = http.client.HTTPConnection(target)
            connection.request(self.command, self.path, body, dict(self.headers))
            answer = connection.getresponse()
            content = answer.read()
            connection.close()
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = pass_on  # noqa: N815 (the names that http.server asks for)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the report is the only output."""

    return Handler
