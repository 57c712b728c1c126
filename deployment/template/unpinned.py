"""What a deployment may change although no text of it does: values and templates that CloudFormation reads elsewhere.

A parameter of Systems Manager that a template or a parameter's type names, a template behind a URL that is not ours,
what a macro or AWS::Include makes of a template, the Availability Zones of a Region. Their content is no part of the
files, and may be another one between two looks at it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cloudformation.parameters.declarations import is_stored
from cloudformation.references import functions
from cloudformation.scalars import text_of
from cloudformation.template.transforms import FUNCTION, LANGUAGE_EXTENSIONS
from deployment.template.resource_path import ResourcePath
from deployment.template.template import STACK_TYPE, Documents

# Without its version at the end, which is a number. A secure parameter and a secret are read again only where the
# text of the reference changes (user guide, "Dynamic references").
_UNVERSIONED = re.compile(r"\{\{resolve:ssm:[^{}:]+\}\}")
_FOREIGN = ("Fn::GetAZs", FUNCTION)


def moving_references(expression: Any) -> tuple[str, ...]:
    """What an expression reads that may be another value each time: dynamic references without a version, zones."""
    return (
        *_UNVERSIONED.findall(" ".join(_texts(expression))),
        *(name for name, _ in functions(expression) if name in _FOREIGN),
    )


def _texts(expression: Any) -> Iterator[str]:
    waiting = [expression]
    while waiting:
        current = waiting.pop()
        if isinstance(current, str):
            yield current
        waiting += current.values() if isinstance(current, dict) else current if isinstance(current, list) else ()


def macros(document: Mapping[str, Any]) -> set[str]:
    """What a template is run through before CloudFormation reads it: its Transform section, by name."""
    declared = document.get("Transform") or []
    listed = declared if isinstance(declared, list) else [declared]
    return {str(entry.get("Name") if isinstance(entry, dict) else entry) for entry in listed}


def unpinned(documents: Documents) -> Iterator[str]:
    """Each input of a tree that is not in its files, as one line: `Layer/Image is read from Systems Manager`."""
    for path, document in documents.items():
        yield from (f"{path / name} {why}" for name, why in _of_template(document))
        for name, body in (document.get("Resources") or {}).items():
            if isinstance(body, dict) and body.get("Type") == STACK_TYPE and path / name not in documents:
                yield f"{path / name} is a template that is not among the files"


def _of_template(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, parameter in (document.get("Parameters") or {}).items():
        if isinstance(parameter, dict) and is_stored(text_of(parameter.get("Type", ""))):
            yield name, "is read from Systems Manager"
    for section in ("Conditions", "Mappings", "Outputs", "Resources"):
        for name, body in (document.get(section) or {}).items():
            for reference in dict.fromkeys(moving_references(body)):
                yield name, f"reads {reference}"
    for macro in sorted(macros(document) - {LANGUAGE_EXTENSIONS}):
        yield "Transform", f"is made by {macro}"


def reads_elsewhere(path: ResourcePath, documents: Documents) -> bool:
    """Whether what a layer says is made by something that is not in the files: a macro there or in a layer above."""
    above = (ResourcePath(path[:length]) for length in range(len(path) + 1))
    return any(macros(documents.get(layer, {})) - {LANGUAGE_EXTENSIONS} for layer in above)
