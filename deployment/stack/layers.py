"""The state of every nested stack, on all levels: its parent may report that all is well while it is stuck.

A nested stack has operations of its own (a drift-aware change set, an UpdateStack by hand), which its parent does not
see. Two calls for each: its state, and what is nested in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from deployment.aws.calls import at_once
from deployment.aws.clock import Waiting
from deployment.aws.retries import retried
from deployment.aws.session import Client
from deployment.errors import NotFound
from deployment.stack.nested_stacks import StackResource, live_resources
from deployment.stack.stack import Stack, describe_stack
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import STACK_TYPE


@dataclass(frozen=True)
class Layer:
    """A nested stack as its parent lists it, and as it is: None where it was never created or is deleted."""

    path: ResourcePath
    listed: StackResource
    stack: Stack | None

    @property
    def stuck(self) -> bool:
        """Whether it accepts no update although no operation on it is in progress."""
        status = self.stack.status if self.stack else None
        return status is not None and not (status.updatable or status.in_progress)


def layers(cloudformation: Client, root: str, waiting: Waiting) -> list[Layer]:
    """Every nested stack below the stack of that ARN, each before what is nested in it."""
    return list(_below(cloudformation, root, ROOT, (root,), waiting))


def _below(
    cloudformation: Client, arn: str, path: ResourcePath, above: tuple[str, ...], waiting: Waiting
) -> Iterator[Layer]:
    """The nested stacks of one stack; `above` are the ARNs of those that it is nested in, and its own."""
    resources = live_resources(cloudformation, arn, waiting)
    nested = {resource.logical_id: resource for resource in resources if resource.type == STACK_TYPE}

    def ask(resource: StackResource) -> list[Layer]:
        at, own = path / resource.logical_id, resource.nested
        stack = retried(waiting, lambda: describe_stack(cloudformation, own)) if own else None
        if own is None or stack is None or stack.arn != own or not stack.exists or own in above:
            return [Layer(at, resource, None)]
        try:
            return [Layer(at, resource, stack), *_below(cloudformation, own, at, (*above, own), waiting)]
        except NotFound:  # deleted between the two requests
            return [Layer(at, resource, None)]

    for answer in at_once(ask, nested).values():
        yield from answer
