"""A request of the query protocol: form fields read into the parameters that an SDK was given.

Form of the fields: `Action=CreateStack&Version=2010-05-15&StackName=x&Tags.member.1.Key=k`; a map is
`X.entry.1.key=k&X.entry.1.value=v`; a list given as empty is `Tags=`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from cloudformation.refusals import CloudFormationError
from rehearsal.loopback.wire.constraints import check
from rehearsal.loopback.wire.model import API_VERSION, Shape, operations, shape, shape_of

# Far above what 200 parameters, 50 tags and 20 other fields need.
_MOST_FIELDS = 20_000
_DEEPEST = 20

# A field's name split at its dots: {"Tags": {"member": {"1": {"Key": "k"}}}}
_Tree = dict[str, "str | _Tree"]


@dataclass(frozen=True)
class Call:
    """One API call: its parameters have exactly the shape that boto3 takes."""

    operation: str
    parameters: dict[str, Any]
    region: str
    account: str
    request_id: str


def parse(body: bytes, *, region: str, account: str, request_id: str) -> Call:
    """Read a form body (or the query string of a GET).

    Raises CloudFormationError as AWS's front end refuses: InvalidAction, MissingAction, MalformedQueryString,
    MalformedInput, or ValidationError for broken constraints.
    """
    fields = _tree(_fields(body))
    operation = _operation(fields)
    structure = shape_of(operation, "input")
    parameters = {}
    if structure:
        parameters = _structure(shape(structure), fields)
        check(structure, parameters)
    return Call(operation, parameters, region, account, request_id)


def _fields(body: bytes) -> list[tuple[str, str]]:
    try:
        # isascii: whatever is not ASCII must arrive percent-encoded.
        text = body.decode("ascii")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise CloudFormationError("MalformedQueryString", "The query string contains a syntax error.") from None


def _operation(fields: _Tree) -> str:
    action = fields.get("Action")
    stated = fields.get("Version")
    version = stated if isinstance(stated, str) else "NO_VERSION_SPECIFIED"
    if not action or not isinstance(action, str):
        raise CloudFormationError("MissingAction", "Missing Action")
    if version != API_VERSION or action not in operations():
        raise CloudFormationError("InvalidAction", f"Could not find operation {action} for version {version}")
    return action


def _tree(fields: Iterable[tuple[str, str]]) -> _Tree:
    root: _Tree = {}
    for name, value in fields:
        *way, last = name.split(".", _DEEPEST)
        node = root
        for step in way:
            child = node.get(step)
            if not isinstance(child, dict):
                child = node[step] = {}
            node = child
        node.setdefault(last, value)
    return root


def _structure(structure: Shape, fields: _Tree) -> dict[str, Any]:
    # A field that the operation does not know is ignored, as AWS does it.
    members: Mapping[str, Shape] = structure["members"]
    return {name: _value(shape(members[name]["shape"]), field) for name, field in fields.items() if name in members}


def _value(target: Shape, field: str | _Tree) -> Any:
    match target["type"]:
        case "structure":
            return _structure(target, _complex(field))
        case "list":
            member = shape(target["member"]["shape"])
            return [_value(member, item) for item in _numbered(field, "member")]
        case "map":
            pairs = [_complex(item) for item in _numbered(field, "entry")]
            return {_text(pair.get("key", "")): _text(pair.get("value", "")) for pair in pairs}
        case scalar:
            return _scalar(scalar, _text(field))


def _numbered(field: str | _Tree, word: str) -> list[str | _Tree]:
    """The items of a list or map in the order of their numbers; gaps close."""
    if field == "":
        return []
    items = field.get(word) if isinstance(field, dict) else None
    if not isinstance(items, dict) or not all(number.isdecimal() and len(number) < 7 for number in items):
        raise _malformed("Unexpected list element termination")
    return [items[number] for number in sorted(items, key=int)]


def _scalar(kind: str, text: str) -> Any:
    try:
        match kind:
            case "boolean":
                return {"true": True, "false": False}[text.lower()]
            case "integer" | "long":
                return int(text)
            case "double":
                return float(text)
            case "timestamp":
                return datetime.fromisoformat(text)
    except (KeyError, ValueError):
        raise _malformed(f"'{text[:64]}' is not a {kind}") from None
    return text


def _text(field: str | _Tree) -> str:
    if isinstance(field, dict):
        raise _malformed("Unexpected complex element termination")
    return field


def _complex(field: str | _Tree) -> _Tree:
    if isinstance(field, str):
        raise _malformed("Unexpected complex element termination")
    return field


def _malformed(message: str) -> CloudFormationError:
    return CloudFormationError("MalformedInput", message)
