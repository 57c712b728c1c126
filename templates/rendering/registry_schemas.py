"""`python -m templates.rendering.registry_schemas`: extract handler_permissions.json from what cfn-lint ships."""

import json
from collections.abc import Iterable
from pathlib import Path

from cloudformation.template.iam_actions import known_action
from cloudformation.template.schemas import handler_actions, schema_folder
from templates.rendering.handler_permissions import TABLE, HandlerPermissionsError, Permissions
from templates.rendering.service_role_policy import resource_types
from templates.rendering.tree import templates

# Where all types that a Region may have are known.
REGION = "us-east-1"


def extract(types: Iterable[str]) -> Permissions:
    """Give the table for `types` anew, from the schemas. Raises HandlerPermissionsError where there are none."""
    schemas = schema_folder()
    if schemas is None:
        raise HandlerPermissionsError("the registry schemas come with cfn-lint: pip install cfn-lint")
    files = json.loads((schemas / "providers" / f"{REGION}.json").read_text(encoding="utf-8"))
    table, known = {}, known_action()
    for name in sorted(types):
        if name not in files:
            raise HandlerPermissionsError(f"the registry schemas that cfn-lint ships know no {name}")
        schema = json.loads((schemas / "resources" / f"{files[name]}.json").read_text(encoding="utf-8"))
        table[name] = sorted(filter(known, frozenset().union(*handler_actions(schema).values())))
    return table


def write_table(types: Iterable[str], file: Path = TABLE) -> None:
    """Extract the table for `types` into `file`, at once."""
    beside = file.with_suffix(".tmp")
    beside.write_text(json.dumps(extract(types), indent=2) + "\n", encoding="utf-8")
    beside.replace(file)


if __name__ == "__main__":
    write_table(resource_types(template.to_dict() for _, template in templates()))
