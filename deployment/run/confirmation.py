"""Whether what CloudFormation calls complete exists: the outputs that the root declares, and every nested stack.

One call for each stack that has nested stacks. What depends on a condition, or comes from a macro, is not required.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from cloudformation.statuses import ResourceStatus
from deployment.aws.retries import retried
from deployment.errors import AwsRefusal, Unconfirmed, Unreachable, WatchLost
from deployment.run.run import Run
from deployment.stack.nested_stacks import live_resources
from deployment.stack.stack import Stack
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import STACK_TYPE, Documents
from deployment.template.unpinned import macros

_COMPLETE = (ResourceStatus.CREATE_COMPLETE, ResourceStatus.UPDATE_COMPLETE, ResourceStatus.IMPORT_COMPLETE)


def confirm(run: Run, root: Stack, documents: Documents) -> None:
    """Raises Unconfirmed where a stack whose operation succeeded lacks what its templates declare.

    Raises WatchLost where that cannot be seen.
    """
    try:
        layers = retried(run.waiting, lambda: list(_missing_layers(run, root.arn, documents, ROOT)))
    except (AwsRefusal, Unreachable) as error:
        raise WatchLost(
            f"stack {root.name} is {root.status.value}, but it is unknown whether it has all that its "
            "template declares",
            findings=[error.happened, *error.findings],
            remedy=error.remedy or f"see what the stack has: {run.invocation.again('status')}",
        ) from error
    missing = [*_missing_outputs(root, documents.get(ROOT, {})), *layers]
    if missing:
        raise Unconfirmed(
            f"CloudFormation reports that stack {root.name} is {root.status.value}, but parts of it are missing",
            status=root.status.value,
            findings=missing,
            remedy=f"see what the stack has: {run.invocation.again('status')}",
        )


def _missing_outputs(root: Stack, document: Mapping[str, Any]) -> Iterator[str]:
    for name in _unconditional(document, "Outputs"):
        if name not in root.values:
            yield f"output {name} is declared in the template, and the stack does not have it"


def _missing_layers(run: Run, arn: str, documents: Documents, path: ResourcePath) -> Iterator[str]:
    bodies = _unconditional(documents.get(path, {}), "Resources")
    declared = [name for name, body in bodies.items() if body.get("Type") == STACK_TYPE]
    if not declared:
        return
    standing = {resource.logical_id: resource for resource in live_resources(run.cloudformation, arn, run.waiting)}
    for name in declared:
        resource = standing.get(name)
        if resource is None:
            yield f"{path / name}: the nested stack does not exist"
        elif resource.status.name not in ResourceStatus.__members__:
            raise Unreachable(f"{path / name}: this program does not know the status {resource.status.value}")
        elif resource.status not in _COMPLETE:
            yield f"{path / name}: the nested stack is in {resource.status.value}"
        elif resource.nested:
            yield from _missing_layers(run, resource.nested, documents, path / name)


def _unconditional(document: Mapping[str, Any], section: str) -> dict[str, Mapping[str, Any]]:
    """What a section of a template declares regardless of its conditions."""
    entries = {} if macros(document) else document.get(section) or {}
    return {name: body for name, body in entries.items() if isinstance(body, dict) and "Condition" not in body}
