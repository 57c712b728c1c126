"""What a deletion deletes, and the question before it: one door for every command that deletes a stack."""

from collections.abc import Iterator, Sequence

from cloudformation.resource_types.policies import removal_action
from cloudformation.statuses import StackStatus
from deployment.aws.calls import at_once
from deployment.aws.shell_words import aws_command
from deployment.change_set.discard import delete_empty
from deployment.change_set.leftovers import Leftover, leftovers, remove
from deployment.diagnosis.deletion_protection import Refused, foreseen, protectable
from deployment.errors import TerminationProtected
from deployment.guards.guards import Held, protecting, removal_guard
from deployment.guards.removed_layers import looked_into
from deployment.review.exports import exports_in_use
from deployment.run.approval import tell_misspelt
from deployment.run.outcome import Declined
from deployment.run.run import Run
from deployment.run.telling import Deletion, Question
from deployment.stack.nested_stacks import LiveStack, live_stack
from deployment.stack.stack import Stack, describe_stack
from deployment.template.resource_path import ResourcePath
from deployment.template.template import Documents


def deletion_of(run: Run, stack: Stack, left: Sequence[ResourcePath] = ()) -> Deletion:
    """What is in the stack and all below it, by the templates that they have; `left` is retained by name."""
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
        tuple(_protections(run, live, going, documents)),
    )


def _protections(
    run: Run, live: LiveStack, going: Sequence[Held], documents: Documents
) -> Iterator[tuple[ResourcePath, tuple[str, ...]]]:
    """What the templates protect against a deletion: a call for each nested stack that has such a resource."""
    stacks = {below.path: below.arn for below in live.walk()}
    candidates = [resource for resource in going if protectable(resource.type) and resource.path.parent in stacks]
    asked = {resource.path.parent: stacks[resource.path.parent] for resource in candidates}
    layers = at_once(lambda arn: describe_stack(run.cloudformation, arn), asked)
    for resource in candidates:
        bodies, layer = documents.get(resource.path.parent, {}).get("Resources"), layers[resource.path.parent]
        body = bodies.get(resource.path.name) if isinstance(bodies, dict) else None
        properties = body.get("Properties") if isinstance(body, dict) else None
        if isinstance(properties, dict) and removal_action(resource.policy) != "Retain":
            of = Refused(resource.path, resource.type, resource.physical_id, run.environment.region, "")
            if hold := foreseen(of, properties, layer.parameters if layer else {}):
                yield resource.path, (hold.why, *([hold.command] if hold.command else []))


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


def discarded_empty(run: Run, stack: Stack) -> Declined | tuple[str, ...]:
    """Deletes a stack under review with its change sets, after asking for both; what was done.

    A change set that can still be executed may be a plan that somebody is about to approve: it needs --allow STACK.
    """
    left = leftovers(run.cloudformation, stack.arn)
    if left and (declined := removed(run, stack, left)):
        return declined
    question = f"Delete the empty stack {stack.name}?"
    if not run.approve(Question(question)):
        return Declined(stack.name, question)
    delete_empty(run.cloudformation, stack.arn, run.waiting, run.token())
    return (*([counted(left)] if left else []), "deleted the empty stack")


def removed(run: Run, stack: Stack, left: Sequence[Leftover]) -> Declined | None:
    """Deletes change sets that were left behind, after asking; None where that was done."""
    for change_set in left:
        maker = f" by {change_set.maker}" if change_set.maker else ""
        made = f"made {change_set.made}{maker}"
        run.say(f"  left behind: change set {change_set.name}, {change_set.state}, {made}")
    question = f"Delete {counted(left, '')} of stack {stack.name}?"
    # One that can still be executed may be a plan that somebody is about to approve.
    insists = any(change_set.executable for change_set in left) and stack.name not in run.choices.allowed
    if not run.approve(Question(question, insists=insists)):
        return Declined(stack.name, question, (stack.name,) if insists else ())
    remove(run.cloudformation, left, run.waiting)
    return None


def counted(left: Sequence[Leftover], verb: str = "deleted ") -> str:
    """How many they are."""
    return f"{verb}{len(left)} change set{'s' if len(left) > 1 else ''}"


def refuse_protected(run: Run, stack: Stack) -> None:
    """Raises TerminationProtected, with the way to switch that off which the stack's state leaves open."""
    if not stack.protected:
        return
    off = ("update-termination-protection", "--no-enable-termination-protection", "--stack-name", stack.name)
    if stack.status.updatable:
        findings = [f"{run.environment.place}: termination_protection"]
        remedy = "set termination_protection: false in that file, deploy, then delete"
    elif run.choices.rehearsed:
        findings, remedy = [], f"start again with an empty rehearsal: {run.invocation.rehearsed_anew()}"
    else:
        findings = []
        remedy = f"turn termination protection off first: {aws_command(run.environment.region, 'cloudformation', *off)}"
    raise TerminationProtected(
        f"stack {stack.name} is protected against deletion; nothing was deleted", findings=findings, remedy=remedy
    )


def _warning(run: Run, deletion: Deletion) -> str:
    """How much of it is guarded; the reasons were shown beside what goes."""
    if not deletion.guards:
        return ""
    protected = [str(path) for path, _ in deletion.guards if protecting(path, run.environment.protect)]
    named = f" The deletion includes what the environment file protects: {', '.join(protected)}." if protected else ""
    return f" {len(deletion.guards)} of its {len(deletion.goes)} resources are guarded.{named}"
