"""A template as CloudFormation holds it: its sections as values, and what its form must be.

What is refused here is refused by AWS before it looks at parameter values: sections that are no
objects, names that are not alphanumeric, members that do not exist. Whether its references lead
anywhere is the concern of `references`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from cloudformation import text as template_text
from cloudformation.limits import DESCRIPTION_BYTES, NAMED_ENTRIES, RESOURCES
from cloudformation.parameters.declarations import check_declarations
from cloudformation.refusals import TemplateError
from cloudformation.template.resource import (
    TemplateResource,
    has_type,
    read_resource,
    unread_resource,
)
from cloudformation.template.transforms import LOOP, SERVERLESS, declarations, embedded

SECTIONS = frozenset(
    (
        *("AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings", "Conditions"),
        *("Transform", "Resources", "Outputs", "Hooks"),
    )
)
GLOBALS = "Globals"  # what SAM's resources have in common: a section of its transform
OUTPUT_MEMBERS = frozenset(("Value", "Description", "Export", "Condition"))
_ALPHANUMERIC = re.compile(r"[a-zA-Z0-9]+")


@dataclass(frozen=True)
class Template:
    """A template's sections; `body` is the text exactly as it was submitted.

    Of a template with transforms only what they leave alone is read: its parameters, and the resources that
    stand in it already.
    """

    body: str
    description: str | None
    metadata: Any
    parameters: Mapping[str, Mapping[str, Any]]
    resources: Mapping[str, TemplateResource]
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    mappings: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    conditions: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    transforms: tuple[str, ...] = ()


@lru_cache(maxsize=256)
def parse_template(body: str) -> Template:
    """The template that a body stands for.

    Errors: TemplateError with AWS's text (see the templates guide, "Template anatomy", and the
    refusals recorded for CreateStack and ValidateTemplate).
    """
    document = template_text.read(body)
    if not isinstance(document, dict):
        raise TemplateError("Template format error: unsupported structure.")
    _refuse_unknown_sections(document)
    _refuse_nulls(document)
    transforms = _transforms(document)
    template = Template(
        body=body,
        resources=_unread_resources(document) if transforms else _resources(document),
        description=_description(document),
        metadata=document.get("Metadata"),
        parameters=_parameters(document),
        transforms=transforms,
    )
    if transforms:
        return template
    return replace(
        template,
        rules=_objects(document, "Rules"),
        mappings=_mappings(document),
        conditions=_objects(document, "Conditions", of_objects=False),
        outputs=_outputs(document),
    )


def _unread_resources(document: Mapping[str, Any]) -> Mapping[str, TemplateResource]:
    entries = _entries(document)
    return {name: unread_resource(name, entry) for name, entry in entries.items() if has_type(entry)}


def _refuse_unknown_sections(document: Mapping[str, Any]) -> None:
    serverless = any(declared.name == SERVERLESS for declared in declarations(document.get("Transform") or []))
    known = {*SECTIONS, GLOBALS} if serverless else SECTIONS
    unknown = [name for name in document if name not in known]
    if unknown:
        raise TemplateError(f"Invalid template property or properties [{', '.join(unknown)}]")
    version = document.get("AWSTemplateFormatVersion", "2010-09-09")
    if str(version) != "2010-09-09":
        raise TemplateError("Template format error: unsupported value for AWSTemplateFormatVersion.")


def _description(document: Mapping[str, Any]) -> str | None:
    text = document.get("Description")
    if text is not None and not isinstance(text, str):
        raise TemplateError("Template format error: Description must be a string.")
    if len((text or "").encode()) > DESCRIPTION_BYTES:
        raise TemplateError(f"Template format error: 'Description' length is greater than {DESCRIPTION_BYTES}.")
    return text


def _objects(document: Mapping[str, Any], section: str, of_objects: bool = True) -> Mapping[str, Any]:
    value = document.get(section)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise TemplateError(f"Template format error: {section} must be an object.")
    if of_objects and not all(isinstance(entry, dict) for entry in value.values()):
        raise TemplateError(f"Template format error: Any {section} member must be an object.")
    return value


def _named_objects(document: Mapping[str, Any], section: str, noun: str) -> Mapping[str, Any]:
    entries = _objects(document, section)
    _refuse_names(entries, noun)
    _refuse_many(entries, section)
    return entries


def _refuse_many(entries: Mapping[str, Any], section: str) -> None:
    if len(entries) > NAMED_ENTRIES:
        raise TemplateError(
            f"Template format error: Number of {section.lower()}, {len(entries)}, "
            f"is greater than maximum allowed, {NAMED_ENTRIES}"
        )


def _refuse_names(entries: Mapping[str, Any], noun: str) -> None:
    for name in entries:
        if not _ALPHANUMERIC.fullmatch(name):
            raise TemplateError(f"Template format error: {noun} name {name} is non alphanumeric.")


def _refuse_nulls(document: Mapping[str, Any]) -> None:
    for path in _nulls(document, ""):
        raise TemplateError(f"[{path}] 'null' values are not allowed in templates")


def _parameters(document: Mapping[str, Any]) -> Mapping[str, Any]:
    declared = _named_objects(document, "Parameters", "Parameter")
    check_declarations(declared)
    return declared


def _mappings(document: Mapping[str, Any]) -> Mapping[str, Any]:
    mappings = _objects(document, "Mappings", of_objects=False)
    _refuse_many(mappings, "Mappings")
    for name, first_level in mappings.items():
        if not isinstance(first_level, dict):
            raise TemplateError(f"Template format error: Every Mappings member {name} must be a map")
        for key, second_level in first_level.items():
            if not isinstance(second_level, dict):
                raise TemplateError(f"Template format error: Every Mappings member {key} must be a map")
            if any(isinstance(value, dict) or not _flat(value) for value in second_level.values()):
                raise TemplateError("Template format error: Every Mappings attribute must be a String or a List.")
    return mappings


def _flat(value: Any) -> bool:
    return not isinstance(value, list) or not any(isinstance(item, (dict, list)) for item in value)


def _outputs(document: Mapping[str, Any]) -> Mapping[str, Any]:
    outputs = _named_objects(document, "Outputs", "Output")
    for name, output in outputs.items():
        if "Value" not in output:
            raise TemplateError("Template format error: Every Outputs member must contain a Value object")
        _check_output(name, output)
    return outputs


def _check_output(name: str, output: Mapping[str, Any]) -> None:
    for member in output:
        if member not in OUTPUT_MEMBERS:
            raise TemplateError(f"Invalid template output property '{member}'")
    if not isinstance(output.get("Description", ""), str):
        raise TemplateError("Template format error: Every Description member must be a string.")
    if not isinstance(output.get("Condition", ""), str):
        raise TemplateError("Template format error: Every Condition member must be a string.")
    export = output.get("Export", {"Name": ""})
    if not isinstance(export, dict) or set(export) != {"Name"}:
        raise TemplateError(f"Template format error: Output {name} is malformed. The Export must have a Name.")


def _nulls(value: Any, path: str) -> Iterator[str]:
    if value is None:
        yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _nulls(item, f"{path}/{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _nulls(item, f"{path}/{index}")


def _transforms(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Those of the whole template, then each that is embedded in it."""
    whole = [declared.name for declared in declarations(document.get("Transform", []))]
    return (*whole, *dict.fromkeys(declared.name for declared in embedded(document)))


def _entries(document: Mapping[str, Any]) -> Mapping[str, Any]:
    entries = document.get("Resources")
    if entries is not None and not isinstance(entries, dict):
        raise TemplateError("Template format error: Any Resources member must be an object.")
    if not entries:
        raise TemplateError("Template format error: At least one Resources member must be defined.")
    return entries


def _resources(document: Mapping[str, Any]) -> Mapping[str, TemplateResource]:
    entries = _entries(document)
    for name in entries:
        if name.startswith(LOOP):  # ministackorg/ministack, language_extensions.py: measured without the transform
            raise TemplateError(f"Template format error: [/Resources/{name}] resource definition is malformed")
    _refuse_names(entries, "Resource")
    if len(entries) > RESOURCES:
        raise TemplateError(
            f"Template format error: Number of resources, {len(entries)}, is greater than maximum allowed, {RESOURCES}"
        )
    return {name: read_resource(name, entry) for name, entry in entries.items()}
