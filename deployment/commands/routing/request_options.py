"""The options that describe a request for `route`, and the request that they describe."""

import argparse
import re
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address

from cloudformation.environment.keys.routing.http_request import Request, request_of, with_headers

ROUTE = "route"
_METHOD = re.compile(r"[A-Z_-]{1,40}")
# The characters of a token (RFC 9110, 5.6.2); a condition takes a name of 40 at most.
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}")


def add_request_options(group: argparse._ArgumentGroup) -> None:
    """What is said of a request beside its URL."""
    add = group.add_argument
    add("--method", metavar="METHOD", help="the request's method (GET)")
    add("--header", action="append", default=[], metavar="NAME=VALUE", help="a header of the request; repeatable")
    add("--source-ip", metavar="ADDRESS", help="the address that the request comes from")


def request_problems(options: argparse.Namespace) -> Iterator[str]:
    """What does not go together of a URL and what else is said of its request."""
    if options.action != ROUTE:
        return
    if options.service:
        yield "route: not with --service; the listeners are the platform's, with the rules of all services"
    if options.name is None and (options.method or options.header or options.source_ip):
        yield "--method, --header, --source-ip: of which request? route URL"
    try:
        request_given(options)
    except ValueError as error:
        yield f"route: {error}"


def request_given(options: argparse.Namespace) -> Request | None:
    """The request that the options describe, where they do; raises ValueError for one that nobody can send."""
    if options.action != ROUTE or options.name is None:
        return None
    try:
        request = request_of(options.name)
    except ValueError as error:
        raise ValueError(f"{options.name!r}: {error}") from error
    method = options.method or request.method
    if not _METHOD.fullmatch(method):
        raise ValueError(f"--method {method}: a method has capital letters, - and _")
    if options.source_ip:
        ip_address(options.source_ip)  # its own error names it
    headers = tuple(_header(text) for text in options.header)
    return with_headers(replace(request, method=method, source=options.source_ip), headers)


def _header(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not _NAME.fullmatch(name):
        raise ValueError("--header needs NAME=VALUE")  # what is there may be a secret
    return name, value
