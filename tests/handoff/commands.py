"""The commands of a page of a bundle: its blocks of a shell, and the calls in them of the AWS CLI and of deploy.sh.

A call of the AWS CLI is checked against the CLI's own tables: the service, the operation, each option, and that what
`--query` names is in the operation's answer.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import jmespath  # type: ignore[import-untyped]

_BLOCK = re.compile(r"^```sh ?(?P<when>[a-z-]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) (.*)$", re.MULTILINE)
_INLINE = re.compile(r"`((?:aws|bin/deploy\.sh) [^`\n]+)`")
# What every operation takes beside its own, as the CLI adds it.
_OF_ALL = {"query", "output", "region", "profile", "endpoint-url", "debug", "cli-read-timeout", "no-paginate"}
_PAGES = {"max-items", "page-size", "starting-token"}


@dataclass(frozen=True)
class Block:
    """Commands that are run one after the other; `when` names the state of a stack that they are for."""

    chapter: str
    heading: str
    when: str
    text: str


def blocks(page: str) -> list[Block]:
    """The blocks of a page in their order, with the chapter and the heading that they stand below."""
    found = []
    for match in _BLOCK.finditer(page):
        above = [(len(one[1]), one[2]) for one in _HEADING.finditer(page, 0, match.start())]
        chapters = [text for level, text in above if level == 2]
        found.append(Block(chapters[-1] if chapters else "", above[-1][1], match["when"], match["text"]))
    return found


def lines(page: str) -> list[str]:
    """Every line of the blocks of a page."""
    return [line for block in blocks(page) for line in block.text.splitlines() if line.strip()]


def mentioned(page: str) -> list[str]:
    """The commands in the sentences of a page, of which some are only begun."""
    return _INLINE.findall(_BLOCK.sub("", page))


def calls(text: str, program: str) -> Iterator[list[str]]:
    """The words of each call of `program` in some text of a shell, also within `$(...)`."""
    for match in re.finditer(rf"(?:^|(?<=[\s(]))(?={re.escape(program)} )", text, re.MULTILINE):
        rest = text[match.start() :].partition("\n")[0]
        lexer = shlex.shlex(rest, posix=True, punctuation_chars=";|)")
        lexer.whitespace_split = True
        lexer.commenters = "#"
        words = []
        for word in lexer:
            if set(word) <= set(";|)"):
                break
            words.append(word)
        yield words


@cache
def _services() -> Any:
    from awscli.clidriver import create_clidriver

    return create_clidriver()._get_command_table()


def wrong_with(call: list[str], *, whole: bool = True) -> list[str]:
    """What the AWS CLI does not know of a call, `aws SERVICE OPERATION --option ...`, and what it lacks if `whole`."""
    _, service, operation, *words = call
    if service not in _services():
        return [f"{service} is no service"]
    operations = _services()[service]._get_command_table()
    if operation not in operations:
        return [f"{service} has no {operation}"]
    table = operations[operation].arg_table
    options = [word.removeprefix("--") for word in words if word.startswith("--")]
    wrong = [f"{operation} has no --{name}" for name in options if name not in {*table, *_OF_ALL, *_PAGES}]
    missing = [name for name, argument in table.items() if argument.required and name not in options]
    wrong += [f"{operation} needs --{name}" for name in missing if whole]
    if "--query" in words:
        wrong += _wrong_names(service, operation, words[words.index("--query") + 1])
    return wrong


def _wrong_names(service: str, operation: str, query: str) -> Iterator[str]:
    """Each name of a query that nothing in the answer has."""
    known = _members(service, operation)
    for name in _fields(jmespath.compile(query).parsed):
        if name not in known:
            yield f"the answer of {operation} has no {name}"


def _fields(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if node.get("type") == "field":
            yield node["value"]
        for child in node.get("children", ()):
            yield from _fields(child)


@cache
def _members(service: str, operation: str) -> set[str]:
    from botocore import xform_name
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    named = {"s3api": "s3"}.get(service, service)
    model = ServiceModel(Loader().load_service_model(named, "service-2"))
    name = next(name for name in model.operation_names if xform_name(name, "-") == operation)
    found: set[str] = set()
    _gather(model.operation_model(name).output_shape, found, set())
    return found


def _gather(shape: Any, found: set[str], seen: set[str]) -> None:
    if shape is None or shape.name in seen:
        return
    seen.add(shape.name)
    for name, member in getattr(shape, "members", {}).items():
        found.add(name)
        _gather(member, found, seen)
    for part in ("member", "value"):
        if hasattr(shape, part):
            _gather(getattr(shape, part), found, seen)
