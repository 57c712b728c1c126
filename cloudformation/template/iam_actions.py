"""What of the permissions in registry schemas is an IAM action, and which roles the actions on roles are limited to.

The list of actions is the service authorization reference, as cfn-lint ships it. Schemas name API operations too that
IAM knows by another action: DeleteBucketCors is allowed by s3:PutBucketCORS, DeleteBucketLifecycle by
s3:PutLifecycleConfiguration (S3 user guide, "Required permissions for Amazon S3 API operations").
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cloudformation.template.schemas import schema_folder

PASS_ROLE = "iam:PassRole"
# A boundary limits what a role may grant. A caller that may remove it, or set a wider one, is not limited by it.
PUT_BOUNDARY = "iam:PutRolePermissionsBoundary"
_DELETE_BOUNDARY = "iam:DeleteRolePermissionsBoundary"
_ROLE_WRITING = r"iam:(?!Get|List|PassRole|CreateServiceLinkedRole)(?!\w*InstanceProfile)\w*Role\w*"
# Of the 64 characters of a role's name, CloudFormation keeps 13 for its random end and halves the rest between the
# names of stack and resource: 25 of the stack's are certain, a hyphen among them (KensioSoftware/yulin#1113).
_CERTAIN = 24


def known_action() -> Callable[[str], bool]:
    """Whether an action is one of IAM's; whatever is of a service that the reference lacks counts as one."""
    folder = schema_folder()
    file = folder.parent / "AdditionalSpecs" / "Policies.json" if folder else None
    reference = _reference(file) if file and file.is_file() else {}

    def known(action: str) -> bool:
        service, _, name = action.partition(":")
        return service not in reference or name.lower() in reference[service].get("Actions", {})

    return known


@cache
def _reference(file: Path) -> Mapping[str, Any]:
    """Some megabytes, which stay as they were installed."""
    reference: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return reference


def is_withheld(action: str, resources: Iterable[Mapping[str, Any]]) -> bool:
    """Whether an action is denied to the role that works on these resources: removing permissions boundaries of roles.

    Setting one is withheld too, unless one of the roles has one; one that a condition may leave out is not certain.
    """
    if action == PUT_BOUNDARY:
        boundaries = [(body.get("Properties") or {}).get("PermissionsBoundary") for body in resources]
        return all(boundary is None or _left_out(boundary) for boundary in boundaries)
    return action == _DELETE_BOUNDARY


def _left_out(value: Any) -> bool:
    return isinstance(value, Mapping) and {"Ref": "AWS::NoValue"} in (value.get("Fn::If") or ())


def writes_roles(action: str) -> bool:
    """Whether an action changes a role, so that the role's name can limit it."""
    return action.startswith("iam:") and re.fullmatch(_ROLE_WRITING, action) is not None


def matches(pattern: str, text: str) -> bool:
    """Whether a text is what a pattern of a policy speaks of: `*` is any characters, `?` is one, and nothing else is.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    if "?" in pattern:
        return re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), text, re.DOTALL) is not None
    first, *inner = pattern.split("*")
    if not inner:
        return pattern == text
    last, at = inner.pop(), len(first)
    end = len(text) - len(last)
    if at > end or not (text.startswith(first) and text.endswith(last)):
        return False
    for part in inner:
        at = text.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True


def role_names(stack: str) -> str:
    """What the generated names of all roles of a stack and its nested stacks match."""
    return f"{stack}-*" if len(stack) <= _CERTAIN else f"{stack[:_CERTAIN]}*"
