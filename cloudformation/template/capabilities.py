"""Which resources must be acknowledged before CloudFormation creates them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html, Capabilities, lists the types;
those that can be given a name need CAPABILITY_NAMED_IAM where they are.
"""

from collections.abc import Mapping
from typing import Any

IAM = "CAPABILITY_IAM"
NAMED_IAM = "CAPABILITY_NAMED_IAM"
AUTO_EXPAND = "CAPABILITY_AUTO_EXPAND"
ALL = (IAM, NAMED_IAM, AUTO_EXPAND)
_NAMING_PROPERTIES = {
    "AWS::IAM::AccessKey": None,
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Policy": None,
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::IAM::UserToGroupAddition": None,
}


def required_capability(kind: str, properties: Any) -> str | None:
    """What must be acknowledged for one resource; None where nothing must."""
    if kind not in _NAMING_PROPERTIES:
        return None
    named = isinstance(properties, dict) and _NAMING_PROPERTIES[kind] in properties
    return NAMED_IAM if named else IAM


def template_capabilities(document: Mapping[str, Any]) -> set[str]:
    """What must be acknowledged for one template, without those that it nests.

    A newer type of IAM that AWS's list may lack is asked for too; it costs nothing.
    """
    from cloudformation.template.transforms import resource_bodies, transforms

    needed: set[str] = {AUTO_EXPAND} if transforms(document) else set()
    for _, resource in resource_bodies(document.get("Resources") or {}):
        kind = str(resource.get("Type", ""))
        capability = required_capability(kind, resource.get("Properties")) if kind else None
        needed |= {capability} if capability else {IAM} if kind.startswith("AWS::IAM::") else set()
    return needed
