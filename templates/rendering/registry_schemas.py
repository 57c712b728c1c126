"""`python -m templates.rendering.registry_schemas`: extract handler_permissions.json from what cfn-lint ships."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from templates.rendering.handler_permissions import TABLE, HandlerPermissionsError, Permissions
from templates.rendering.service_role_policy import resource_types
from templates.rendering.tree import templates

HANDLERS = ("create", "read", "update", "delete")
# Where all types that a Region may have are known.
REGION = "us-east-1"
# Some schemas name REST calls ("s3:REST.PUT.OBJECT"); a policy takes actions only.
_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z0-9]+")


def extract(types: Iterable[str]) -> Permissions:
    """Give the table for `types` anew, from the schemas. Raises HandlerPermissionsError where there are none."""
    schemas = _schema_folder()
    files = json.loads((schemas / "providers" / f"{REGION}.json").read_text(encoding="utf-8"))
    table = {}
    for name in sorted(types):
        if name not in files:
            raise HandlerPermissionsError(f"the registry schemas that cfn-lint ships know no {name}")
        schema = json.loads((schemas / "resources" / f"{files[name]}.json").read_text(encoding="utf-8"))
        table[name] = _actions(schema)
    return table


def write_table(types: Iterable[str], file: Path = TABLE) -> None:
    """Extract the table for `types` into `file`, at once."""
    beside = file.with_suffix(".tmp")
    beside.write_text(json.dumps(extract(types), indent=2) + "\n", encoding="utf-8")
    beside.replace(file)


def _actions(schema: Mapping[str, Any]) -> list[str]:
    handlers = schema.get("handlers", {})
    found = {action for name in HANDLERS for action in handlers.get(name, {}).get("permissions", ())}
    return sorted(action for action in found if _ACTION.fullmatch(action))


def _schema_folder() -> Path:
    """The folder of registry schemas in cfn-lint, which is not imported for it: that takes three seconds."""
    import importlib.util

    spec = importlib.util.find_spec("cfnlint")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "data" / "schemas"
        if folder.is_dir():
            return folder
    raise HandlerPermissionsError("the registry schemas come with cfn-lint: pip install cfn-lint")


if __name__ == "__main__":
    write_table(resource_types(template.to_dict() for _, template in templates()))
