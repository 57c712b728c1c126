"""A request as a load balancer gets it: what a URL says, with the method and headers that go with it."""

import re
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}
HOST = "host"
# The brackets of an IPv6 address stand between it and a port.
_PORT = re.compile(r":[0-9]*$")


@dataclass(frozen=True)
class Request:
    """`path` begins with `/`; `query` stands behind `?`; `source` is the address that it comes from, if known."""

    scheme: str
    host: str
    port: int
    path: str = "/"
    query: str = ""
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    source: str | None = None

    @property
    def url(self) -> str:
        """Its URL, without a port that its scheme has anyway."""
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{port}{self.path}{f'?{self.query}' if self.query else ''}"

    def header(self, name: str) -> tuple[str, ...]:
        """The values of a header, in their order; its name is compared without case."""
        return tuple(value for given, value in self.headers if given.lower() == name.lower())

    def sent_to(self, url: str) -> "Request":
        """What is sent to the URL of a redirect with 301 or 302: of a POST clients make a GET (RFC 9110, 15.4.2)."""
        method = "GET" if self.method == "POST" else self.method
        return replace(request_of(url), method=method, headers=self.headers, source=self.source)


def request_of(url: str) -> Request:
    """The GET request for a URL; raises ValueError for one that HTTP has no request for, or that nobody sends so."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None or parts.password is not None:
        raise ValueError("it is not of the form https://host/path")
    if not (url.isascii() and url.isprintable()) or " " in url:
        raise ValueError(
            "a client sends ASCII alone: write other characters as %.., and a host as its IDNA form xn--.."
        )
    port = PORTS[parts.scheme] if parts.port is None else parts.port
    return Request(parts.scheme, parts.hostname, port, parts.path or "/", parts.query)


def with_headers(request: Request, headers: tuple[tuple[str, str], ...]) -> Request:
    """The request with these headers; one that is Host is the name that conditions on the host see."""
    hosts = [_PORT.sub("", value).strip("[]").lower() for name, value in headers if name.lower() == HOST]
    own = tuple((name, value) for name, value in headers if name.lower() != HOST)
    return replace(request, headers=own, host=hosts[-1] if hosts else request.host)
