"""What CloudFormation's handlers of a resource type may have to call, as the registry schemas say it.

The schemas are many and large; rendering takes a fifth of a second. So the needed part is extracted to
handler_permissions.json, for the types that the templates use, and a test checks that it equals the schemas of
cfn-lint. After a new type, or a newer cfn-lint: `make permissions`, then `make render`.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

import json
from collections.abc import Mapping
from pathlib import Path

Permissions = Mapping[str, list[str]]

TABLE = Path(__file__).with_suffix(".json")


class HandlerPermissionsError(LookupError):
    """A resource type whose handlers' permissions are not known here; the text says what to do."""


def handler_permissions(file: Path = TABLE) -> Permissions:
    """Give the extracted table: resource type -> IAM actions of all its handlers, sorted."""
    table: Permissions = json.loads(file.read_text(encoding="utf-8"))
    return table
