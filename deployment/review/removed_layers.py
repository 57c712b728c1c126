"""What is in the layers that a change set removes: its rows name only the nested stack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cloudformation.policies import deletion_policy
from deployment.aws.calls import at_once
from deployment.aws.clock import Waiting
from deployment.aws.session import Client
from deployment.review.guards import Held
from deployment.review.review import Kind, Review
from deployment.stack.nested_stacks import live_stack
from deployment.stack.stack import original_template
from deployment.template.resource_path import ResourcePath
from deployment.template.template import STACK_TYPE, parse_document


def removed_contents(cloudformation: Client, review: Review, waiting: Waiting) -> dict[ResourcePath, tuple[Held, ...]]:
    """The resources of every nested stack that goes: two calls for each, none where none goes."""
    going = {
        change.path: (change.physical_id, change.path)
        for change in review.resources
        if change.type == STACK_TYPE and change.kind is Kind.REMOVED and change.physical_id
    }
    return at_once(lambda stack: tuple(_held(cloudformation, waiting, *stack)), going)


def _held(cloudformation: Client, waiting: Waiting, arn: str, path: ResourcePath) -> Iterator[Held]:
    """What stands in a nested stack and below it; nothing where the stack is gone already."""
    live = live_stack(cloudformation, arn, waiting, path)
    bodies = {stack.path: _bodies(cloudformation, stack.arn) for stack in live.walk() if not stack.gone}
    for at, resource in live.leaves():
        yield Held(at, resource.type, deletion_policy(resource.type, bodies[at.parent].get(at.name, {})))


def _bodies(cloudformation: Client, arn: str) -> Mapping[str, Any]:
    """The resources of the template that a stack was last given."""
    resources = parse_document(original_template(cloudformation, arn) or "{}").get("Resources")
    return resources if isinstance(resources, dict) else {}
