"""What the caller of an operation must acknowledge about a template, and whether it has been.

API reference, CreateStack, Capabilities.
"""

from collections.abc import Iterable

from cloudformation.refusals import CloudFormationError
from cloudformation.template.capabilities import IAM, NAMED_IAM, required_capability
from cloudformation.template.sections import Template


def required_capabilities(template: Template) -> list[str]:
    """What the caller must acknowledge: nothing, CAPABILITY_IAM, or CAPABILITY_NAMED_IAM."""
    required = {required_capability(entry.type, entry.properties) for entry in template.resources.values()}
    return [NAMED_IAM] if NAMED_IAM in required else [IAM] if IAM in required else []


def check_expansion(template: Template, given: Iterable[str]) -> None:
    """Refuse transforms that the caller of CreateStack or UpdateStack did not acknowledge; a change set needs none."""
    if template.transforms and "CAPABILITY_AUTO_EXPAND" not in given:
        raise _insufficient("CAPABILITY_AUTO_EXPAND")


def check_capabilities(template: Template, given: Iterable[str]) -> None:
    """Refuse IAM resources that the caller did not acknowledge."""
    enough = set(given)
    if NAMED_IAM in enough:
        enough.add(IAM)
    missing = [name for name in required_capabilities(template) if name not in enough]
    if missing:
        raise _insufficient(*missing)


def _insufficient(*missing: str) -> CloudFormationError:
    text = f"Requires capabilities : [{', '.join(missing)}]"
    return CloudFormationError("InsufficientCapabilitiesException", text)
