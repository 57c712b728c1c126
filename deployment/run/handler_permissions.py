"""What CloudFormation's handlers of a resource type may call, from the registry schemas on this machine.

cfn-lint ships them (`data/schemas/providers/<region>.json` maps a type to a file in `resources/`). They are read as
plain JSON, two milliseconds each: importing cfn-lint takes three seconds.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

Handlers: TypeAlias = Mapping[str, frozenset[str]]
"""Handler (create, read, update, delete) -> IAM actions."""

_HANDLERS = ("create", "read", "update", "delete")
# Some schemas name REST calls ("s3:REST.PUT.OBJECT"), which IAM cannot be asked about.
_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z0-9]+")
_EVERYWHERE = "us-east-1"


class NoSchemasError(Exception):
    """The registry schemas are not on this machine."""


def handler_permissions(types: Iterable[str], region: str) -> dict[str, Handlers]:
    """The permissions of each type that the registry knows in a region; raises NoSchemasError."""
    folder = _schema_folder()
    index = folder / "providers" / f"{region}.json"
    files = json.loads((index if index.is_file() else index.with_name(f"{_EVERYWHERE}.json")).read_text("utf-8"))
    return {name: _handlers(folder / "resources" / f"{files[name]}.json") for name in types if name in files}


def _handlers(file: Path) -> Handlers:
    handlers = json.loads(file.read_text("utf-8")).get("handlers", {})
    return {
        name: frozenset(filter(_ACTION.fullmatch, handlers[name].get("permissions", ())))
        for name in _HANDLERS
        if name in handlers
    }


def _schema_folder() -> Path:
    spec = importlib.util.find_spec("cfnlint")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "data" / "schemas"
        if folder.is_dir():
            return folder
    raise NoSchemasError("the registry schemas come with cfn-lint: pip install cfn-lint")
