"""What may come instead of an answer of AWS: other people's pages, and answers with new values or without members.

The kinds of one operation are made of its model and of what it really answered: every member that was there is once
missing, and every enumerated one has once a value that nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from xml.etree import ElementTree

from tests.deployment.fake_client import service_model
from tests.deployment.local_cloud import Answer

_PORTAL = b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Welcome</title></head>
<body><p>Please accept the terms.</p></body></html>"""
_HTML = {"Content-Type": "text/html"}
_XML = {"Content-Type": "text/xml"}
NEW_VALUE = "SOMETHING_NEW"
_SERVICES = ("cloudformation", "sts", "s3", "route53", "iam")


@dataclass(frozen=True)
class Kind:
    """One way in which an answer is not what it should be."""

    name: str
    alter: Callable[[Answer], Answer]


PAGES = (
    Kind("a portal's page", lambda _: Answer(200, _PORTAL, _HTML)),
    Kind("other XML", lambda _: Answer(200, b"<X/>", _XML)),
    Kind("nothing", lambda _: Answer(200, b"", _XML)),
    Kind("a portal's page as a redirection", lambda _: Answer(302, _PORTAL, _HTML)),
    Kind("a proxy's refusal", lambda _: Answer(403, _PORTAL, _HTML)),
    Kind("a proxy's failure", lambda _: Answer(502, _PORTAL, _HTML)),
)
DENIED = Kind(
    "denies the stack",
    lambda _: Answer(
        400,
        b"<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id shop-dev does not exist</Message>"
        b"</Error></ErrorResponse>",
        _XML,
    ),
)
OLDEST_FIRST = Kind("oldest first", lambda answer: replace(answer, body=_reversed(answer.body)))


def kinds(operation: str, answered: list[Answer]) -> Iterator[Kind]:
    """All kinds for an operation that answered so."""
    yield from PAGES
    tags = {tag for answer in answered for tag in _tags(answer.body)}
    members = dict(_members(operation))
    for tag in sorted(tags & members.keys()):
        yield Kind(f"without {tag}", lambda answer, tag=tag: replace(answer, body=_without(answer.body, tag)))  # type: ignore[misc]
        if members[tag]:
            yield Kind(f"a new {tag}", lambda answer, tag=tag: replace(answer, body=_with_new(answer.body, tag)))  # type: ignore[misc]
    headers = {name for answer in answered for name in answer.headers if name.lower() in _TELLING}
    for header in sorted(headers):
        yield Kind(f"without {header}", lambda answer, header=header: _without_header(answer, header))  # type: ignore[misc]
    if operation == "DescribeStacks":
        yield DENIED
    if operation == "DescribeStackEvents":
        yield OLDEST_FIRST


_TELLING = {"etag", "x-amz-version-id", "x-amz-checksum-sha256"}


def _members(operation: str) -> Iterator[tuple[str, bool]]:
    """The names of the members of an operation's answer, at any depth, and whether each is enumerated."""
    for service in _SERVICES:
        model = service_model(service)
        if operation in model.operation_names:
            yield from _below(model.operation_model(operation).output_shape, set())


def _below(shape: Any, met: set[str]) -> Iterator[tuple[str, bool]]:
    if shape is None or shape.name in met:
        return
    met.add(shape.name)
    if shape.type_name == "list":
        yield from _below(shape.member, met)
    for name, member in getattr(shape, "members", {}).items():
        listed = member.member if member.type_name == "list" else member
        yield member.serialization.get("name", name), bool(getattr(listed, "enum", ()))
        yield from _below(member, met)


def _tags(body: bytes) -> Iterator[str]:
    yield from (name.decode() for name in re.findall(rb"<(?:\w+:)?(\w+)[ >/]", body))


def _parsed(body: bytes) -> ElementTree.Element | None:
    try:
        return ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return None


def _without(body: bytes, tag: str) -> bytes:
    root = _parsed(body)
    if root is None:
        return body
    for element in list(root.iter()):
        for child in list(element):
            if child.tag.rpartition("}")[2] == tag:
                element.remove(child)
    return ElementTree.tostring(root)


def _with_new(body: bytes, tag: str) -> bytes:
    root = _parsed(body)
    if root is None:
        return body
    for element in root.iter():
        if element.tag.rpartition("}")[2] == tag:
            for held in [*element] or [element]:
                held.text = NEW_VALUE
    return ElementTree.tostring(root)


def _reversed(body: bytes) -> bytes:
    root = _parsed(body)
    if root is None:
        return body
    for element in root.iter():
        if element.tag.rpartition("}")[2] == "StackEvents":
            element[:] = element[::-1]
    return ElementTree.tostring(root)


def _without_header(answer: Answer, header: str) -> Answer:
    return replace(answer, headers={name: value for name, value in answer.headers.items() if name != header})
