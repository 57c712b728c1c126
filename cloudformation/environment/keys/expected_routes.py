"""`routes:` of an environment file: which service people expect to answer, by URL.

    routes:
      https://shop.example.com/api/orders: api
      https://shop.example.com/: myservice

render.py and deploy.py hold the rules of the listener against it.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from cloudformation.environment.findings import Place
from cloudformation.environment.node_reader import Entries, NodeReader

KEY = "routes"
MEANS = "a mapping of URLs (https://host/path) to the names of services"
FORM = re.compile(r"[hH][tT][tT][pP][sS]://")
"""What a URL begins with."""
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)


@dataclass(frozen=True)
class ExpectedRoute:
    """A request as its URL has it, and the service that is expected to answer it."""

    url: str
    host: str
    path: str
    service: str
    place: Place


def expected_routes(reader: NodeReader, entries: Entries) -> tuple[ExpectedRoute, ...]:
    """All that the file expects; what is wrong with the form goes to the reader."""
    if KEY not in entries:
        return ()
    expected = []
    for url, (place, node) in reader.mapping(entries[KEY][1], KEY).items():
        service = reader.text(f"{KEY}, {url}", place, node)
        route = _route(url, service, place)
        if route is None:
            reader.problem(place, f"{KEY}: {url!r} is no URL that HTTPS requests have: https://host/path")
        else:
            expected.append(route)
    return tuple(expected)


def _route(url: str, service: str, place: Place) -> ExpectedRoute | None:
    if not FORM.match(url):  # urlsplit passes over tabs, and spaces before it
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if port not in (None, 443) or not _HOST.fullmatch(host) or parts.username:
        return None
    return ExpectedRoute(url, host, parts.path or "/", service, place)
