"""Whether a template's references lead anywhere, and its types exist: refused before anything is made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rehearsal.errors import CloudFormationError, TemplateError, ValidationError
from rehearsal.intrinsics import get_att_parts
from rehearsal.references import PSEUDO_PARAMETERS, condition_names, creation_order, intrinsic, references
from rehearsal.resource_types import ResourceTypes
from rehearsal.scopes import Situation
from rehearsal.template import Template

IAM_TYPES = {
    f"AWS::IAM::{name}"
    for name in (
        "AccessKey",
        "Group",
        "InstanceProfile",
        "ManagedPolicy",
        "Policy",
        "Role",
        "User",
        "UserToGroupAddition",
    )
}
NAMED_IAM = {"GroupName", "InstanceProfileName", "ManagedPolicyName", "RoleName", "UserName"}


def validate_template(template: Template, types: ResourceTypes) -> None:
    """Refuse what can be seen without parameter values.

    Errors: TemplateError with AWS's text for unknown types, dangling references and unknown conditions.
    """
    _refuse_transforms(template)
    unknown = sorted({entry.type for entry in template.resources.values() if types.get(entry.type) is None})
    if unknown:
        raise TemplateError(f"Template format error: Unrecognized resource types: [{', '.join(unknown)}]")
    _refuse_conditions(template)
    for entry in template.resources.values():
        _check_get_atts([entry.properties, entry.metadata])
    _refuse_dangling(template, template.resources)


def _refuse_transforms(template: Template) -> None:
    if template.transforms:
        raise ValidationError(f"Transforms are not simulated: [{', '.join(template.transforms)}]")


def _refuse_conditions(template: Template) -> None:
    for entry in template.resources.values():
        if entry.condition is not None and entry.condition not in template.conditions:
            raise TemplateError(
                f"Template format error: Unresolved condition dependencies [{entry.condition}] "
                "in the Resources block of the template"
            )
    used = [entry.properties for entry in template.resources.values()] + list(template.outputs.values())
    for name in condition_names(used):
        if name not in template.conditions:
            raise TemplateError(f"Template error: unresolved condition dependency {name} in Fn::If")


def _check_get_atts(value: Any) -> None:
    found = intrinsic(value)
    if found and found[0] == "Fn::GetAtt":
        get_att_parts(found[1])
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _check_get_atts(item)


def _refuse_dangling(template: Template, alive: Iterable[str]) -> None:
    known = PSEUDO_PARAMETERS.union(template.parameters, alive)
    dangling: dict[str, None] = {}
    for name in alive:
        entry = template.resources[name]
        needed = [reference.name for reference in references([entry.properties, entry.metadata])]
        dangling.update(dict.fromkeys(need for need in (*needed, *entry.depends_on) if need not in known))
    if dangling:
        raise TemplateError(
            f"Template format error: Unresolved resource dependencies [{', '.join(dangling)}] "
            "in the Resources block of the template"
        )


def validate_situation(found: Situation) -> None:
    """Refuse what depends on conditions: references to resources that are switched off, circles, outputs.

    Errors: TemplateError with AWS's text.
    """
    resources = found.resources
    known = PSEUDO_PARAMETERS.union(found.template.parameters, resources)
    for entry in resources.values():
        used = references([entry.properties, entry.metadata], found.scope.conditions.get)
        off = [reference.name for reference in used if reference.name not in known]
        off += [name for name in entry.depends_on if name not in found.template.resources]
        if off:
            raise TemplateError(
                f"Template format error: Unresolved resource dependencies [{', '.join(dict.fromkeys(off))}] "
                "in the Resources block of the template"
            )
    _refuse_circles(found)
    _refuse_outputs(found, known)


def _refuse_circles(found: Situation) -> None:
    _, left = creation_order({name: found.dependencies(name) for name in found.resources})
    if left:
        raise TemplateError(f"Circular dependency between resources: [{', '.join(left)}]")


def _refuse_outputs(found: Situation, known: frozenset[str]) -> None:
    for output in found.template.outputs.values():
        condition = output.get("Condition")
        if condition is not None and not found.scope.conditions.get(condition, True):
            continue
        used = references([output["Value"], output.get("Export")], found.scope.conditions.get)
        dangling = [reference.name for reference in used if reference.name not in known]
        if dangling:
            raise TemplateError(
                f"Unresolved resource dependencies [{', '.join(dict.fromkeys(dangling))}] "
                "in the Outputs block of the template"
            )


def required_capabilities(template: Template) -> list[str]:
    """What the caller must acknowledge: nothing, CAPABILITY_IAM, or CAPABILITY_NAMED_IAM."""
    iam = [entry for entry in template.resources.values() if entry.type in IAM_TYPES]
    if any(NAMED_IAM.intersection(entry.properties) for entry in iam):
        return ["CAPABILITY_NAMED_IAM"]
    return ["CAPABILITY_IAM"] if iam else []


def check_capabilities(template: Template, given: Iterable[str]) -> None:
    """Refuse IAM resources that the caller did not acknowledge (API reference, CreateStack, Capabilities)."""
    enough = set(given)
    if "CAPABILITY_NAMED_IAM" in enough:
        enough.add("CAPABILITY_IAM")
    missing = [name for name in required_capabilities(template) if name not in enough]
    if missing:
        raise CloudFormationError(
            "InsufficientCapabilitiesException", f"Requires capabilities : [{', '.join(missing)}]"
        )
