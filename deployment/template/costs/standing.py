"""Whether a side has a resource: its layer and all above are made, and the condition that it is made under holds."""

from cloudformation.unknown import Truth
from deployment.template.resource_path import ResourcePath
from deployment.template.values import Values


def is_made(side: Values, at: ResourcePath) -> Truth:
    """True, False, or what it waits for."""
    truths = [_own(side, ResourcePath(at[: length + 1])) for length in range(len(at))]
    return False if False in truths else next((truth for truth in truths if truth is not True), True)


def _own(side: Values, at: ResourcePath) -> Truth:
    body = side.resource(at.parent, at.name)
    if body is None:
        return False
    return side.condition(at.parent, str(body["Condition"])) if "Condition" in body else True
