"""Leading a stuck stack to where it can be deployed again: step by step, each asked for, as states.py advises.

What it deletes goes through the same door as `delete`. What --skip and --retain name is approved by that: it stays.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from cloudformation.environment.delivery.stack_recovery import ADVICE, RecoveryAction
from cloudformation.statuses import StackStatus
from deployment.aws.calls import call
from deployment.change_set.leftovers import leftovers
from deployment.commands.deletion import (
    counted,
    declined_deletion,
    deletion_of,
    discarded_empty,
    refuse_protected,
    removed,
)
from deployment.diagnosis.deletion_protection import Refused, holds
from deployment.errors import OperationFailed, StackStuck
from deployment.guards.guards import refuse_unknown
from deployment.run.execution import failure, operate
from deployment.run.identity import caller_of
from deployment.run.outcome import Absent, Declined, Outcome, Recovered
from deployment.run.run import Run
from deployment.run.telling import Question
from deployment.stack.last_operation import await_idle, idle, refuse_busy
from deployment.stack.layers import layers
from deployment.stack.nested_stacks import live_resources
from deployment.stack.stack import Stack, describe_stack, original_template, refuse_contradicted
from deployment.stack.states import next_step
from deployment.stack.stuck_resources import StuckResource, named, stuck_resources
from deployment.template.resource_path import ResourcePath


def recover(run: Run) -> Outcome:
    """Walks the stack out of its state; raises StackBusy where something is at work that is not to be waited for."""
    caller_of(run)
    stack = describe_stack(run.cloudformation, run.environment.stack)
    if stack is None:
        refuse_contradicted(run.environment.stack, original_template(run.cloudformation, run.environment.stack))
        return Absent(run.environment.stack)
    refuse_unknown(run.choices.allowed, (stack.name,))
    run.found(stack)
    steps: list[str] = []
    if stack.status.in_progress:
        stack = _waited(run, stack)
        steps.append(f"waited until it was {stack.status.value}")
    advice = ADVICE[stack.status]
    if advice.action is not RecoveryAction.READY:
        run.say(f"{stack.name} is in {stack.status.value}. {advice.why}")
    outcome = _WALKS[advice.action](run, stack)
    if isinstance(outcome, Recovered):
        return Recovered(outcome.stack, outcome.status, (*steps, *outcome.steps))
    return outcome


def _waited(run: Run, stack: Stack) -> Stack:
    if not run.choices.wait:
        refuse_busy(run.cloudformation, stack, run.invocation)
    ended = await_idle(run.cloudformation, stack.arn, run.waiting, run.say)
    return ended or replace(stack, status=StackStatus.DELETE_COMPLETE)


def _ready(run: Run, stack: Stack) -> Outcome:
    """The root is well; change sets that were left behind count against a limit, and are offered for deletion.

    Raises StackStuck where a nested stack is stuck by itself.
    """
    _refuse_stuck_layers(run, stack)
    left = [] if stack.status is StackStatus.DELETE_COMPLETE else leftovers(run.cloudformation, stack.arn)
    if not left:
        return Recovered(stack.name, stack.status.value, ())
    return removed(run, stack, left) or Recovered(stack.name, stack.status.value, (counted(left),))


def _refuse_stuck_layers(run: Run, root: Stack) -> None:
    """Raises StackStuck where nested stacks are stuck while their root is well, with what AWS allows then.

    API reference, ContinueUpdateRollback and RollbackStack: not of a nested stack, but of the stack that holds it, and
    that only where it is in such a state itself. A nested stack in such a state can be deleted.
    """
    if not root.exists:
        return
    stuck = {layer.path: layer.stack for layer in layers(run.cloudformation, root.arn, run.waiting) if layer.stuck}
    if not stuck:
        return
    names = ", ".join(map(str, stuck))
    raise StackStuck(
        f"stack {root.name} is in {root.status.value}, and {names} below it "
        f"{'is' if len(stuck) == 1 else 'are'} stuck; AWS never continues the rollback of a nested stack by itself",
        findings=[line for path, stack in stuck.items() if stack for line in _stuck_lines(run, path, stack)],
        remedy=f"fix what is stuck by hand and ask AWS Support to roll back {names}; or, if it may be lost, remove it "
        f"from the root's template, deploy (that deletes it), add it again, then: {run.invocation.again()}",
    )


def _stuck_lines(run: Run, path: ResourcePath, layer: Stack) -> Iterator[str]:
    """The state of one nested stack, and the resources of its own on which it is stuck."""
    yield f"{path} is in {layer.status.value}: {layer.reason or ADVICE[layer.status].why} ({layer.arn})"
    for resource in live_resources(run.cloudformation, layer.arn, run.waiting):
        if resource.status.value.endswith("_FAILED") and not resource.nested:
            yield f"stuck: {path / resource.logical_id}  {resource.type}  {resource.reason or 'no reason was given'}"


def _discard(run: Run, stack: Stack) -> Outcome:
    steps = discarded_empty(run, stack)
    return steps if isinstance(steps, Declined) else Recovered(stack.name, None, steps)


def _delete(run: Run, stack: Stack) -> Outcome:
    refuse_protected(run, stack)
    deletion = deletion_of(run, stack)
    if deletion.goes or deletion.stays:
        run.tell(deletion)
    question = f"Delete stack {stack.name} in {run.environment.account}/{run.environment.region}?"
    refused = declined_deletion(run, stack, deletion, question, typed=not ADVICE[stack.status].safe)
    return refused or _after_deletion(run, stack, ())


def _delete_again(run: Run, stack: Stack) -> Outcome:
    """Deletes once more; what is retained is named, and is left behind in its own stack first where that is nested."""
    refuse_protected(run, stack)
    stuck = stuck_resources(run.cloudformation, stack, StackStatus.DELETE_FAILED, run.waiting)
    kept = named(run.choices.retain, stuck, "--retain")
    _tell(run, stuck, kept)
    left = f" and retain {', '.join(resource.name for resource in kept)}" if kept else ""
    deletion = deletion_of(run, stack, [resource.path for resource in kept])
    run.tell(deletion)
    if refused := declined_deletion(run, stack, deletion, f"Delete stack {stack.name} again{left}?"):
        return refused
    for arn in dict.fromkeys(resource.stack for resource in sorted(kept, key=lambda resource: -len(resource.path))):
        if arn != stack.arn:
            own = [resource.path.name for resource in kept if resource.stack == arn]
            call(run.cloudformation.delete_stack, StackName=arn, RetainResources=own)
            # However that deletion ends: the deletion of the root reports the rest.
            idle(run.cloudformation, arn, run.waiting)
    return _after_deletion(run, stack, tuple(resource for resource in kept if resource.stack == stack.arn))


def _after_deletion(run: Run, stack: Stack, kept: tuple[StuckResource, ...]) -> Outcome:
    retained = {"RetainResources": [resource.path.name for resource in kept]} if kept else {}

    def begin(token: str) -> None:
        call(run.cloudformation.delete_stack, StackName=stack.arn, ClientRequestToken=token, **retained)

    root, events = operate(run, stack, begin)
    if root.status is not StackStatus.DELETE_COMPLETE:
        raise _advised(run, root, failure(run, root, events), "--retain")
    return Recovered(stack.name, None, ("deleted the stack",))


def _roll_back(run: Run, stack: Stack) -> Outcome:
    question = f"Roll back the failed update of stack {stack.name}?"
    if not run.approve(Question(question)):
        return Declined(stack.name, question)
    return _back(
        run,
        stack,
        lambda token: call(run.cloudformation.rollback_stack, StackName=stack.arn, ClientRequestToken=token),
        "rolled back the failed update",
    )


def _continue(run: Run, stack: Stack) -> Outcome:
    stuck = stuck_resources(run.cloudformation, stack, StackStatus.UPDATE_ROLLBACK_FAILED, run.waiting)
    skipped = named(run.choices.skip, stuck, "--skip")
    _tell(run, stuck, skipped)
    names = ", ".join(resource.name for resource in skipped)
    question = f"Continue the rollback of stack {stack.name}{f' without {names}' if names else ''}?"
    if not run.approve(Question(question)):
        return Declined(stack.name, question)
    skip = {"ResourcesToSkip": [resource.skipped_as(stack.arn) for resource in skipped]} if skipped else {}
    step = f"continued the rollback{f' without {names}' if names else ''}"
    return _back(
        run,
        stack,
        lambda token: call(
            run.cloudformation.continue_update_rollback, StackName=stack.arn, ClientRequestToken=token, **skip
        ),
        step,
    )


def _back(run: Run, stack: Stack, begin: Callable[[str], object], step: str) -> Outcome:
    root, events = operate(run, stack, begin)
    if not root.status.updatable:
        raise _advised(run, root, failure(run, root, events), "--skip")
    return Recovered(stack.name, root.status.value, (step,))


def _advised(run: Run, root: Stack, error: OperationFailed, option: str) -> OperationFailed:
    """The same failure with the command that goes round what failed again.

    What pins others is not left behind: they could not be deleted either, and go by themselves once it is gone.
    """
    if root.status not in (StackStatus.UPDATE_ROLLBACK_FAILED, StackStatus.DELETE_FAILED):
        return error
    stuck = stuck_resources(run.cloudformation, root, root.status, run.waiting)
    if option == "--retain" and any(hold.pins for hold in holds(_refused(run, stuck))):
        return error
    options = [word for resource in stuck for word in (option, resource.name)]
    without = f"to skip {'them' if len(stuck) > 1 else 'it'}: {run.invocation.again('recover', *options)}"
    findings = (*error.findings, *([without] if stuck else []))
    fix = error.remedy if error.remedy and ", then: " in error.remedy else f"fix it, then: {error.remedy}"
    return OperationFailed(error.happened, status=error.status, findings=findings, remedy=fix)


def _refused(run: Run, stuck: Sequence[StuckResource]) -> Iterator[Refused]:
    for resource in stuck:
        yield Refused(resource.path, resource.type, resource.physical_id, run.environment.region, resource.reason)


def _unknown(run: Run, stack: Stack) -> Outcome:
    advice = ADVICE[stack.status]
    raise StackStuck(
        f"stack {stack.name} is in {stack.status.value}",
        findings=[advice.why],
        remedy=next_step(stack.status, run.invocation),
    )


def _tell(run: Run, stuck: list[StuckResource], chosen: list[StuckResource]) -> None:
    for resource in stuck:
        mark = "left" if resource in chosen else "stuck"
        run.say(f"  {mark}: {resource.name}  {resource.type}  {resource.reason}")


_WALKS: dict[RecoveryAction, Callable[[Run, Stack], Outcome]] = {
    RecoveryAction.READY: _ready,
    RecoveryAction.DISCARD: _discard,
    RecoveryAction.DELETE: _delete,
    RecoveryAction.DELETE_AGAIN: _delete_again,
    RecoveryAction.ROLL_BACK: _roll_back,
    RecoveryAction.CONTINUE_ROLLBACK: _continue,
    RecoveryAction.UNKNOWN: _unknown,
}
