"""Deleting a stack: what goes and what stays is shown first, and termination protection is never turned off."""

from cloudformation.statuses import StackStatus
from deployment.aws.calls import call
from deployment.commands.deletion import declined_deletion, deletion_of, discarded_empty, refuse_protected
from deployment.commands.saved_change_set import discard_saved
from deployment.diagnosis.what_stays import what_stays
from deployment.guards.guards import refuse_unknown
from deployment.run.execution import failure, operate
from deployment.run.identity import caller_of
from deployment.run.outcome import Absent, Declined, Deleted, Outcome
from deployment.run.run import Run
from deployment.stack.events import span_seconds
from deployment.stack.last_operation import await_idle, current_stack, refuse_busy
from deployment.stack.stack import Stack, original_template, refuse_contradicted


def delete(run: Run) -> Outcome:
    """Deletes the environment's stack after its name was typed, and follows that to the end; or a saved change set.

    --yes is enough where nothing that goes is guarded; else --allow names the stack.
    """
    if run.choices.change_set:
        return discard_saved(run, run.choices.change_set)
    caller_of(run)
    if run.choices.wait:
        await_idle(run.cloudformation, run.environment.stack, run.waiting, run.say)
    stack = current_stack(run.cloudformation, run.environment.stack, run.waiting, run.invocation)
    if stack is None:
        refuse_contradicted(run.environment.stack, original_template(run.cloudformation, run.environment.stack))
        return Absent(run.environment.stack)
    run.found(stack)
    _refuse(run, stack)
    refuse_unknown(run.choices.allowed, (stack.name,))
    if stack.status is StackStatus.REVIEW_IN_PROGRESS:
        steps = discarded_empty(run, stack)
        return steps if isinstance(steps, Declined) else Deleted(stack.name, stack.arn, 0.0)
    deletion = deletion_of(run, stack)
    run.tell(deletion)
    question = f"Delete stack {stack.name} in {run.environment.account}/{run.environment.region}?"
    if declined := declined_deletion(run, stack, deletion, question):
        return declined
    ended = _deleted(run, stack)
    for line in what_stays(deletion.goes, deletion.stays):
        run.say(line)
    return ended


def _refuse(run: Run, stack: Stack) -> None:
    refuse_protected(run, stack)
    if stack.status is not StackStatus.DELETE_IN_PROGRESS:
        refuse_busy(run.cloudformation, stack, run.invocation)


def _deleted(run: Run, stack: Stack) -> Outcome:
    run.say(f"deleting stack {stack.name}")
    root, events = operate(
        run,
        stack,
        lambda token: call(run.cloudformation.delete_stack, StackName=stack.arn, ClientRequestToken=token),
    )
    if root.status is not StackStatus.DELETE_COMPLETE:
        error = failure(run, root, events)
        if root.status.updatable:  # it was refused as a whole, and is what it was
            error.remedy = f"remove what prevents the deletion, then: {run.invocation.again('delete')}"
        raise error
    return Deleted(stack.name, stack.arn, span_seconds(events))
