"""Watching an operation for a person: events are reported, and a person who interrupts is asked what to do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from cloudformation.statuses import StackStatus
from deployment.aws.calls import call
from deployment.aws.texts import says_too_late
from deployment.diagnosis.causes import explain
from deployment.diagnosis.causes.certificate import NOT_VALIDATED
from deployment.diagnosis.overdue import Overdue
from deployment.diagnosis.waits import Waits
from deployment.errors import AwsRefusal, CredentialsExpired, NoCredentials, Unreachable, WatchLost
from deployment.run.run import Run
from deployment.run.telling import Choice, Happened, Looked, Question, Settled
from deployment.stack.event_log import EventLog
from deployment.stack.events import Event, Operation
from deployment.stack.following import Listener, follow
from deployment.stack.stack import Stack, describe_stack

CANCEL, DETACH, GO_ON = "cancel", "detach", "go on"
_HOUR = timedelta(hours=1)


def watch(run: Run, operation: Operation, *, reads: bool = False) -> tuple[Stack, list[Event]]:
    """Reports every event of an operation until its stack has settled; raises WatchLost where that cannot be observed.

    What waits for too long is reported, and an update offered to be cancelled, unless the command only `reads`.
    KeyboardInterrupt: a person does not want to wait; the operation continues.
    """
    events: list[Event] = []
    clock = run.waiting.clock
    waits, overdue = Waits(run.session, clock), Overdue()

    def happened(event: Event) -> None:
        events.append(event)
        waits.note(event)
        overdue.note(event, clock.monotonic())
        run.evidence.note(event)
        run.evidence.begin(run.session, event)
        run.tell(Happened(event, events[0].at))

    def looked(log: EventLog) -> None:
        run.tell(Looked(waits.look()))
        for event, waited in overdue.look(clock.monotonic(), lambda: run.session.server_clock.now):
            _tell_overdue(run, event, waited)
            if _is_cancellable(operation, log):
                _offer(run, operation, log, reads=reads)

    listener = Listener(
        happened=happened,
        looked=looked,
        missed=_complaint(run),
        interrupted=lambda log: _ask(run, operation, log),
    )
    try:
        with run.session.following():
            root = follow(run.cloudformation, operation, run.waiting.clock, run.waiting.polling, listener)
    except (AwsRefusal, Unreachable, NoCredentials, WatchLost) as error:
        raise WatchLost(
            f"the operation on stack {run.environment.stack} continues, but it can no longer be watched",
            findings=[error.happened, *error.findings],
            remedy=f"follow it again: {run.invocation.again('status', '--follow')}",
        ) from error
    run.tell(Settled())
    return root, events


def _complaint(run: Run) -> Callable[[Exception], None]:
    """Reports once that a new sign-in is needed, and again that it was done."""
    said: list[Exception] = []

    def missed(error: Exception) -> None:
        if isinstance(error, CredentialsExpired) and not said:
            said.append(error)
            run.say("the credentials have expired; sign in again in another terminal, and this run continues")

    return missed


def _ask(run: Run, operation: Operation, log: EventLog) -> None:
    """Cancels, detaches (KeyboardInterrupt) or returns to continue, as the person answers.

    Only an update can be cancelled, and only while it is UPDATE_IN_PROGRESS (API reference, CancelUpdateStack).
    """
    options = (CANCEL, DETACH, GO_ON) if _is_cancellable(operation, log) else (DETACH, GO_ON)
    chosen = run.choose(Choice(f"An operation on stack {run.environment.stack} is in progress.", options))
    if chosen == DETACH:
        raise KeyboardInterrupt
    if chosen == CANCEL:
        _cancel(run, operation, log)


def _is_cancellable(operation: Operation, log: EventLog) -> bool:
    return log.root_status is StackStatus.UPDATE_IN_PROGRESS and not operation.nested


def _tell_overdue(run: Run, event: Event, waited: timedelta) -> None:
    """Reports what is known of a certificate that is not validated: which record, and whether its zone has it."""
    explanation = explain(replace(event, reason=NOT_VALIDATED), run.evidence.renewed(run.session, event))
    facts = explanation.facts if explanation else ()
    why = ": ACM does not see its validation record" if facts else ""
    run.say(f"{event.path} has waited for {waited // _HOUR}h{why}")
    for line in (*facts, *([explanation.remedy] if explanation else [])):
        run.say(f"  {line}")


def _offer(run: Run, operation: Operation, log: EventLog, *, reads: bool) -> None:
    """Cancels an update that waits in vain, where that is approved; otherwise it waits for up to three days."""
    if reads:
        run.say(f"to cancel the update: aws cloudformation cancel-update-stack --stack-name {operation.stack}")
    elif run.approve(Question(f"Cancel the update of stack {run.environment.stack}? CloudFormation rolls it back.")):
        _cancel(run, operation, log)


def _cancel(run: Run, operation: Operation, log: EventLog) -> None:
    token = run.token()
    log.accept(token)
    try:
        call(run.cloudformation.cancel_update_stack, StackName=operation.stack, ClientRequestToken=token)
    except (AwsRefusal, Unreachable) as error:
        if not (isinstance(error, AwsRefusal) and says_too_late(error)):
            # The operation continues all the same, and so does the watching.
            run.say(f"the update could not be cancelled: {error.happened}")
            return
        now = describe_stack(run.cloudformation, operation.stack)
        run.say(f"too late to cancel: the stack is {now.status.value if now else 'deleted'} now")
    else:
        run.say("cancelling the update; CloudFormation rolls it back")
