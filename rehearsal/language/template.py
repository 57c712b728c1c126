"""A template as CloudFormation holds it: its sections as values, and what its form must be.

What is refused here is refused by AWS before it looks at parameter values: sections that are no
objects, names that are not alphanumeric, members that do not exist. Whether its references lead
anywhere is the concern of `references`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from rehearsal.errors import TemplateError
from rehearsal.language import template_text
from rehearsal.language.declarations import check_declarations

SECTIONS = frozenset(
    (
        *("AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings", "Conditions"),
        *("Transform", "Resources", "Outputs", "Hooks"),
    )
)
RESOURCE_MEMBERS = frozenset(
    (
        *("Type", "Properties", "Metadata", "DependsOn", "Condition", "DeletionPolicy", "UpdateReplacePolicy"),
        *("UpdatePolicy", "CreationPolicy"),
    )
)
OUTPUT_MEMBERS = frozenset(("Value", "Description", "Export", "Condition"))
DELETION_POLICIES = frozenset(("Delete", "Retain", "Snapshot", "RetainExceptOnCreate"))
_ALPHANUMERIC = re.compile(r"[a-zA-Z0-9]+")
MAXIMUM_RESOURCES = 500
MAXIMUM_NAMED = 200
MAXIMUM_DESCRIPTION = 1024  # bytes (zalando-stups/senza#319)


@dataclass(frozen=True)
class TemplateResource:
    """One entry of Resources, unresolved: intrinsics stand in it as single-key dicts."""

    logical_id: str
    type: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    metadata: Any = None
    depends_on: tuple[str, ...] = ()
    condition: str | None = None
    deletion_policy: Any = None
    update_replace_policy: Any = None
    creation_policy: Any = None
    update_policy: Any = None

    @property
    def values(self) -> list[Any]:
        """All that functions may stand in; the properties first."""
        policies = [self.deletion_policy, self.update_replace_policy, self.creation_policy, self.update_policy]
        return [self.properties, self.metadata, *policies]


@dataclass(frozen=True)
class Template:
    """A template's sections; `body` is the text exactly as it was submitted."""

    body: str
    description: str | None
    metadata: Any
    parameters: Mapping[str, Mapping[str, Any]]
    rules: Mapping[str, Mapping[str, Any]]
    mappings: Mapping[str, Mapping[str, Mapping[str, Any]]]
    conditions: Mapping[str, Any]
    resources: Mapping[str, TemplateResource]
    outputs: Mapping[str, Mapping[str, Any]]
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
    resources = _resources(document)
    return Template(
        body=body,
        description=_description(document),
        metadata=document.get("Metadata"),
        parameters=_parameters(document),
        rules=_objects(document, "Rules"),
        mappings=_mappings(document),
        conditions=_objects(document, "Conditions", of_objects=False),
        resources=resources,
        outputs=_outputs(document),
        transforms=_transforms(document),
    )


def _refuse_unknown_sections(document: Mapping[str, Any]) -> None:
    unknown = [name for name in document if name not in SECTIONS]
    if unknown:
        raise TemplateError(f"Invalid template property or properties [{', '.join(unknown)}]")
    version = document.get("AWSTemplateFormatVersion", "2010-09-09")
    if str(version) != "2010-09-09":
        raise TemplateError("Template format error: unsupported value for AWSTemplateFormatVersion.")


def _description(document: Mapping[str, Any]) -> str | None:
    text = document.get("Description")
    if text is not None and not isinstance(text, str):
        raise TemplateError("Template format error: Description must be a string.")
    if len((text or "").encode()) > MAXIMUM_DESCRIPTION:
        raise TemplateError(f"Template format error: 'Description' length is greater than {MAXIMUM_DESCRIPTION}.")
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
    if len(entries) > MAXIMUM_NAMED:
        raise TemplateError(
            f"Template format error: Number of {section.lower()}, {len(entries)}, "
            f"is greater than maximum allowed, {MAXIMUM_NAMED}"
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
    value = document.get("Transform", ())
    entries: list[Any] = list(value) if isinstance(value, (list, tuple)) else [value]
    names = [entry.get("Name") if isinstance(entry, dict) else entry for entry in entries]
    if not all(isinstance(name, str) for name in names):
        raise TemplateError("Key Name of transform definition must be a string.")
    return tuple(str(name) for name in names)


def _resources(document: Mapping[str, Any]) -> Mapping[str, TemplateResource]:
    entries = document.get("Resources")
    if entries is not None and not isinstance(entries, dict):
        raise TemplateError("Template format error: Any Resources member must be an object.")
    if not entries:
        raise TemplateError("Template format error: At least one Resources member must be defined.")
    _refuse_names(entries, "Resource")
    if len(entries) > MAXIMUM_RESOURCES:
        raise TemplateError(
            f"Template format error: Number of resources, {len(entries)}, "
            f"is greater than maximum allowed, {MAXIMUM_RESOURCES}"
        )
    return {name: _resource(name, entry) for name, entry in entries.items()}


def _resource(name: str, entry: Any) -> TemplateResource:
    if not isinstance(entry, dict):
        raise TemplateError("Template format error: Any Resources member must be an object.")
    if not isinstance(entry.get("Type"), str):
        raise TemplateError(
            f"Template format error: [/Resources/{name}] Every Resources object must contain a Type member."
        )
    for key in entry:
        if key not in RESOURCE_MEMBERS:
            raise TemplateError(f"Invalid template resource property '{key}'")
    properties = entry.get("Properties", {})
    if not isinstance(properties, dict):
        raise TemplateError(f"Template format error: [/Resources/{name}/Properties] Properties must be an object.")
    return TemplateResource(
        logical_id=name,
        type=entry["Type"],
        properties=properties,
        metadata=entry.get("Metadata"),
        depends_on=_depends_on(entry.get("DependsOn")),
        condition=_condition(entry),
        deletion_policy=_policy(entry, name, "DeletionPolicy"),
        update_replace_policy=_policy(entry, name, "UpdateReplacePolicy"),
        creation_policy=entry.get("CreationPolicy"),
        update_policy=entry.get("UpdatePolicy"),
    )


def _condition(entry: Mapping[str, Any]) -> str | None:
    name = entry.get("Condition")
    if name is not None and not isinstance(name, str):
        raise TemplateError("Template format error: Every Condition member must be a string.")
    return name


def _depends_on(value: Any) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else (value or [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise TemplateError("Template format error: DependsOn must be a string or list of strings.")
    return tuple(names)


def _policy(entry: Mapping[str, Any], name: str, member: str) -> Any:
    value = entry.get(member)
    if value is None or isinstance(value, dict) or (isinstance(value, str) and value in DELETION_POLICIES):
        return value
    raise TemplateError(f"Template format error: Unrecognized {member} {value} for resource {name}")
