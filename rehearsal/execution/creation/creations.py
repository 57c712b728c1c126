"""One resource from its first event to its last: it is made, gets its physical id, and fails or comes to its end.

Errors of every step: CloudFormationError, whose message is the reason with which the resource fails.
"""

import copy

from rehearsal.execution.creation.nested_stacks import make_child
from rehearsal.execution.tasks.hooks import refused_by_hook
from rehearsal.execution.tasks.identities import identify, identity_of, mirror
from rehearsal.execution.tasks.resource_steps import complete, hang, hangs, refuse, stabilise, status_of
from rehearsal.execution.tasks.turns import Turn
from rehearsal.language.custom_answers import is_answered
from rehearsal.properties.physical_names import taken
from rehearsal.properties.property_checks import refused_in_turn, refused_with_id, with_open_answers
from rehearsal.properties.secret_values import with_secrets
from rehearsal.resources.durations import Action, configured_seconds, duration_seconds
from rehearsal.resources.identifiers import Identity
from rehearsal.resources.validation_record import validation_record
from rehearsal.scenario.faults import Hang
from rehearsal.state.events import INITIATED, REPLACING
from rehearsal.state.stacks import STACK_TYPE, Operation, StackResource

LONG = 30.0


def remember(operation: Operation, existing: StackResource) -> None:
    """Keep what a rollback would restore."""
    operation.originals.setdefault(existing.logical_id, copy.deepcopy(existing))


def begin_making(turn: Turn, wanted: StackResource, *, replacing: bool = False) -> None:
    """The first event of a new resource, which has no physical id yet, or of a replacement, which has the old one."""
    if replacing:
        wanted.physical_id = turn.resource.physical_id
    elif turn.key not in turn.operation.created:
        turn.operation.created.append(turn.key)
    turn.task.action, turn.task.step = "replace" if replacing else "create", "begun"
    turn.stack.resources[turn.key] = wanted
    turn.show(status_of(turn, "IN_PROGRESS"), REPLACING if replacing else None)
    turn.go_on(1.0)


def make(turn: Turn) -> None:
    """A create or a replacement gets its physical id, or is refused before it has one."""
    resource = turn.resource
    refuse(refused_by_hook(turn))
    if resource.type == STACK_TYPE:
        make_child(turn)
        return
    seen = with_secrets(turn.world, turn.stack, resource)
    identity = identity_of(turn, seen)
    struck = _struck_early(turn)
    refuse(_refused(turn, seen) or _name_taken(turn, identity))
    refuse(struck if isinstance(struck, str) else None)
    identify(turn, identity)
    turn.task.step = "made"
    turn.show(status_of(turn, "IN_PROGRESS"), INITIATED)
    if record := validation_record(resource.type, seen.properties, turn.world.state.account):
        turn.show(status_of(turn, "IN_PROGRESS"), record)
    if isinstance(struck, Hang):
        hang(turn, struck)
    else:
        turn.go_on(configured_seconds(resource.type, "create") or duration_seconds(resource.type, "create"))


def _refused(turn: Turn, seen: StackResource) -> str | None:
    """Why the properties of a resource, as its service sees them, are refused."""
    needed = (turn.stack.resources[name] for name in seen.depends if name in turn.stack.resources)
    answered = any(is_answered(resource.type) for resource in needed)
    return refused_in_turn(turn.kind, with_open_answers(turn.stack, turn.situation(), seen) if answered else seen)


def _struck_early(turn: Turn) -> str | Hang | None:
    """What was asked to fail does so before it has an id where its type is quick, else when it should be done."""
    quick = duration_seconds(turn.resource.type, "create") < LONG
    return turn.world.strike(turn.stack, turn.key, "create") if quick else None


def _name_taken(turn: Turn, identity: Identity) -> str | None:
    old = turn.operation.originals.get(turn.key)
    if old is not None and old.physical_id == identity.physical_id:
        name = identity.physical_id.rsplit(":", 1)[-1]
        return (
            "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
            f"Rename {name} and update the stack again."
        )
    return taken(turn.world, turn.stack, turn.kind, turn.resource, identity.physical_id)


def finish(turn: Turn) -> None:
    """A resource is configured, or complete, or fails at its end."""
    resource = turn.resource
    action: Action = "create" if turn.task.action in ("create", "replace") else "update"
    seconds, configured = duration_seconds(resource.type, action), configured_seconds(resource.type, action)
    if turn.task.step == "made" and configured is not None:
        stabilise(turn)
        turn.go_on(seconds - configured)
        return
    if action == "update" and resource.type != STACK_TYPE:
        refuse(_refused(turn, with_secrets(turn.world, turn.stack, resource)))
    refuse(refused_with_id(resource))
    if (action == "update" or seconds >= LONG) and hangs(turn, action):
        return
    mirror(turn)
    complete(turn)
