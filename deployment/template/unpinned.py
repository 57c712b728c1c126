"""What a deployment may change although no text of it does: values and templates that CloudFormation reads elsewhere.

A parameter of Systems Manager that a template or a parameter's type names, a template behind a URL that is not ours,
what a macro or AWS::Include makes of a template, the Availability Zones of a Region, the output of another stack that
may change without asking its readers (Fn::GetStackOutput; what Fn::ImportValue reads may not). Their content is no
part of the files, and may be another one between two looks at it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cloudformation.parameters.declarations import is_stored
from cloudformation.scalars import text_of
from cloudformation.template.transforms import FUNCTION, LANGUAGE_EXTENSIONS
from deployment.template.resource_path import ResourcePath
from deployment.template.template import STACK_TYPE, Documents

# A secure parameter and a secret are read again only where the text of the reference changes (user guide, "Dynamic
# references"); what ends in a version, which is a number, is always the same.
_WHOLE = re.compile(r"\{\{resolve:[^{}]*\}\}")
_STAYS = re.compile(r"\{\{resolve:(?!ssm:)|\{\{resolve:ssm:[^:]+:\d+\}\}")
# The beginning of one that a function puts together.
_BEGUN = re.compile(r"\{\{resolve(?!:secretsmanager:|:ssm-secure:)|resolve:ssm(?!-)")
PUT_TOGETHER = "a dynamic reference that is composed of parts"
# "creates a weak reference. ... If the referenced stack or output is later deleted or modified, the consuming stack is
# not automatically updated or notified" (template reference, "Fn::GetStackOutput").
_ELSEWHERE = ("Fn::GetAZs", "Fn::GetStackOutput", FUNCTION)
_OF_VALUES = ("Outputs", "Resources")


def moving_references(expression: Any) -> tuple[str, ...]:
    """What an expression reads that may be another value each time: dynamic references without a version, zones,
    outputs of other stacks."""
    return (*dict.fromkeys(name for text in _texts(expression) for name in moving_text(text)), *foreign(expression))


def moving_text(text: str) -> tuple[str, ...]:
    """The dynamic references in a text whose values may be others each time."""
    whole = [name for name in _WHOLE.findall(text) if not _STAYS.match(name)]
    return (*whole, *([PUT_TOGETHER] if _BEGUN.search(_WHOLE.sub("", text)) else []))


def foreign(expression: Any) -> tuple[str, ...]:
    """The functions of an expression whose result is not made of the files alone, once for each time they stand."""
    return tuple(
        key for value in _collections(expression) if isinstance(value, dict) for key in value if key in _ELSEWHERE
    )


def _collections(expression: Any) -> Iterator[Any]:
    """Every object and list in a value, outermost first: most of a template are scalars, in which nothing stands."""
    waiting = [expression]
    while waiting:
        yield (current := waiting.pop())
        inner = current.values() if isinstance(current, dict) else current if isinstance(current, list) else ()
        waiting += [value for value in reversed([*inner]) if isinstance(value, (dict, list))]


def _texts(expression: Any) -> Iterator[str]:
    return (value for value in _walked(expression) if isinstance(value, str))


def _walked(expression: Any) -> Iterator[Any]:
    """A value and all that is in it, outermost first."""
    waiting = [expression]
    while waiting:
        yield (current := waiting.pop())
        inner = current.values() if isinstance(current, dict) else current if isinstance(current, list) else ()
        waiting += reversed([*inner])


def macros(document: Mapping[str, Any]) -> set[str]:
    """What a template is run through before CloudFormation reads it, by name: its Transform section, and Fn::Transform.

    The function counts where it makes more than a value: entries of a section, or anything that others refer to.
    """
    declared = document.get("Transform") or []
    listed = declared if isinstance(declared, list) else [declared]
    named = {str(entry.get("Name") if isinstance(entry, dict) else entry) for entry in listed}
    return named | ({FUNCTION} if _is_put_in(document) else set())


def _is_put_in(document: Mapping[str, Any]) -> bool:
    """Whether what Fn::Transform makes of a template is more than the values of properties and outputs."""
    sections = [section for name, section in document.items() if name not in ("Metadata", "Transform")]
    entries = [body for name in _OF_VALUES for body in _object(document.get(name)).values()]
    referred = [section for name, section in document.items() if name not in (*_OF_VALUES, "Metadata", "Transform")]
    return any(FUNCTION in _object(part) for part in (document, *sections, *entries)) or FUNCTION in foreign(referred)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def unpinned(documents: Documents, given: Mapping[str, str] | None = None) -> Iterator[str]:
    """Each input of a tree that is not in its files, as one line: `Layer/Image is read from Systems Manager`.

    `given` are values of root's parameters, in place of defaults: what is in one is read where the parameter is.
    """
    for name, text in (given or {}).items():
        yield from (f"{name} reads {reference}" for reference in moving_text(text))
    for path, document in documents.items():
        replaced = given or {} if not path else {}
        yield from (f"{path / name} {why}" for name, why in _of_template(document, replaced))
        for name, body in (document.get("Resources") or {}).items():
            if isinstance(body, dict) and body.get("Type") == STACK_TYPE and path / name not in documents:
                yield f"{path / name} is a template that is not among the files"


def _of_template(document: Mapping[str, Any], given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, parameter in (document.get("Parameters") or {}).items():
        if not isinstance(parameter, dict):
            continue
        if is_stored(text_of(parameter.get("Type", ""))):
            yield name, "is read from Systems Manager"
        default = "" if name in given else text_of(parameter.get("Default", ""))
        yield from ((name, f"reads {reference}") for reference in moving_text(default))
    for section in ("Conditions", "Mappings", "Outputs", "Resources"):
        for name, body in (document.get(section) or {}).items():
            for reference in dict.fromkeys(moving_references(body)):
                yield name, f"reads {reference}"
    for macro in sorted(macros(document) - {LANGUAGE_EXTENSIONS}):
        yield "Transform", f"is generated by {macro}"


def reads_elsewhere(path: ResourcePath, documents: Documents) -> bool:
    """Whether something that is not in the files makes what a nested stack says: a macro there or in one above."""
    above = (ResourcePath(path[:length]) for length in range(len(path) + 1))
    return any(macros(documents.get(layer, {})) - {LANGUAGE_EXTENSIONS} for layer in above)
