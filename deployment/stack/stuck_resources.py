"""The resources that a roll-back or a deletion got stuck on, in a stack and in all nested ones, by their paths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from deployment.aws.session import Client
from deployment.commands.delete import list_resources
from deployment.errors import UnknownPath
from deployment.stack.stack import Stack, StackStatus, describe_stack
from deployment.template.template import STACK_TYPE

# What a resource is in, where its stack is in the state on the left.
_STATUS = {StackStatus.UPDATE_ROLLBACK_FAILED: "UPDATE_FAILED", StackStatus.DELETE_FAILED: "DELETE_FAILED"}


@dataclass(frozen=True)
class StuckResource:
    """A resource that failed, with the ARN of its own stack; a nested stack is one only where none of its own are."""

    path: tuple[str, ...]
    type: str
    reason: str
    stack: str

    @property
    def name(self) -> str:
        return "/".join(self.path)

    def skipped_as(self, root: str) -> str:
        """How ContinueUpdateRollback is told: the logical id, after the nested stack's name and a dot where nested."""
        return self.path[-1] if self.stack == root else f"{self.stack.split('/')[1]}.{self.path[-1]}"


def stuck_resources(cloudformation: Client, stack: Stack, status: StackStatus) -> list[StuckResource]:
    """What the stack of that state is stuck on; nested stacks are looked into where they are stuck themselves."""
    return list(_stuck(cloudformation, stack.arn, (), status))


def _stuck(cloudformation: Client, arn: str, path: tuple[str, ...], status: StackStatus) -> Iterator[StuckResource]:
    for body in list_resources(cloudformation, arn):
        if body["ResourceStatus"] == _STATUS[status]:
            yield from _leaves(cloudformation, arn, (*path, body["LogicalResourceId"]), body, status)


def _leaves(
    cloudformation: Client, arn: str, path: tuple[str, ...], body: dict[str, Any], status: StackStatus
) -> Iterator[StuckResource]:
    physical = body.get("PhysicalResourceId", "")
    if body["ResourceType"] == STACK_TYPE and physical:
        child = describe_stack(cloudformation, physical)
        below = list(_stuck(cloudformation, physical, path, status)) if child and child.status is status else []
        if below:
            yield from below
            return
    yield StuckResource(path, body["ResourceType"], body.get("ResourceStatusReason", "no reason was given"), arn)


def named(paths: Sequence[str], stuck: Sequence[StuckResource], option: str) -> list[StuckResource]:
    """The stuck resources of these paths; raises UnknownPath where one names something else."""
    by_name = {each.name: each for each in stuck}
    unknown = [path for path in paths if path not in by_name]
    if unknown:
        raise UnknownPath(option, unknown, list(by_name))
    return [by_name[path] for path in dict.fromkeys(paths)]
