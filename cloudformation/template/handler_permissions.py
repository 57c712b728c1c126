"""What CloudFormation's handlers of a resource type may call, from the registry schemas on this machine."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias

from cloudformation.template.iam_actions import known_action
from cloudformation.template.schemas import handler_actions, schema_folder

Handlers: TypeAlias = Mapping[str, frozenset[str]]
"""Handler (create, read, update, delete) -> IAM actions."""

_EVERYWHERE = "us-east-1"


class NoSchemasError(Exception):
    """The registry schemas are not on this machine."""


def handler_permissions(types: Iterable[str], region: str) -> dict[str, Handlers]:
    """The permissions of each type that the registry knows in a region; raises NoSchemasError."""
    folder = schema_folder()
    if folder is None:
        raise NoSchemasError("the registry schemas come with cfn-lint: pip install cfn-lint")
    index = folder / "providers" / f"{region}.json"
    files = _files(index if index.is_file() else index.with_name(f"{_EVERYWHERE}.json"))
    known = {name: folder / "resources" / f"{files[name]}.json" for name in types if name in files}
    actions = {name: handler_actions(json.loads(file.read_text("utf-8"))) for name, file in known.items()}
    is_action = known_action()
    return {
        name: {handler: frozenset(filter(is_action, needed)) for handler, needed in handlers.items()}
        for name, handlers in actions.items()
    }


@cache
def _files(index: Path) -> Mapping[str, str]:
    """Resource type -> the name of its schema's file, for each type of one region."""
    files: dict[str, str] = json.loads(index.read_text("utf-8"))
    return files
