"""What a deletion takes away, and the question before it: one door for every command that deletes a stack."""

from collections.abc import Sequence

from cloudformation.policies import removal_action
from cloudformation.statuses import StackStatus
from deployment.guards.guards import protecting, removal_guard
from deployment.guards.removed_layers import looked_into
from deployment.run.approval import tell_misspelt
from deployment.run.outcome import Declined
from deployment.run.run import Run
from deployment.run.telling import Deletion, Question
from deployment.stack.exports import exports_in_use
from deployment.stack.nested_stacks import live_stack
from deployment.stack.stack import Stack
from deployment.template.resource_path import ResourcePath


def deletion_of(run: Run, stack: Stack, left: Sequence[ResourcePath] = ()) -> Deletion:
    """What stands in the stack and all below it, by the templates that they have; `left` is retained by name."""
    live = live_stack(run.cloudformation, stack.arn, run.waiting)
    held, documents = looked_into(run.cloudformation, live)
    run.found(stack, documents=documents)
    used = exports_in_use(run.cloudformation, [below.arn for below in live.walk()]) if held else ()
    tell_misspelt(run, (resource.path for resource in held))
    going = [resource for resource in held if not any(resource.path[: len(path)] == path for path in left)]
    stays = [resource for resource in going if removal_action(resource.policy) == "Retain"]
    guards = ((resource.path, removal_guard(resource, run.environment.protect)) for resource in going)
    return Deletion(
        stack.name,
        tuple((resource.path, resource.type, resource.physical_id) for resource in going if resource not in stays),
        tuple((resource.path, resource.type, resource.physical_id) for resource in stays),
        tuple((path, why) for path, why in guards if why is not None),
        tuple((export.name, export.by_whom) for export in used),
    )


def declined_deletion(
    run: Run, stack: Stack, deletion: Deletion, question: str, *, typed: bool = True
) -> Declined | None:
    """Asks for the stack's name, or where it is not `typed` plainly; None where that was approved.

    --yes is enough where nothing that goes is guarded, or where the deletion is under way already.
    """
    guarded = bool(deletion.guards) and stack.status is not StackStatus.DELETE_IN_PROGRESS
    insists = guarded and stack.name not in run.choices.allowed
    asked = f"{question}{_warning(run, deletion)}"
    if not run.approve(Question(asked, typed=stack.name if typed or guarded else None, insists=insists)):
        return Declined(stack.name, asked, (stack.name,) if insists else ())
    if guarded and not insists:
        run.say(f"approved by --allow: {stack.name}")
    return None


def _warning(run: Run, deletion: Deletion) -> str:
    """How much of it is guarded; the reasons were shown beside what goes."""
    if not deletion.guards:
        return ""
    protected = [str(path) for path, _ in deletion.guards if protecting(path, run.environment.protect)]
    named = f" With it goes what the environment file protects: {', '.join(protected)}." if protected else ""
    return f" {len(deletion.guards)} of its {len(deletion.goes)} resources are guarded.{named}"
