"""One resource from its first event to its last: it is made, gets its physical id, and fails or comes to its end.

Errors of every step: CloudFormationError, whose message is the reason with which the resource fails.
"""

import copy
from collections.abc import Sequence

from cloudformation.template.custom_names import kept_name
from rehearsal.execution.creation.nested_stacks import make_child
from rehearsal.execution.tasks.hooks import refused_by_hook
from rehearsal.execution.tasks.identities import identify, identity_of, mirror
from rehearsal.execution.tasks.paces import configured_of, seconds_of
from rehearsal.execution.tasks.resource_steps import complete, hang, hangs, refuse, stabilise, status_of
from rehearsal.execution.tasks.turns import Turn
from rehearsal.language.custom_answers import is_answered
from rehearsal.properties.log_test_objects import write_test_objects
from rehearsal.properties.made_up_forms import made_up_id
from rehearsal.properties.made_up_values import held_against
from rehearsal.properties.physical_names import keeps_name, taken
from rehearsal.properties.property_checks import refused_in_turn, refused_with_id, with_open_answers
from rehearsal.properties.secret_values import with_secrets
from rehearsal.properties.service_refusals import refused_beside
from rehearsal.resources.durations import Action, duration_seconds
from rehearsal.resources.identifiers import Identity
from rehearsal.resources.made_up.validation_record import validation_record
from rehearsal.resources.resource_findings import Finding
from rehearsal.scenario.faults import Hang
from rehearsal.state.events import IMPORT_STARTED, IMPORTED, INITIATED, REPLACING, TAGGING, resource_event
from rehearsal.state.stacks import STACK_TYPE, Operation, StackResource

LONG = 30.0
MADE_UP = "Rehearsal: the form of this physical ID is made up."
_MAKING = ("create", "replace", "renew")


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


def begin_adopting(turn: Turn, wanted: StackResource) -> None:
    """The first event of a resource that exists already: it is imported, and no rollback takes it away."""
    turn.operation.created.append(turn.key)
    turn.operation.retain.append(turn.key)
    turn.task.action, turn.task.step = "import", "begun"
    turn.stack.resources[turn.key] = wanted
    identify(turn, identity_of(turn, with_secrets(turn.world, turn.stack, wanted)))
    turn.show("IMPORT_IN_PROGRESS", IMPORT_STARTED)
    turn.go_on(1.0)


def _adopt(turn: Turn) -> None:
    turn.show("IMPORT_COMPLETE", IMPORTED)
    turn.show("UPDATE_IN_PROGRESS", TAGGING)
    turn.task.step = "made"
    turn.go_on(1.0)


def make(turn: Turn) -> None:
    """A create or a replacement gets its physical id, or is refused before it has one."""
    resource = turn.resource
    if turn.task.action == "import":
        _adopt(turn)
        return
    refuse(refused_by_hook(turn))
    if resource.type == STACK_TYPE:
        make_child(turn)
        return
    seen = with_secrets(turn.world, turn.stack, resource)
    identity = identity_of(turn, seen)
    struck = _struck_early(turn)
    refuse(_refused(turn, seen))
    _make_way(turn, identity)
    refuse(_name_taken(turn, identity))
    refuse(refused_beside(turn.world, turn.stack, seen, None))
    refuse(struck if isinstance(struck, str) else None)
    identify(turn, identity)
    turn.task.step = "made"
    turn.show(status_of(turn, "IN_PROGRESS"), INITIATED)
    if record := validation_record(resource.type, seen.properties, turn.world.state.account):
        turn.show(status_of(turn, "IN_PROGRESS"), record)
    if isinstance(struck, Hang):
        hang(turn, struck)
    else:
        operation = turn.operation
        turn.go_on(configured_of(operation, resource, "create") or seconds_of(operation, resource, "create"))


def _refused(turn: Turn, seen: StackResource) -> str | None:
    """Why its handler refuses a resource, for what the template says and not for what was made up here."""
    needed = (turn.stack.resources[name] for name in seen.depends if name in turn.stack.resources)
    answered = any(is_answered(resource.type) for resource in needed)
    shown = with_open_answers(turn.stack, turn.situation(), seen) if answered else seen

    def judged(breaches: Sequence[Finding]) -> Sequence[Finding]:
        return breaches and held_against(turn.world, turn.stack, turn.situation(), turn.key, breaches)

    return refused_in_turn(turn.kind, shown, judged)


def _struck_early(turn: Turn) -> str | Hang | None:
    """What was asked to fail does so before it has an id where its type is quick, else when it should be done."""
    quick = duration_seconds(turn.resource.type, "create") < LONG
    return turn.world.strike(turn.stack, turn.key, "create") if quick else None


def _make_way(turn: Turn, identity: Identity) -> None:
    """Delete a resource whose failed creation was not rolled back, before one of its name is created or in cleanup.

    The next operation deletes what has no last known stable state (user guide, "Stack failure options"); when, and
    with which events, is not documented.
    """
    world, stack, superseded = turn.world, turn.stack, turn.operation.superseded
    for old in [old for old in superseded if old.logical_id == turn.key and old.status == "CREATE_FAILED"]:
        if keeps_name(world, stack, old, turn.resource, identity.physical_id):
            superseded.remove(old)
            resource_event(world, stack, old, "DELETE_IN_PROGRESS")
            resource_event(world, stack, old, "DELETE_COMPLETE")


def _name_taken(turn: Turn, identity: Identity) -> str | None:
    old, resource = turn.operation.originals.get(turn.key), turn.resource
    kept = kept_name(resource.type, turn.kind.schema, old.properties, resource.properties) if old is not None else None
    if kept is None and old is not None and keeps_name(turn.world, turn.stack, old, resource, identity.physical_id):
        kept = identity.physical_id.rsplit(":", 1)[-1]
    if kept is not None:
        return (
            "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
            f"Rename {kept} and update the stack again."
        )
    return taken(turn.world, turn.stack, turn.kind, turn.resource, identity.physical_id)


def finish(turn: Turn) -> None:
    """A resource is configured, or complete, or fails at its end."""
    resource = turn.resource
    action: Action = "create" if turn.task.action in ("create", "replace") else "update"
    seconds, configured = duration_seconds(resource.type, action), configured_of(turn.operation, resource, action)
    if turn.task.step == "made" and configured is not None:
        stabilise(turn)
        turn.go_on(seconds - configured)
        return
    if action == "update" and resource.type != STACK_TYPE:
        seen, before = with_secrets(turn.world, turn.stack, resource), turn.operation.originals.get(turn.key)
        refuse(_refused(turn, seen) or refused_beside(turn.world, turn.stack, seen, before))
    refuse(refused_with_id(resource))
    if (action == "update" or seconds >= LONG) and hangs(turn, action):
        return
    mirror(turn)
    write_test_objects(turn.world, turn.stack, resource)
    complete(turn, _note(turn))


def _note(turn: Turn) -> str | None:
    """That the physical id which the resource has just got looks otherwise on AWS, for all that is known here."""
    if turn.task.action not in _MAKING or is_answered(turn.resource.type):
        return None
    return MADE_UP if made_up_id(turn.kind, turn.resource) else None
