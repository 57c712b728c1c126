"""The AWS operations that deployment/ calls, read from its source: what its IAM policy is checked against."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
from botocore import xform_name

DEPLOYMENT = Path(__file__).resolve().parents[2] / "deployment"
# client methods that only name an operation
NAMING = {"get_paginator", "get_waiter", "can_paginate"}


@cache
def service_model(service: str) -> Any:
    """botocore's model of a service."""
    return botocore.session.get_session().get_service_model(service)


def called_operations(folder: Path = DEPLOYMENT) -> set[tuple[str, str]]:
    """(service, operation) of every client method that the sources name, such as ("s3", "PutObject").

    Whatever has the name of an operation of a service that the sources make a client of counts, so that no way of
    calling it goes unseen. Where two services share the name, the client's own name in the source decides.
    """
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in sorted(folder.rglob("*.py"))]
    known = {service: _methods(service) for service in made_clients(trees)}
    found: set[tuple[str, str]] = set()
    for method, client in (pair for tree in trees for pair in _named(tree)):
        services = [service for service, methods in known.items() if method in methods]
        named = [service for service in services if service in client]
        found |= {(service, known[service][method]) for service in named or services}
    return found


def made_clients(trees: list[ast.Module]) -> set[str]:
    """The services of `session.client("x")`, with or without further arguments."""
    return {
        str(node.args[0].value)
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "client"
        if node.args and isinstance(node.args[0], ast.Constant)
    }


def _methods(service: str) -> dict[str, str]:
    return {xform_name(name): name for name in service_model(service).operation_names}


def _named(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each attribute with the text of what it is taken from, and each name that a paginator or waiter is asked for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr, ast.unparse(node.value)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in NAMING:
            yield from (
                (str(each.value), ast.unparse(node.func)) for each in node.args if isinstance(each, ast.Constant)
            )
