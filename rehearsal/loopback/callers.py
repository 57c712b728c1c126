"""Who may ask: programs of this machine, not the pages that its browsers show.

A page of any site can have a browser send requests to a port of this machine. Where the name in its address is made
to lead to 127.0.0.1 (DNS rebinding) it could read the answers too; then Host is that name. What a browser sends for
another site bears Origin, Sec-Fetch-Site or Referer (https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers).
"""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from cloudformation.environment.keys.partitions import partitions
from rehearsal.loopback.http_message import Request

# What SDKs put before the address of an S3 endpoint is the bucket; `.localhost` never leaves a machine (RFC 6761).
_HOST = re.compile(r"(?P<name>\[::1\]|[A-Za-z0-9._-]+)(:\d{1,5})?", re.ASCII)
_OWN = ("127.0.0.1", "localhost", "[::1]")


def refusal(request: Request, hosts: Sequence[str]) -> str | None:
    """Why a request is not answered; None: it is. `hosts` are the values of its Host headers."""
    host = hosts[0] if len(hosts) == 1 else ""
    if not _is_ours(host):
        return f"The Host header must be 127.0.0.1, localhost or [::1], not {host[:80]!r}"
    if not request.target.startswith("/") and request.target != "*":
        return "The target of a request must be a path"
    own = f"http://{host}"
    origin = request.header("origin")
    if origin and origin != own:
        return f"Requests from other origins are not allowed: {origin[:80]!r}"
    if request.header("sec-fetch-site") not in ("", "same-origin", "none"):
        return "Requests from other sites are not allowed"
    referer = request.header("referer")
    if referer and not _is_from(referer, own):
        return "Requests from pages of other sites are not allowed"
    return None


def _is_from(referer: str, own: str) -> bool:
    try:
        parts = urlsplit(referer)
    except ValueError:
        return False
    return f"{parts.scheme}://{parts.netloc}" == own


def _is_ours(host: str) -> bool:
    matched = _HOST.fullmatch(host)
    if matched is None:
        return False
    name = matched["name"].lower().removesuffix(".")
    # Nobody but AWS can have a name of AWS lead here; SDKs behind a proxy or a hosts file send them.
    suffixes = {f".{partition.dns_suffix}" for partition in partitions()} | {".localhost"}
    return name in _OWN or name.endswith(tuple(suffixes))
