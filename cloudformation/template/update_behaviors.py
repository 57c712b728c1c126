"""Which properties are known to be updated without a replacement, by the registry schema of the resource's type.

Known is only what a schema says: a type that it has an update handler for, and a property that it declares and that is
neither create-only nor so under conditions, as a whole or in any part.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cloudformation.template.schemas import schema_of

_PREFIX = "/properties/"
_REPLACING = ("createOnlyProperties", "conditionalCreateOnlyProperties", "readOnlyProperties")


def is_updated_in_place(type_name: str, path: Sequence[str]) -> bool:
    """Whether a change at a path below Properties surely replaces nothing; False where that is not known."""
    schema = schema_of(type_name)
    if schema is None or not path or path[0] not in schema.get("properties", {}):
        return False
    pointers = (pointer for name in _REPLACING for pointer in schema.get(name, ()))
    return "update" in schema.get("handlers", {}) and not any(_touches(_steps(pointer), path) for pointer in pointers)


def _steps(pointer: str) -> list[str]:
    return [step for step in str(pointer).removeprefix(_PREFIX).split("/") if step != "*"]


def _touches(steps: Sequence[str], path: Iterable[str]) -> bool:
    """Whether one is the other or lies under it; the items of lists have no number in a schema."""
    return all(step == part for step, part in zip(steps, (part for part in path if not part.isdecimal()), strict=False))
