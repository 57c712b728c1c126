"""The resources of a stack and of all its nested stacks, as ListStackResources returns them.

Pitfalls that this module knows of: a nested stack that was just created may be unknown for a moment (aws-cdk-cli
waits); one may be deleted although its parent still lists it; one whose creation never started has no physical id; and
a resource that an update removed stays listed as DELETE_COMPLETE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cloudformation.statuses import ResourceStatus, open_member
from deployment.aws.answers import needed
from deployment.aws.calls import at_once
from deployment.aws.clock import Waiting
from deployment.aws.pages import pages
from deployment.aws.retries import not_known_yet, retried
from deployment.aws.session import Client
from deployment.errors import NotFound
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import STACK_TYPE

_STANDING = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")


@dataclass(frozen=True)
class StackResource:
    """A resource of a stack; `physical_id` is empty where it has none."""

    logical_id: str
    type: str
    physical_id: str
    status: ResourceStatus
    reason: str | None

    @property
    def nested(self) -> str | None:
        """The ARN of the nested stack that this is; None for all else, and for one that was never created."""
        return (self.physical_id or None) if self.type == STACK_TYPE else None


@dataclass(frozen=True)
class LiveStack:
    """A stack with its resources, none of which is deleted, and the nested stacks that were read."""

    path: ResourcePath
    arn: str
    resources: tuple[StackResource, ...]
    nested: Mapping[str, LiveStack] = field(default_factory=dict)
    gone: bool = False
    """Whether the stack does not exist although its parent lists it."""

    def walk(self) -> Iterator[LiveStack]:
        """This stack, then each nested one with those below it."""
        yield self
        for stack in self.nested.values():
            yield from stack.walk()

    def leaves(self) -> Iterator[tuple[ResourcePath, StackResource]]:
        """Every resource by its path; a nested stack's own entry is replaced by what is in it."""
        for resource in self.resources:
            if resource.logical_id in self.nested:
                yield from self.nested[resource.logical_id].leaves()
            else:
                yield self.path / resource.logical_id, resource


def live_stack(
    cloudformation: Client,
    arn: str,
    waiting: Waiting,
    path: ResourcePath = ROOT,
    into: Callable[[StackResource], bool] = lambda _: True,
) -> LiveStack:
    """The stack of that ARN, which is at `path` of its tree, and what is below: a call for each stack.

    Only the nested stacks that `into` accepts are read. Raises NotFound where the root does not exist.
    """
    try:
        resources = live_resources(cloudformation, arn, waiting)
    except NotFound:
        if not path:
            raise
        return LiveStack(path, arn, (), gone=True)
    below = {resource.logical_id: resource for resource in resources if resource.nested}

    def look(resource: StackResource) -> LiveStack | None:
        at = path / resource.logical_id
        return live_stack(cloudformation, resource.physical_id, waiting, at, into) if into(resource) else None

    stacks = at_once(look, below)
    return LiveStack(path, arn, resources, {name: stack for name, stack in stacks.items() if stack is not None})


def live_resources(cloudformation: Client, arn: str, waiting: Waiting) -> tuple[StackResource, ...]:
    """The resources of one stack that are not deleted; raises NotFound where the stack stays unknown."""
    rows = retried(waiting, lambda: list(_rows(cloudformation, arn)), not_known_yet)
    resources = (_resource(row) for row in rows)
    return tuple(resource for resource in resources if resource.status is not ResourceStatus.DELETE_COMPLETE)


def _rows(cloudformation: Client, arn: str) -> Iterator[dict[str, Any]]:
    """Raises Unreachable where a page has no list at all: it would look like a stack without resources."""
    for page in pages(cloudformation.list_stack_resources, StackName=arn):
        yield from needed(page, "StackResourceSummaries")[0]


def _resource(row: Mapping[str, Any]) -> StackResource:
    """Raises Unreachable for a nested stack that exists and is not returned: its resources would be missed."""
    if row["ResourceType"] == STACK_TYPE and row["ResourceStatus"] in _STANDING:
        needed(row, "PhysicalResourceId")
    return StackResource(
        logical_id=row["LogicalResourceId"],
        type=row["ResourceType"],
        physical_id=row.get("PhysicalResourceId", ""),
        status=open_member(ResourceStatus, row["ResourceStatus"]),
        reason=row.get("ResourceStatusReason"),
    )
