"""`python -m templates.rendering.registry_schemas`: extract handler_permissions.json from what cfn-lint ships."""

import json
from collections.abc import Iterable
from pathlib import Path

from cloudformation.template import handler_permissions as registry
from templates.rendering.handler_permissions import TABLE, HandlerPermissionsError, Permissions
from templates.rendering.service_role_policy import resource_types
from templates.rendering.tree import templates
from templates.service import stack
from templates.service.declaration import job, web, worker

# Where all types that a Region may have are known.
REGION = "us-east-1"


def extract(types: Iterable[str]) -> Permissions:
    """Give the table for `types` anew, from the schemas. Raises HandlerPermissionsError where there are none."""
    wanted = sorted(types)
    try:
        known = registry.handler_permissions(wanted, REGION)
    except registry.NoSchemasError as error:
        raise HandlerPermissionsError(str(error)) from error
    if unknown := [name for name in wanted if name not in known]:
        raise HandlerPermissionsError(f"the registry schemas of cfn-lint do not have {', '.join(unknown)}")
    return {name: sorted(frozenset().union(*handlers.values())) for name, handlers in known.items()}


def write_table(types: Iterable[str], file: Path = TABLE) -> None:
    """Extract the table for `types` into `file`, at once."""
    beside = file.with_suffix(".tmp")
    beside.write_text(json.dumps(extract(types), indent=2) + "\n", encoding="utf-8")
    beside.replace(file)


def every_type() -> set[str]:
    """Give the types of the layers, and of services of each kind, whether the project has one or not."""
    declared = [web(""), worker(""), job("")]
    services = [stack.template(service.kind.value, service) for service in declared]
    return resource_types(template.to_dict() for template in [*(layer for _, layer in templates()), *services])


if __name__ == "__main__":
    write_table(every_type())
