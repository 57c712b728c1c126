"""Early validation: what CloudFormation finds wrong with a change set before anyone can execute it.

Properties are validated against the registry schema, and names in the template against existing
resources. A finding fails the change set; DescribeEvents shows it as a VALIDATION_ERROR.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
Of the checks named there, those that need what is in a bucket or a repository, a quota or a recorder are
not simulated.
"""

from collections.abc import Callable, Mapping
from typing import Any

from cloudformation.refusals import ValidationError
from rehearsal.change_sets.planning.change_rows import Row
from rehearsal.properties.physical_names import is_global
from rehearsal.properties.property_checks import is_open
from rehearsal.resources.identifiers import is_counted
from rehearsal.resources.resource_findings import Finding
from rehearsal.resources.resource_types import ResourceType
from rehearsal.state.world import World

CHECKS = {
    "PROPERTY_VALIDATION": "AWS::EarlyValidation::PropertyValidation",
    "NAME_CONFLICT_VALIDATION": "AWS::EarlyValidation::ResourceExistenceCheck",
}
# The user guide's example (2025) still shows the schema validator's text; deployments of 2026 read so
# (aws/aws-cdk-cli#1463 and its integration test of `cdk diagnose`).
_TEXTS = {"missing": "Required property [{}] not found", "unknown": "Unsupported property [{}]"}


def property_findings(
    logical_id: str, kind: ResourceType, properties: dict[str, Any], excused: Callable[[Finding], bool]
) -> list[Row]:
    """What the schema refuses. Patterns, enums and bounds are left to the resource's own handler."""
    rows = []
    for finding in kind.findings(properties, is_open):
        if finding.kind != "constraint" and not excused(finding):
            reason = _TEXTS[finding.kind].format(finding.key) if finding.kind in _TEXTS else finding.text
            path = finding.validation_path(logical_id)
            rows.append(_finding("PROPERTY_VALIDATION", logical_id, kind.name, reason, path))
    return rows


def name_findings(
    logical_id: str, kind: ResourceType, properties: dict[str, Any], in_use: Callable[[str, str], bool]
) -> list[Row]:
    """Whether a resource that is to be created has the name of one of its type that exists."""
    name = given_name(kind, properties)
    if name is None or not in_use(kind.name, name):
        return []
    reason = f"Resource of type '{kind.name}' with identifier '{name}' already exists."
    finding = _finding("NAME_CONFLICT_VALIDATION", logical_id, kind.name, reason, f"/Resources/{logical_id}")
    return [finding | {"PhysicalResourceId": name}]


def given_name(kind: ResourceType, properties: Mapping[str, Any]) -> str | None:
    """The identifier of a resource where the template alone decides it.

    A name of which the service counts revisions, such as a job definition's, may be there already.
    """
    if len(kind.primary_identifier) != 1 or is_counted(kind):
        return None
    [identifier] = kind.primary_identifier
    value = properties.get(identifier)
    return value if isinstance(value, str) else None


def refuse_unguarded(imported: Mapping[str, tuple[str, str | None]]) -> None:
    """Refuse to import what a deletion would take away: by logical id, its identifier and its DeletionPolicy.

    Errors: ValidationError, in AWS's words (aws/aws-cdk-cli#1367).
    """
    guards = ("Retain", "RetainExceptOnCreate")
    bare = [f"{name} ({{{identifier}}})" for name, (identifier, policy) in imported.items() if policy not in guards]
    if bare:
        raise ValidationError(
            "CloudFormation is attempting to import some resources because they already exist in your account. "
            "The resources must have the DeletionPolicy attribute set to 'Retain' or 'RetainExceptOnCreate' in the "
            f"template for successful import. The affected resources are {', '.join(bare)}"
        )


def names_in_use(world: World, region: str) -> dict[str, set[str]]:
    """The names of everything that exists in a region, or in all, by type, with what deleted stacks left behind."""
    names: dict[str, set[str]] = {}
    for stack in world.state.stacks.values():
        for resource in stack.resources.values():
            seen = stack.region == region or is_global(resource.type)
            kind = world.types(region).get(resource.type) if seen else None
            kept = resource.status == "DELETE_SKIPPED" and not world.services.lost(
                resource.type, resource.physical_id, region
            )
            if kind is not None and (resource.exists or kept):
                name = given_name(kind, resource.properties) or resource.physical_id
                names.setdefault(resource.type, set()).add(name)
    return names


def _finding(check: str, logical_id: str, kind: str, reason: str, path: str) -> Row:
    return {
        "EventType": "VALIDATION_ERROR",
        "LogicalResourceId": logical_id,
        "ResourceType": kind,
        "ValidationName": check,
        "ValidationFailureMode": "FAIL",
        "ValidationStatus": "FAILED",
        "ValidationStatusReason": reason,
        "ValidationPath": path,
    }


def failure(findings: list[Row]) -> str:
    """The StatusReason of a change set that early validation has failed."""
    checks = dict.fromkeys(CHECKS[finding["ValidationName"]] for finding in findings)
    return (
        f"The following hook(s)/validation failed: [{', '.join(checks)}]. "
        "To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information."
    )
