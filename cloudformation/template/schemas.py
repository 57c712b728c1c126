"""The registry schemas of resource types, as cfn-lint ships them: `providers/<region>.json` maps a type to its file.

They are found without importing cfn-lint: the import takes three seconds, one schema two milliseconds.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

import importlib.util
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

_HANDLERS = ("create", "read", "update", "delete")
# Some schemas name REST calls ("s3:REST.PUT.OBJECT"), which are no IAM actions.
_ACTION = r"[a-z0-9-]+:[A-Za-z0-9]+"
# Where all types that a Region may have are known.
_EVERYWHERE = "us-east-1"


def schema_folder() -> Path | None:
    """The folder that holds `providers/` and `resources/`; None where cfn-lint is not installed."""
    spec = importlib.util.find_spec("cfnlint")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "data" / "schemas"
        if (folder / "providers").is_dir():
            return folder
    return None


@cache
def _index(folder: Path) -> Mapping[str, str]:
    index: Mapping[str, str] = json.loads((folder / "providers" / f"{_EVERYWHERE}.json").read_text(encoding="utf-8"))
    return index


def type_names() -> Iterable[str]:
    """Every resource type that has a schema; none where cfn-lint is not installed."""
    folder = schema_folder()
    return _index(folder) if folder else ()


@cache
def schema_of(type_name: str) -> Mapping[str, Any] | None:
    """The schema of a resource type; None where the type is not known, or cfn-lint is not installed."""
    folder = schema_folder()
    file = _index(folder).get(type_name) if folder else None
    if folder is None or file is None:
        return None
    schema: Mapping[str, Any] = json.loads((folder / "resources" / f"{file}.json").read_text(encoding="utf-8"))
    return schema


def property_types(schema: Mapping[str, Any], path: Sequence[str]) -> frozenset[str]:
    """The JSON types that a schema allows at a property's path; empty where it does not say."""
    at: Any = schema
    for name in path:
        at = _resolved(schema, at)
        properties = at.get("properties", {}) if isinstance(at, Mapping) else {}
        at = at.get("items") if isinstance(at, Mapping) and name not in properties else properties.get(name)
    at = _resolved(schema, at)
    kinds = at.get("type", ()) if isinstance(at, Mapping) else ()
    return frozenset([kinds] if isinstance(kinds, str) else kinds)


def _resolved(schema: Mapping[str, Any], at: Any) -> Any:
    while isinstance(at, Mapping) and isinstance(at.get("$ref"), str):
        at = schema.get("definitions", {}).get(at["$ref"].rpartition("/")[2])
    return at


def naming_properties(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The properties that a template sets and that name a resource: two resources cannot have the same in all of them.

    Empty where the service gives the name.
    """
    identifier = [str(pointer).rpartition("/")[2] for pointer in schema.get("primaryIdentifier", ())]
    given = {str(pointer).rpartition("/")[2] for pointer in schema.get("readOnlyProperties", ())}
    return () if given & set(identifier) else tuple(identifier)


def handler_actions(schema: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """The IAM actions that each handler of a type (create, read, update, delete) may call, as far as it has them."""
    handlers, action = schema.get("handlers", {}), re.compile(_ACTION)
    return {
        name: frozenset(filter(action.fullmatch, handlers[name].get("permissions", ())))
        for name in _HANDLERS
        if name in handlers
    }
