"""The operations of the API that are about templates alone."""

import json
from typing import Any

from cloudformation.parameters.declarations import is_no_echo
from cloudformation.refusals import CloudFormationError, TemplateError, ValidationError
from cloudformation.scalars import text_of
from cloudformation.template.capabilities import required_capability
from cloudformation.template.sections import Template, parse_template
from cloudformation.template.transforms import SERVERLESS
from rehearsal.api.change_set_listings import described_set
from rehearsal.api.requests import existing_stack, present
from rehearsal.api.stack_set_actions.stack_set_calls import stack_set_named
from rehearsal.language.capabilities import required_capabilities
from rehearsal.language.template_source import submitted_template
from rehearsal.language.validation import refuse_certain_circles, validate_template
from rehearsal.state.stacks import Target
from rehearsal.state.world import World

STAGES = ("Original", "Processed")
SERVERLESS_TYPES = "AWS::Serverless::"


def get_template(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """GetTemplate: the text as it was submitted, or as transforms made it, which is what no TemplateStage means."""
    stage = request.get("TemplateStage", "Processed")
    if "ChangeSetName" in request:
        return _of_change_set(world, region, request, stage)
    if "StackName" not in request:
        raise ValidationError("StackName is required if ChangeSetName is not specified.")
    stack = existing_stack(world, region, request, "Stack with id {} does not exist")
    return _staged(stack.target, stage, STAGES)


def _of_change_set(world: World, region: str, request: dict[str, Any], stage: str) -> dict[str, Any]:
    """The template of a change set, which has no Processed stage before it is made (API reference, GetTemplate)."""
    if "StackName" not in request and not request["ChangeSetName"].startswith("arn:"):
        raise ValidationError("StackName is a required parameter.")
    change_set = described_set(world, region, request)[1]
    pending = change_set.target.refusal is not None or change_set.status in ("CREATE_PENDING", "CREATE_IN_PROGRESS")
    stages = STAGES[:1] if pending and change_set.target.original is not None else STAGES
    return _staged(change_set.target, stage, stages)


def _staged(target: Target | None, stage: str, stages: tuple[str, ...]) -> dict[str, Any]:
    target = target or Target(template="")
    original = target.original if stage == "Original" or target.refusal else None
    return {"TemplateBody": target.template if original is None else original, "StagesAvailable": list(stages)}


def get_template_summary(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """GetTemplateSummary of a template, or of the one that a stack or a stack set has."""
    submitted, template = _summarised(world, region, request)
    types = sorted({entry.type for entry in template.resources.values()})
    return {
        "Parameters": [_declaration(key, declared) for key, declared in template.parameters.items()],
        "ResourceTypes": types,
        "Version": "2010-09-09",
        "ResourceIdentifierSummaries": _identifiers(world, region, template),
        **present(
            Description=template.description,
            Metadata=_metadata(submitted) if submitted.metadata is not None else None,
            DeclaredTransforms=list(submitted.transforms),
            Warnings=_unrecognized(world, region, _registered(submitted, types), request),
            **_capabilities(template),
        ),
    }


def _metadata(template: Template) -> str:
    """The Metadata section as text: of a YAML template in YAML's flow style, with single quotes, as recorded."""
    if template.body.lstrip().startswith("{"):
        return json.dumps(template.metadata, separators=(",", ":"))
    return _flow_style(template.metadata)


def _flow_style(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flow_style(str(key))}: {_flow_style(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow_style, value)) + "]"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else text_of(value)


def _summarised(world: World, region: str, request: dict[str, Any]) -> tuple[Template, Template]:
    """The template as it was submitted, and as it is processed where that has been done."""
    if "StackSetName" in request:
        return (parse_template(stack_set_named(world, region, request).template),) * 2
    if "StackName" not in request:
        return (parse_template(submitted_template(world, None, request)),) * 2
    stack = existing_stack(world, region, request, "Stack with id {} does not exist")
    if stack.target is None:
        raise ValidationError("GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.")
    original = parse_template(stack.target.original or stack.target.template)
    return original, original if stack.target.refusal else parse_template(stack.target.template)


def _registered(submitted: Template, types: list[str]) -> list[str]:
    """The types that the registry should have: those of SAM are of its transform."""
    return [name for name in types if SERVERLESS not in submitted.transforms or not name.startswith(SERVERLESS_TYPES)]


def _unrecognized(world: World, region: str, types: list[str], request: dict[str, Any]) -> dict[str, Any]:
    """Types that the registry does not have: an error, or a warning where that is asked for."""
    unknown = [name for name in types if world.types(region).get(name) is None]
    if not unknown:
        return {}
    if not request.get("TemplateSummaryConfig", {}).get("TreatUnrecognizedResourceTypesAsWarnings"):
        raise TemplateError(f"Template format error: Unrecognized resource types: [{', '.join(unknown)}]")
    return {"UnrecognizedResourceTypes": unknown}


def _capabilities(template: Template) -> dict[str, Any]:
    needed = required_capabilities(template)
    entries = template.resources.values()
    iam = sorted({entry.type for entry in entries if required_capability(entry.type, entry.properties)})
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
        "NoEcho": is_no_echo(declared),
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
        refuse_certain_circles(template)
    except CloudFormationError as error:
        raise ValidationError(error.message) from None
    parameters = [_validated(key, declared) for key, declared in template.parameters.items()]
    shown = present(Description=template.description, DeclaredTransforms=list(template.transforms))
    return {"Parameters": parameters, **shown, **_capabilities(template)}


def _validated(key: str, declared: Any) -> dict[str, Any]:
    row = _declaration(key, declared)
    return {name: row[name] for name in ("ParameterKey", "DefaultValue", "NoEcho", "Description") if name in row}
