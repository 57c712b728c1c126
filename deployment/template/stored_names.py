"""The parameters of Systems Manager that templates read when they execute, as far as templates and values show.

A dynamic reference without a version is read again with each operation (user guide, "Dynamic references"). What a
parameter of a stored type came to stays with the change set.
"""

import re
from collections.abc import Iterator

from cloudformation.unknown import unknowns
from deployment.template.resource_path import ResourcePath
from deployment.template.values import Values

_REFERENCE = re.compile(r"\{\{resolve:ssm:(?![^{}:]+:\d+\}\})([^{}]+)\}\}")


def stored_names(values: Values) -> frozenset[str]:
    """The names; one that is known only after the execution is omitted."""
    return frozenset(name for path in values.documents for name in _of_layer(values, path))


def _of_layer(values: Values, path: ResourcePath) -> Iterator[str]:
    for section in ("Resources", "Outputs"):
        for unknown in unknowns(values.value(path, values.section(path, section))):
            yield from _REFERENCE.findall(unknown.text)
