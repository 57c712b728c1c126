"""`routes:` of an environment file: which service people expect to answer, by URL.

    routes:
      https://shop.example.com/api/orders: api
      https://shop.example.com/: myservice

render.py and deploy.py hold the rules of the listener against it, and `deploy.py route` those that stand.
"""

import re
from typing import TYPE_CHECKING, NamedTuple

from cloudformation.environment.findings import Place
from cloudformation.environment.node_reader import Entries, NodeReader

if TYPE_CHECKING:
    from cloudformation.environment.keys.routing.http_request import Request

KEY = "routes"
MEANS = "a mapping of URLs (https://host/path) to the names of services"
FORM = r"[hH][tT][tT][pP][sS]://"
"""What a URL begins with."""
_HOST = r"[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?"


class ExpectedRoute(NamedTuple):
    """A request as its URL has it, and the service that is expected to answer it."""

    url: str
    host: str
    path: str
    service: str
    place: Place

    @property
    def request(self) -> "Request":
        """The request that a load balancer gets."""
        from cloudformation.environment.keys.routing.http_request import request_of

        return request_of(self.url)


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
    from cloudformation.environment.keys.routing.http_request import request_of  # few environments expect routes

    if not re.match(FORM, url):  # urlsplit passes over tabs, and spaces before it
        return None
    try:
        request = request_of(url)
    except ValueError:
        return None
    if request.scheme != "https" or request.port != 443 or not re.fullmatch(_HOST, request.host):
        return None
    return ExpectedRoute(url, request.host, request.path, service, place)
