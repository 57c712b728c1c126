"""What is in the stacks that go, by the templates that they have: a change set names only the nested stack."""

from collections.abc import Mapping
from typing import Any

from cloudformation.resource_types.policies import deletion_policy, removal_action
from cloudformation.statuses import ResourceStatus
from deployment.aws.calls import at_once
from deployment.aws.clock import Waiting
from deployment.aws.session import Client
from deployment.guards.guards import Held
from deployment.review.review import Kind, Review
from deployment.stack.nested_stacks import LiveStack, StackResource, live_stack
from deployment.stack.stack import processed_template
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import STACK_TYPE, Documents, parse_document

_NEVER_MADE = (ResourceStatus.CREATE_FAILED, ResourceStatus.CREATE_IN_PROGRESS)
_Bodies = Mapping[ResourcePath, Mapping[str, Any]]


def removed_contents(cloudformation: Client, review: Review, waiting: Waiting) -> dict[ResourcePath, tuple[Held, ...]]:
    """The resources of every nested stack that goes: two calls for each, none where none goes."""
    going = {
        change.path: (change.physical_id, change.path)
        for change in review.resources
        if change.type == STACK_TYPE and change.kind is Kind.REMOVED and change.physical_id
    }
    return at_once(lambda stack: held_in(cloudformation, waiting, *stack), going)


def held_in(cloudformation: Client, waiting: Waiting, arn: str, path: ResourcePath = ROOT) -> tuple[Held, ...]:
    """What is in a stack and below it; nothing where a nested one is deleted already."""
    return looked_into(cloudformation, live_stack(cloudformation, arn, waiting, path), path)[0]


def looked_into(
    cloudformation: Client, live: LiveStack, path: ResourcePath = ROOT
) -> tuple[tuple[Held, ...], Documents]:
    """What is in a stack that was read and below it, and the templates of all these stacks, as processed."""
    standing = {stack.path: stack.arn for stack in live.walk() if stack.resources}
    documents = at_once(lambda stack: parse_document(processed_template(cloudformation, stack) or "{}"), standing)
    bodies = {at: _resources(document) for at, document in documents.items()}
    held = tuple(
        Held(at, resource.type, _policy(bodies, at, resource, len(path)), resource.physical_id)
        for at, resource in live.leaves()
        if resource.physical_id or resource.status not in _NEVER_MADE
    )
    return held, documents


def _policy(bodies: _Bodies, at: ResourcePath, resource: StackResource, depth: int) -> str:
    """The policy that decides: that of a nested stack that is kept counts for all in it."""
    if resource.status is ResourceStatus.DELETE_SKIPPED:  # kept by its policy when the creation was rolled back
        return "Retain"
    layers = (ResourcePath(at[:length]) for length in range(depth + 1, len(at)))
    if any(removal_action(_own(bodies, layer, STACK_TYPE)) == "Retain" for layer in layers):
        return "Retain"
    return _own(bodies, at, resource.type)


def _own(bodies: _Bodies, at: ResourcePath, type_: str) -> str:
    body = bodies.get(at.parent, {}).get(at.name)
    return deletion_policy(type_, body if isinstance(body, dict) else {})


def _resources(document: Mapping[str, Any]) -> Mapping[str, Any]:
    resources = document.get("Resources")
    return resources if isinstance(resources, dict) else {}
