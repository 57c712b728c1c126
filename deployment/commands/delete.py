"""Deleting a stack: what goes and what stays is shown first, and termination protection is never turned off."""

from __future__ import annotations

from cloudformation.policies import deletion_policy, removal_action
from cloudformation.statuses import StackStatus
from deployment.aws.calls import call
from deployment.change_set.discard import delete_empty
from deployment.commands.saved_change_set import discard_saved
from deployment.errors import TerminationProtected
from deployment.review.guards import protecting, refuse_unknown
from deployment.run.execution import failure, operate
from deployment.run.identity import caller_of
from deployment.run.outcome import Absent, Declined, Deleted, Outcome, span_seconds
from deployment.run.run import Run
from deployment.run.telling import Deletion, Question
from deployment.stack.last_operation import await_idle, current_stack, refuse_busy
from deployment.stack.nested_stacks import live_stack
from deployment.stack.stack import Stack


def delete(run: Run) -> Outcome:
    """Deletes the environment's stack after its name was typed, and follows that to the end; or a kept change set.

    --yes is enough, unless the environment file protects something that goes: then --allow names the stack.
    """
    if run.choices.change_set:
        return discard_saved(run, run.choices.change_set)
    caller_of(run)
    if run.choices.wait:
        await_idle(run.cloudformation, run.environment.stack, run.waiting, run.say)
    stack = current_stack(run.cloudformation, run.environment.stack, run.waiting, run.selection)
    if stack is None:
        return Absent(run.environment.stack)
    run.found(stack)
    _refuse(run, stack)
    deletion = _deletion(run, stack)
    run.tell(deletion)
    return _declined(run, stack, deletion) or _deleted(run, stack)


def _declined(run: Run, stack: Stack, deletion: Deletion) -> Declined | None:
    """Asks for the stack's name; None where it was typed, or approved."""
    allowed = run.choices.allowed
    refuse_unknown(allowed, (stack.name,))
    protected = [str(path) for path, _, _ in deletion.goes if protecting(path, run.environment.protect)]
    warning = f" With it goes what the environment file protects: {', '.join(protected)}." if protected else ""
    question = f"Delete stack {stack.name} in {run.environment.account}/{run.environment.region}?{warning}"
    insists = bool(protected) and stack.name not in allowed
    if run.approve(Question(question, typed=stack.name, insists=insists)):
        return None
    return Declined(stack.name, question, (stack.name,) if insists else ())


def _refuse(run: Run, stack: Stack) -> None:
    if stack.protected:
        raise TerminationProtected(
            f"stack {stack.name} is protected against deletion; nothing was deleted",
            findings=[f"{run.environment.place}: termination_protection"],
            remedy="set termination_protection: false in that file, deploy, then delete",
        )
    if stack.status is not StackStatus.DELETE_IN_PROGRESS:
        refuse_busy(run.cloudformation, stack, run.selection)


def _deleted(run: Run, stack: Stack) -> Outcome:
    if stack.status is StackStatus.REVIEW_IN_PROGRESS:
        delete_empty(run.cloudformation, stack.arn, run.waiting, run.token())
        return Deleted(stack.name, stack.arn, 0.0)
    run.say(f"deleting stack {stack.name}")
    root, events = operate(
        run,
        stack,
        lambda token: call(run.cloudformation.delete_stack, StackName=stack.arn, ClientRequestToken=token),
    )
    if root.status is not StackStatus.DELETE_COMPLETE:
        raise failure(run, root, events)
    return Deleted(stack.name, stack.arn, span_seconds(events))


def _deletion(run: Run, stack: Stack) -> Deletion:
    policies = {
        path / name: deletion_policy(str(body.get("Type")), body)
        for path, template in run.root.walk()
        for name, body in template.section("Resources").items()
        if isinstance(body, dict)
    }
    live = live_stack(run.cloudformation, stack.arn, run.waiting)
    rows = tuple((path, resource.type, resource.physical_id) for path, resource in live.leaves())
    kept = tuple(row for row in rows if removal_action(policies.get(row[0], "Delete")) == "Retain")
    return Deletion(stack.name, tuple(row for row in rows if row not in kept), kept)
