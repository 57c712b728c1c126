"""The operations of the API that are about templates alone."""

from __future__ import annotations

import json
from typing import Any

from rehearsal.api.change_set_listings import described_set
from rehearsal.api.requests import existing_stack
from rehearsal.errors import CloudFormationError, ValidationError
from rehearsal.language.intrinsics import text_of
from rehearsal.language.template import Template, parse_template
from rehearsal.language.template_source import submitted_template
from rehearsal.language.validation import IAM_TYPES, required_capabilities, validate_template
from rehearsal.world import World


def get_template(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """GetTemplate: the text as it was submitted; without transforms both stages are the same."""
    if "ChangeSetName" in request:
        return _template_answer(_of_change_set(world, region, request))
    if "StackName" not in request:
        raise ValidationError("StackName is required if ChangeSetName is not specified.")
    stack = existing_stack(world, region, request["StackName"], "Stack with id {} does not exist")
    return _template_answer(stack.target.template if stack.target else "")


def _of_change_set(world: World, region: str, request: dict[str, Any]) -> str:
    if "StackName" not in request and not request["ChangeSetName"].startswith("arn:"):
        raise ValidationError("StackName is a required parameter.")
    return described_set(world, region, request)[1].target.template


def _template_answer(body: str) -> dict[str, Any]:
    return {"TemplateBody": body, "StagesAvailable": ["Original", "Processed"]}


def get_template_summary(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """GetTemplateSummary of a template, or of the one that a stack has."""
    if "StackName" in request:
        stack = existing_stack(world, region, request["StackName"], "Stack with id {} does not exist")
        if stack.target is None:
            raise ValidationError("GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.")
        template = parse_template(stack.target.template)
    else:
        template = parse_template(submitted_template(world, None, request))
    types = sorted({entry.type for entry in template.resources.values()})
    optional = {
        "Description": template.description,
        "Metadata": json.dumps(template.metadata, separators=(",", ":")) if template.metadata is not None else None,
        "DeclaredTransforms": list(template.transforms),
        **_capabilities(template),
    }
    return {
        "Parameters": [_declaration(key, declared) for key, declared in template.parameters.items()],
        "ResourceTypes": types,
        "Version": "2010-09-09",
        "ResourceIdentifierSummaries": _identifiers(world, region, template),
        **{key: value for key, value in optional.items() if value},
    }


def _capabilities(template: Template) -> dict[str, Any]:
    needed = required_capabilities(template)
    iam = sorted({entry.type for entry in template.resources.values() if entry.type in IAM_TYPES})
    reason = f"The following resource(s) require capabilities: [{', '.join(iam)}]"
    return {"Capabilities": needed, "CapabilitiesReason": reason} if needed else {}


def _declaration(key: str, declared: Any) -> dict[str, Any]:
    shown = {
        "ParameterKey": key,
        "DefaultValue": text_of(declared["Default"]) if "Default" in declared else None,
        "ParameterType": declared.get("Type"),
        "Description": declared.get("Description"),
    }
    allowed = [text_of(value) for value in declared.get("AllowedValues", ())]
    return {
        **{name: value for name, value in shown.items() if value is not None},
        "NoEcho": text_of(declared.get("NoEcho", False)).lower() == "true",
        "ParameterConstraints": {"AllowedValues": allowed} if allowed else {},
    }


def _identifiers(world: World, region: str, template: Template) -> list[dict[str, Any]]:
    rows = []
    for name in sorted({entry.type for entry in template.resources.values()}):
        kind = world.types(region).get(name)
        ids = [logical_id for logical_id, entry in template.resources.items() if entry.type == name]
        if kind is not None and kind.primary_identifier:
            identifiers = [pointer.replace("/", ".") for pointer in kind.primary_identifier]
            rows.append({"ResourceType": name, "LogicalResourceIds": ids, "ResourceIdentifiers": identifiers})
    return rows


def validate(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """ValidateTemplate: form, types and references, without parameter values."""
    template = parse_template(submitted_template(world, None, request))
    try:
        validate_template(template, world.types(region))
    except CloudFormationError as error:
        raise ValidationError(error.message) from None
    parameters = [_validated(key, declared) for key, declared in template.parameters.items()]
    description = {"Description": template.description} if template.description else {}
    return {"Parameters": parameters, **description, **_capabilities(template)}


def _validated(key: str, declared: Any) -> dict[str, Any]:
    row = _declaration(key, declared)
    return {name: row[name] for name in ("ParameterKey", "DefaultValue", "NoEcho", "Description") if name in row}
