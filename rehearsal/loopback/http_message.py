"""One HTTP request and one answer as values, and how a WSGI application turns the one into the other."""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

_Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True)
class Request:
    """A request whose body has been read: `target` is the path and query string as they were sent."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str:
        """The first header of that name (in any case), or an empty string."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")

    @property
    def path(self) -> str:
        """The target without its query string."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query string, still percent-encoded."""
        return self.target.partition("?")[2]

    @property
    def is_form(self) -> bool:
        """Whether the body is a form, as the query protocol sends it."""
        return self.header("content-type").startswith("application/x-www-form-urlencoded")


@dataclass(frozen=True)
class Response:
    """An answer; Content-Length is added when it is sent."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def run(application: _Application, request: Request, **variables: str) -> Response:
    """What a WSGI application answers to a request; `variables` are put into its environ."""
    from werkzeug.test import create_environ, run_wsgi_app
    from werkzeug.wsgi import ClosingIterator

    headers = [header for header in request.headers if header[0].lower() != "transfer-encoding"]
    environ = create_environ(
        base_url="http://127.0.0.1",
        method=request.method,
        headers=headers,
        data=request.body,
        environ_overrides={
            # WSGI passes bytes as latin-1 text; RAW_URI has what the client encoded (an S3 key may contain %2F).
            "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
            "QUERY_STRING": request.query,
            "RAW_URI": request.target,
            "REMOTE_ADDR": "127.0.0.1",
            **variables,
        },
    )
    chunks, status, given = run_wsgi_app(application, environ)
    with closing(ClosingIterator(chunks)) as body:
        return Response(int(status.split()[0]), tuple(given), b"".join(body))
