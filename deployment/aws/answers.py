"""Whether an answer is AWS's at all: a proxy or a captive portal answers too, with pages that an XML parser takes.

botocore reads what it knows out of any XML and calls the rest absent, so that a page of another server would look like
an empty bucket or of a template that was stored. What is not AWS's is no answer: it is asked for again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from deployment.errors import Unreachable

_ERRORS_FROM = 301
TOO_LARGE = "413"
"""The code of what any server on the way refuses to take because of its size; asking again changes nothing."""
_GENERIC_FROM = 500  # a load balancer's page: the SDK knows it, and tries again
_XML = ("query", "rest-xml")
# What may stand before the first element: declarations and comments. A DOCTYPE AWS never sends.
_ROOT = re.compile(rb"(?:\s|\xef\xbb\xbf|<\?.*?\?>|<!--.*?-->)*<(?:\w+:)?([\w.-]+)", re.DOTALL)
_ERROR_ROOTS = ("ErrorResponse", "Error", "Response")
# Of what S3 says in headers alone, the one that it never leaves out.
_TOLD_IN = {"HeadObject": "etag", "GetObject": "etag", "PutObject": "etag"}
# What some of S3's stand-ins send although S3 itself has nothing to say there.
_S3_BODIES = re.compile(r"CreateBucket(Response|Result|Configuration)")
_HOLDING: WeakKeyDictionary[Any, tuple[str, ...]] = WeakKeyDictionary()


def hold_to_the_model(client: Any) -> None:
    """From here on an answer that is not AWS's raises a ResponseParserError, as one does that cannot be parsed."""
    client.meta.events.register_first("before-parse", _refuse_foreign)
    client.meta.events.register_first("after-call", _refuse_incomplete)


def needed(answer: Mapping[str, Any], *members: str) -> tuple[Any, ...]:
    """These members of an answer, which the service's model calls optional and without which nothing can continue.

    Raises Unreachable where one is left out: what was asked is not known then.
    """
    absent = [name for name in members if answer.get(name) is None]
    if absent:
        raise Unreachable(f"no usable answer: AWS omitted {', '.join(absent)}", remedy="try again in a minute")
    return tuple(answer[name] for name in members)


def _refuse_foreign(response_dict: dict[str, Any], operation_model: Any, **_: Any) -> None:
    from botocore.parsers import ResponseParserError

    status, body = response_dict["status_code"], response_dict["body"]
    if status >= _GENERIC_FROM:
        return
    service = operation_model.service_model
    headers = {name.lower() for name in response_dict["headers"]}
    told_in = _TOLD_IN.get(operation_model.name) if service.service_name == "s3" else None
    strange = status < _ERRORS_FROM and told_in is not None and told_in not in headers
    if isinstance(body, bytes) and body.strip():
        strange = strange or not _is_own(body, status, operation_model, service.resolved_protocol)
    if strange and str(status) == TOO_LARGE:
        raise _too_large(operation_model.name)
    if strange:
        kind = response_dict["headers"].get("content-type", "no content type")
        raise ResponseParserError(f"HTTP {status} with a page that does not come from AWS ({kind})")


def _too_large(operation: str) -> Exception:
    from botocore.exceptions import ClientError

    told: Any = {"Code": TOO_LARGE, "Message": "S3, or a proxy in front of it, does not accept a request of that size"}
    error: Exception = ClientError({"Error": told}, operation)
    return error


def _is_own(body: bytes, status: int, operation: Any, protocol: str) -> bool:
    """Whether a body has the form that the operation's answers have."""
    if protocol not in _XML:
        return protocol != "json" or body.lstrip().startswith(b"{")
    found = _ROOT.match(body)
    if found is None:  # no XML: where some is due the parser says so; stand-ins of S3 say a word where none is due
        return status < _ERRORS_FROM and not body.lstrip().startswith(b"<")
    root = found[1].decode()
    if status >= _ERRORS_FROM:
        return root in _ERROR_ROOTS
    if protocol == "query":
        return root == f"{operation.name}Response"
    if operation.service_model.service_name == "s3" and not _in_body(operation.output_shape):
        return _S3_BODIES.fullmatch(root) is not None
    return root.endswith(("Result", "Response", "Output", "Configuration"))


def _in_body(shape: Any) -> bool:
    """Whether an answer's body has members, or is one."""
    return shape is not None and any("location" not in member.serialization for member in shape.members.values())


def _refuse_incomplete(parsed: dict[str, Any], model: Any, http_response: Any, **_: Any) -> None:
    from botocore.parsers import ResponseParserError

    if http_response.status_code >= _ERRORS_FROM or model.output_shape is None:
        return
    for name in _absent(model.output_shape, parsed):
        raise ResponseParserError(f"an answer without {name}, which {model.name} always has")


def _absent(shape: Any, value: Any) -> Iterator[str]:
    """What the model requires of an answer and the answer has not."""
    if shape.type_name == "structure" and isinstance(value, dict):
        yield from (f"{shape.name}.{name}" for name in shape.required_members if value.get(name) is None)
        for name in _holding(shape):
            if value.get(name) is not None:
                yield from _absent(shape.members[name], value[name])
    elif shape.type_name == "list":
        for item in value:
            yield from _absent(shape.member, item)


def _holding(shape: Any) -> tuple[str, ...]:
    """The members of a structure below which something is required."""
    if shape not in _HOLDING:
        _HOLDING[shape] = tuple(name for name, member in shape.members.items() if _requires(member, ()))
    return _HOLDING[shape]


def _requires(shape: Any, above: tuple[str, ...]) -> bool:
    if shape.name in above:
        return False
    if shape.type_name == "list":
        return _requires(shape.member, above)
    if shape.type_name != "structure":
        return False
    below = (*above, shape.name)
    return bool(shape.required_members) or any(_requires(member, below) for member in shape.members.values())
