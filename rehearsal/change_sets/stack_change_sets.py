"""The change sets of one stack: a new one, how many there may be, the one that is meant, one that has failed."""

from __future__ import annotations

from cloudformation.refusals import CloudFormationError
from rehearsal.state.stacks import ChangeSet, Stack, Target
from rehearsal.state.world import World

MAXIMUM_CHANGE_SETS = 1000


def new_change_set(world: World, stack: Stack, name: str, kind: str, target: Target) -> ChangeSet:
    """A change set that is still to be planned; it goes on by itself."""
    change_set = ChangeSet(
        id=world.arn(stack.region, f"changeSet/{name}/{world.uuid()}"),
        name=name,
        stack_id=stack.id,
        type=kind,
        created=world.clock.now(),
        target=target,
        operation=world.uuid(),
    )
    stack.change_sets[change_set.id] = change_set
    return change_set


def refuse_too_many(stack: Stack) -> None:
    """Refuse one more change set than a stack may have; those that failed count too.

    Errors: LimitExceededException (aws/copilot-cli#5614); AWS does not publish the number.
    """
    if len(stack.change_sets) >= MAXIMUM_CHANGE_SETS:
        raise CloudFormationError("LimitExceededException", f"ChangeSet limit exceeded for stack {stack.id}")


def find_change_set(stack: Stack, name: str) -> ChangeSet | None:
    """The newest of a stack's change sets that has the name."""
    named = [change_set for change_set in stack.change_sets.values() if change_set.name == name]
    return named[-1] if named else None


def fail(change_set: ChangeSet, reason: str) -> None:
    """The change set cannot be executed, for that reason."""
    change_set.status, change_set.execution, change_set.reason = "FAILED", "UNAVAILABLE", reason
