"""Properties that cannot be: found before any resource is touched, or by the resource's own handler.

CloudFormation looks at the template first. What is wrong there already fails the stack without one resource
being tried; what only the values of other resources bring, and what the schema calls a constraint, fails in
the resource's turn.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from cloudformation.intrinsics.evaluation import Scope, resolve
from cloudformation.references import references
from cloudformation.refusals import CloudFormationError
from cloudformation.scalars import is_true
from cloudformation.unknown import awaited, is_unknown
from rehearsal.language.custom_answers import is_answered
from rehearsal.language.dynamic_references import holds_reference
from rehearsal.language.scopes import Situation
from rehearsal.properties.made_up_values import existing, held_against
from rehearsal.resources.resource_findings import BEFORE_CREATION, Finding, refused_before_creation, refused_by_handler
from rehearsal.resources.resource_types import ResourceType
from rehearsal.state.stacks import STACK_TYPE, Stack, StackResource
from rehearsal.state.world import World

_FIFO = {"AWS::SNS::Topic": ("FifoTopic", "TopicName"), "AWS::SQS::Queue": ("FifoQueue", "QueueName")}

# Properties of which one must name somebody; a request without any is refused each time, also a delete.
_ATTACHED = {"AWS::IAM::Policy": ("Groups", "Roles", "Users")}


def refused_early(world: World, stack: Stack, evaluated: Situation) -> dict[str, str]:
    """Logical ids and reasons of the resources whose properties are wrong whatever the others turn out to be."""
    scope = _foreseen(stack, evaluated.scope)
    refused: dict[str, str] = {}
    for name, entry in evaluated.resources.items():
        kind = world.types(stack.region).get(entry.type)
        if kind is None or entry.type == STACK_TYPE:
            continue
        early = [finding for finding in _findings(kind, entry.properties, scope) if finding.kind in BEFORE_CREATION]
        breaches = held_against(world, stack, evaluated, name, early)
        if breaches:
            refused[name] = refused_before_creation(name, breaches)
    return refused


def _foreseen(stack: Stack, live: Scope) -> Scope:
    """What is known of the resources before their turn: of what exists all but the answers of custom resources."""

    def attribute(name: str, wanted: str) -> Any:
        one = existing(stack, name)
        known = one is not None and not is_answered(one.type)
        return live.attribute(name, wanted) if known else awaited((), name, wanted)

    return live._replace(
        resource=lambda name: live.resource(name) if existing(stack, name) else awaited((), name),
        attribute=attribute,
    )


def _findings(kind: ResourceType, properties: Any, scope: Scope) -> Iterator[Finding]:
    try:
        resolved = resolve(properties, scope)
    except CloudFormationError:
        return  # it is reported in the resource's turn
    yield from kind.findings(resolved, is_open)


def is_open(value: object) -> bool:
    """Whether only the execution, or the service itself, will know a value."""
    return is_unknown(value) or holds_reference(value)


def with_open_answers(stack: Stack, evaluated: Situation, resource: StackResource) -> StackResource:
    """The resource where what a custom resource answers is open: made up, or said, it is never a reason to refuse."""
    custom = {name for name, made in stack.resources.items() if is_answered(made.type)}
    entry = evaluated.template.resources.get(resource.logical_id)
    if entry is None or custom.isdisjoint(reference.name for reference in references(entry.properties)):
        return resource
    live = evaluated.scope

    def attribute(name: str, wanted: str) -> Any:
        return awaited((), name, wanted) if name in custom else live.attribute(name, wanted)

    return replace(resource, properties=resolve(entry.properties, live._replace(attribute=attribute)))


def refused_in_turn(
    kind: ResourceType, resource: StackResource, judged: Callable[[Sequence[Finding]], Sequence[Finding]] = tuple
) -> str | None:
    """The reason with which a resource's handler refuses its properties, or None.

    `judged` decides which violations of the schema count.
    Missing properties have a text of their own, which names each of them by its path.
    """
    breaches = judged(kind.findings(resource.properties, is_open))
    missing = ["/".join((*finding.path, finding.key)) for finding in breaches if finding.kind == "missing"]
    if missing:
        required = ", ".join(f"The property {{/{path}}} is required" for path in missing)
        return f"Property validation failure: [{required}]"
    return refused_by_handler(resource.logical_id, breaches) if breaches else _misnamed_fifo(resource)


def _misnamed_fifo(resource: StackResource) -> str | None:
    """A first-in-first-out topic or queue needs a name that says so, which the schemas do not know."""
    switch, name = _FIFO.get(resource.type, ("", ""))
    given = resource.properties.get(name)
    if not is_true(resource.properties.get(switch)) or given is None or str(given).endswith(".fifo"):
        return None
    return f'Resource handler returned message: "Invalid parameter: {name}" (HandlerErrorCode: InvalidRequest)'


def refused_with_id(resource: StackResource) -> str | None:
    """The reason with which a resource is refused once it has its id, or None.

    An inline policy of nobody stays in the way of its stack (guardian/elk-stack#38 for the text).
    """
    names = _ATTACHED.get(resource.type, ())
    if not names or any(resource.properties.get(name) for name in names):
        return None
    return f"At least one of [{','.join(names)}] must be non-empty."
