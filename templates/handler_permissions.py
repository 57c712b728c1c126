"""What CloudFormation's handlers of a resource type may have to call, as the registry schemas say it.

The schemas are many and large; rendering takes a fifth of a second. So what is needed of them stands extracted in
handler_permissions.json, for the types that the templates use, and a test holds it equal to the schemas that cfn-lint
ships. After a new type, or a newer cfn-lint: `python -m templates.handler_permissions`, then `python render.py`.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Permissions = Mapping[str, list[str]]

TABLE = Path(__file__).with_suffix(".json")
HANDLERS = ("create", "read", "update", "delete")
# Where all types that a Region may have are known.
REGION = "us-east-1"
# Some schemas name REST calls ("s3:REST.PUT.OBJECT"); a policy takes actions only.
_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z0-9]+")


class HandlerPermissionsError(LookupError):
    """A resource type whose handlers' permissions are not known here; the text says what to do."""


def handler_permissions(file: Path = TABLE) -> Permissions:
    """Give the extracted table: resource type -> IAM actions of all its handlers, sorted."""
    table: Permissions = json.loads(file.read_text(encoding="utf-8"))
    return table


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
    from templates.service_role_policy import resource_types
    from templates.tree import templates

    write_table(resource_types(template.to_dict() for _, template in templates()))
