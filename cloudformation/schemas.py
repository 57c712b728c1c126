"""The registry schemas of resource types, as cfn-lint ships them: `providers/<region>.json` maps a type to its file.

They are found without importing cfn-lint: the import takes three seconds, one schema two milliseconds.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

Handlers: TypeAlias = Mapping[str, frozenset[str]]
"""Handler (create, read, update, delete) -> IAM actions."""

_EVERYWHERE = "us-east-1"

_HANDLERS = ("create", "read", "update", "delete")
# Some schemas name REST calls ("s3:REST.PUT.OBJECT"), which are no IAM actions.
_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z0-9]+")


def schema_folder() -> Path | None:
    """The folder that holds `providers/` and `resources/`; None where cfn-lint is not installed."""
    spec = importlib.util.find_spec("cfnlint")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "data" / "schemas"
        if (folder / "providers").is_dir():
            return folder
    return None


def handler_actions(schema: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """The IAM actions that each handler of a type (create, read, update, delete) may call, as far as it has them."""
    handlers = schema.get("handlers", {})
    return {
        name: frozenset(filter(_ACTION.fullmatch, handlers[name].get("permissions", ())))
        for name in _HANDLERS
        if name in handlers
    }


class NoSchemasError(Exception):
    """The registry schemas are not on this machine."""


def handler_permissions(types: Iterable[str], region: str) -> dict[str, Handlers]:
    """The permissions of each type that the registry knows in a region; raises NoSchemasError."""
    folder = schema_folder()
    if folder is None:
        raise NoSchemasError("the registry schemas come with cfn-lint: pip install cfn-lint")
    index = folder / "providers" / f"{region}.json"
    files = json.loads((index if index.is_file() else index.with_name(f"{_EVERYWHERE}.json")).read_text("utf-8"))
    known = {name: folder / "resources" / f"{files[name]}.json" for name in types if name in files}
    return {name: handler_actions(json.loads(file.read_text("utf-8"))) for name, file in known.items()}
