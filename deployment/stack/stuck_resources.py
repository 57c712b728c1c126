"""The resources that failed in a rollback or a deletion, in a stack and in all nested stacks, by their paths."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cloudformation.statuses import ResourceStatus, StackStatus
from deployment.aws.clock import Waiting
from deployment.aws.session import Client
from deployment.errors import UnknownPath
from deployment.stack.nested_stacks import LiveStack, StackResource, live_stack
from deployment.stack.stack import Stack, describe_stack
from deployment.template.resource_path import ResourcePath

# The status of a resource, where its stack is in the state on the left.
_STATUS = {
    StackStatus.UPDATE_ROLLBACK_FAILED: ResourceStatus.UPDATE_FAILED,
    StackStatus.DELETE_FAILED: ResourceStatus.DELETE_FAILED,
}


@dataclass(frozen=True)
class StuckResource:
    """A resource that failed, with the ARN of its own stack; a nested stack only where none of its resources did."""

    path: ResourcePath
    type: str
    reason: str
    stack: str
    physical_id: str = ""

    @property
    def name(self) -> str:
        return str(self.path)

    def skipped_as(self, root: str) -> str:
        """How ContinueUpdateRollback names it: the logical id, after the nested stack's name and a dot where nested."""
        return self.path.name if self.stack == root else f"{self.stack.split('/')[1]}.{self.path.name}"


def stuck_resources(cloudformation: Client, stack: Stack, status: StackStatus, waiting: Waiting) -> list[StuckResource]:
    """The resources that keep the stack in that state; nested stacks are read where they are stuck themselves."""

    def is_stuck(resource: StackResource) -> bool:
        if resource.status is not _STATUS[status]:
            return False
        child = describe_stack(cloudformation, resource.physical_id)
        return child is not None and child.status is status

    return list(_stuck(live_stack(cloudformation, stack.arn, waiting, into=is_stuck), _STATUS[status]))


def _stuck(stack: LiveStack, status: ResourceStatus) -> Iterator[StuckResource]:
    for resource in stack.resources:
        if resource.status is status:
            nested = stack.nested.get(resource.logical_id)
            below = list(_stuck(nested, status)) if nested else []
            yield from below or [_stuck_resource(stack, resource)]


def _stuck_resource(stack: LiveStack, resource: StackResource) -> StuckResource:
    path = stack.path / resource.logical_id
    return StuckResource(path, resource.type, resource.reason or "no reason was given", stack.arn, resource.physical_id)


def named(paths: Sequence[str], stuck: Sequence[StuckResource], option: str) -> list[StuckResource]:
    """The stuck resources of these paths; raises UnknownPath where one names something else."""
    by_name = {resource.name: resource for resource in stuck}
    unknown = [path for path in paths if path not in by_name]
    if unknown:
        raise UnknownPath(option, unknown, list(by_name))
    return [by_name[path] for path in dict.fromkeys(paths)]
