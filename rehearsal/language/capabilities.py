"""What the caller of an operation must acknowledge about a template, and whether it has been.

API reference, CreateStack, Capabilities.
"""

from __future__ import annotations

from collections.abc import Iterable

from cloudformation.refusals import CloudFormationError
from cloudformation.template.sections import Template

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


def required_capabilities(template: Template) -> list[str]:
    """What the caller must acknowledge: nothing, CAPABILITY_IAM, or CAPABILITY_NAMED_IAM."""
    iam = [entry for entry in template.resources.values() if entry.type in IAM_TYPES]
    if any(NAMED_IAM.intersection(entry.properties) for entry in iam):
        return ["CAPABILITY_NAMED_IAM"]
    return ["CAPABILITY_IAM"] if iam else []


def check_expansion(template: Template, given: Iterable[str]) -> None:
    """Refuse transforms that the caller of CreateStack or UpdateStack did not acknowledge; a change set needs none."""
    if template.transforms and "CAPABILITY_AUTO_EXPAND" not in given:
        raise CloudFormationError(
            "InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_AUTO_EXPAND]"
        )


def check_capabilities(template: Template, given: Iterable[str]) -> None:
    """Refuse IAM resources that the caller did not acknowledge."""
    enough = set(given)
    if "CAPABILITY_NAMED_IAM" in enough:
        enough.add("CAPABILITY_IAM")
    missing = [name for name in required_capabilities(template) if name not in enough]
    if missing:
        raise CloudFormationError(
            "InsufficientCapabilitiesException", f"Requires capabilities : [{', '.join(missing)}]"
        )
