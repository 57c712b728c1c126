"""Watching an operation for a person: what happens is told, and whoever interrupts is asked what is meant."""

from __future__ import annotations

from collections.abc import Callable

from cloudformation.statuses import StackStatus
from deployment.aws.calls import call
from deployment.aws.texts import says_too_late
from deployment.diagnosis.waits import Waits
from deployment.errors import AwsRefusal, CredentialsExpired, NoCredentials, Unreachable, WatchLost
from deployment.run.run import Run
from deployment.run.telling import Choice, Happened, Looked, Settled
from deployment.stack.event_log import EventLog
from deployment.stack.events import Event, Operation
from deployment.stack.following import Listener, follow
from deployment.stack.stack import Stack, describe_stack

CANCEL, DETACH, GO_ON = "cancel", "detach", "go on"


def watch(run: Run, operation: Operation) -> tuple[Stack, list[Event]]:
    """Tells every event of an operation until its stack has settled; raises WatchLost where that cannot be seen.

    KeyboardInterrupt: a person would rather not wait; the operation goes on.
    """
    events: list[Event] = []
    waits = Waits(run.session, run.waiting.clock)

    def happened(event: Event) -> None:
        events.append(event)
        waits.note(event)
        run.evidence.begin(run.session, event)
        run.tell(Happened(event, events[0].at))

    listener = Listener(
        happened=happened,
        looked=lambda: run.tell(Looked(waits.look())),
        missed=_complaint(run),
        interrupted=lambda log: _ask(run, operation, log),
    )
    try:
        root = follow(run.cloudformation, operation, run.waiting.clock, run.waiting.polling, listener)
    except (AwsRefusal, Unreachable, NoCredentials) as error:
        raise WatchLost(
            f"CloudFormation goes on with stack {run.environment.stack}, but it can no longer be watched",
            findings=[error.happened],
            remedy=f"follow it again: {run.invocation.again('status', '--follow')}",
        ) from error
    run.tell(Settled())
    return root, events


def _complaint(run: Run) -> Callable[[Exception], None]:
    """Says once that signing in again is needed; that it was done is noticed."""
    said: list[Exception] = []

    def missed(error: Exception) -> None:
        if isinstance(error, CredentialsExpired) and not said:
            said.append(error)
            run.say("the credentials have expired; sign in again elsewhere, and this goes on")

    return missed


def _ask(run: Run, operation: Operation, log: EventLog) -> None:
    """Cancels, detaches (KeyboardInterrupt) or returns to go on, as the person says.

    Only an update can be cancelled, and only while it is UPDATE_IN_PROGRESS (API reference, CancelUpdateStack).
    """
    cancellable = log.root_status is StackStatus.UPDATE_IN_PROGRESS and not operation.nested
    options = (CANCEL, DETACH, GO_ON) if cancellable else (DETACH, GO_ON)
    chosen = run.choose(Choice(f"CloudFormation is at work on stack {run.environment.stack}.", options))
    if chosen == DETACH:
        raise KeyboardInterrupt
    if chosen == CANCEL:
        _cancel(run, operation, log)


def _cancel(run: Run, operation: Operation, log: EventLog) -> None:
    token = run.token()
    log.accept(token)
    try:
        call(run.cloudformation.cancel_update_stack, StackName=operation.stack, ClientRequestToken=token)
    except AwsRefusal as error:
        if not says_too_late(error):
            raise
        now = describe_stack(run.cloudformation, operation.stack)
        run.say(f"too late to cancel: the stack is in {now.status.value if now else 'no state'} now")
    else:
        run.say("cancelling the update; CloudFormation rolls it back")
