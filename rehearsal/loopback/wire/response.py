"""An answer of the query protocol: values written as XML in the order and with the types of the output's shape."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from cloudformation.refusals import CloudFormationError
from rehearsal.loopback.wire.model import NAMESPACE, Shape, shape, shape_of

# Characters that XML 1.0 cannot contain are shown as U+FFFD; a carriage return survives only as a reference,
# and a template body must come back from GetTemplate as it was submitted.
_SPECIAL = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "structure": Mapping,
    "list": (list, tuple),
    "map": Mapping,
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "double": (int, float),
    "timestamp": datetime,
}

_Write = Callable[[str], None]


def respond(operation: str, result: Mapping[str, Any], request_id: str) -> bytes:
    """The XML of an operation's result; None as a value means that the member is absent.

    ValueError: `result` does not fit the operation's output: an unknown member, a value of another type.
    """
    parts: list[str] = []
    name = shape_of(operation, "output")
    if name:
        _write(parts.append, f"{operation}Result", shape(name), result, operation)
    elif result:
        raise ValueError(f"{operation} answers nothing, not {sorted(result)}")
    metadata = f"<ResponseMetadata><RequestId>{_escape(request_id)}</RequestId></ResponseMetadata>"
    return f'<{operation}Response xmlns="{NAMESPACE}">{"".join(parts)}{metadata}</{operation}Response>'.encode()


def respond_error(error: CloudFormationError, request_id: str) -> bytes:
    """The XML of a refusal; it travels with `error.status`."""
    side = "Sender" if error.sender else "Receiver"
    detail = f"<Type>{side}</Type><Code>{_escape(error.code)}</Code><Message>{_escape(error.message)}</Message>"
    rest = f"<Error>{detail}</Error><RequestId>{_escape(request_id)}</RequestId>"
    return f'<ErrorResponse xmlns="{NAMESPACE}">{rest}</ErrorResponse>'.encode()


def _write(write: _Write, tag: str, target: Shape, value: Any, path: str) -> None:
    _require(target["type"], value, path)
    write(f"<{tag}>")
    match target["type"]:
        case "structure":
            _write_structure(write, target, value, path)
        case "list":
            member = shape(target["member"]["shape"])
            for item in value:
                _write(write, "member", member, item, f"{path}[]")
        case "map":
            for key, item in value.items():
                write(f"<entry><key>{_escape(key)}</key><value>{_escape(item)}</value></entry>")
        case _:
            write(_escape(_text(value)))
    write(f"</{tag}>")


def _write_structure(write: _Write, target: Shape, value: Mapping[str, Any], path: str) -> None:
    members = target["members"]
    if unknown := value.keys() - members.keys():
        raise ValueError(f"{path} has no member {', '.join(sorted(unknown))} in the service model")
    for name, member in members.items():
        if (item := value.get(name)) is not None:
            _write(write, name, shape(member["shape"]), item, f"{path}.{name}")


def _require(kind: str, value: object, path: str) -> None:
    if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        raise ValueError(f"{path} is a {kind} in the service model, not {value!r:.80}")


def _text(value: str | bool | int | float | datetime) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case datetime(tzinfo=None):
            raise ValueError(f"{value} says no time zone")
        case datetime():
            return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
        case _:
            return str(value)


def _escape(text: str) -> str:
    return _SPECIAL.sub(lambda special: _REFERENCES.get(special[0], "\ufffd"), text)
