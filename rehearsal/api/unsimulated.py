"""Operations, and members of requests, that ask for what is not simulated: refused, never passed over in silence.

The names are those of the service model. A value that only says what happens anyway is let through.
"""

from collections.abc import Mapping
from typing import Any

from cloudformation.refusals import CloudFormationError, ValidationError

# Operations whose absence has a reason.
REASONS = {
    "EstimateTemplateCost": "only AWS knows the prices",
    "ImportStacksToStackSet": "in the rehearsal, a stack set creates its own stacks",
}
# By operation ("" for every one) and member: the value that asks for more, and what to do instead.
_BEYOND: Mapping[tuple[str, str], tuple[Any, str]] = {
    ("", "CallAs"): ("DELEGATED_ADMIN", ""),
    ("", "PermissionModel"): ("SERVICE_MANAGED", ""),
    ("CreateStack", "DisableValidation"): (True, "use a change set instead"),
    ("UpdateStack", "DisableValidation"): (True, "use a change set instead"),
}
# Members of members, in the same way.
_WITHIN: Mapping[str, Mapping[str, tuple[Any, str]]] = {
    "AutoDeployment": {"Enabled": (True, "only self-managed stack sets are simulated")},
}


def unsimulated(operation: str) -> CloudFormationError:
    """The answer to an operation that is not simulated: always an error that names it."""
    reason = f": {REASONS[operation]}" if operation in REASONS else ""
    return CloudFormationError("InvalidAction", f"{operation} is not simulated by the rehearsal{reason}")


def refuse_unsimulated(operation: str, request: Mapping[str, Any]) -> None:
    """Refuse a request that asks for more than is simulated.

    Errors: ValidationError that names the member.
    """
    for member, value in request.items():
        _refuse(member, value, _BEYOND.get((operation, member)) or _BEYOND.get(("", member)))
        for name, beyond in _WITHIN.get(member, {}).items():
            _refuse(f"{member}.{name}", value.get(name), beyond)
    if operation == "CreateStackSet" and "StackId" in request:
        raise ValidationError("StackId is not simulated by the rehearsal; a stack set creates its own stacks")


def _refuse(name: str, value: Any, beyond: tuple[Any, str] | None) -> None:
    if beyond is not None and value == beyond[0]:
        shown = "true" if value is True else value
        raise ValidationError(f"{name} {shown} is not simulated by the rehearsal{beyond[1] and '; '}{beyond[1]}")
