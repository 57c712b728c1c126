"""Following an operation until its root stack has settled, whatever happens to the requests meanwhile.

The first *_COMPLETE of a nested stack is not the end; the last events may come after the root's status is terminal;
and a missing answer is no failure of the operation: throttling, resets, failing services and expired credentials only
make the requests rarer. How the operation ended is reported by CloudFormation alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from cloudformation.statuses import StackStatus
from deployment.aws.clock import Clock, Interrupted, Polling, Waiting
from deployment.aws.retries import UNANSWERED_SECONDS
from deployment.aws.session import Client
from deployment.errors import CredentialsExpired, ServiceUnavailable, Throttled, Unreachable, WatchLost
from deployment.stack.event_log import EventLog
from deployment.stack.events import Event, Operation
from deployment.stack.stack import Stack, describe_stack

_LOOKS = 4
SURVIVED = (Throttled, Unreachable, ServiceUnavailable, CredentialsExpired)
# What reading an answer may raise that has an unexpected content. The next one may be different.
_UNREADABLE = (LookupError, TypeError, AttributeError, ValueError)


def _raise(_: EventLog) -> None:
    raise KeyboardInterrupt


@dataclass(frozen=True)
class Listener:
    """Receives every event, the end of every round, the errors of a round, and that a person asked to stop."""

    happened: Callable[[Event], None]
    looked: Callable[[EventLog], None] = lambda _: None
    missed: Callable[[Exception], None] = lambda _: None
    interrupted: Callable[[EventLog], None] = _raise
    """Returns where the following continues, as `looked` does; the log can accept another request's events."""


def follow(cloudformation: Client, operation: Operation, clock: Clock, polling: Polling, listener: Listener) -> Stack:
    """Reports every event until the root has settled, and once more after that; the root as it then is.

    The events of a round are reported once nothing older can come: the stacks are not asked in one moment. Raises
    WatchLost where answers come, and report neither an end nor an operation in progress.
    """
    log = EventLog(cloudformation, operation)
    judge = Judge(cloudformation, operation.stack, log)
    wait, answered = polling.first / 2, clock.monotonic()
    moved = answered
    while True:
        try:
            news = log.read(_share(polling, wait))
            idle = wait >= polling.most  # only then is DescribeStacks asked whether an operation is in progress
            root = judge.settled(idle=idle)
            if root is not None:
                _read_the_rest(log, Waiting(clock, polling))
        except (*SURVIVED, *_UNREADABLE) as error:
            if clock.monotonic() - answered > UNANSWERED_SECONDS:  # the watching is given up, never the operation
                raise
            listener.missed(error)
            wait = polling.after(polling.after(wait))
        else:
            answered = clock.monotonic()
            moved = answered if news or judge.at_work else moved
            _tell(log, listener, everything=root is not None)
            if root is not None:
                return root
            if idle and answered - moved > UNANSWERED_SECONDS:
                raise WatchLost(
                    "no operation is in progress any more, and no end of it is reported", findings=judge.said
                )
            wait = polling.first if news else polling.after(wait)
        _rest(clock, wait, listener, log)


def _rest(clock: Clock, wait: float, listener: Listener, log: EventLog) -> None:
    try:
        listener.looked(log)
        clock.sleep(wait)
    except Interrupted:
        listener.interrupted(log)


def _share(polling: Polling, wait: float) -> int:
    """How many stacks one round asks: the longer the wait until the next, the more."""
    return max(polling.stacks, int(polling.stacks * wait / polling.first)) if polling.first else polling.stacks


def _tell(log: EventLog, listener: Listener, *, everything: bool) -> None:
    for event in log.take(everything=everything):
        listener.happened(event)


def _read_the_rest(log: EventLog, waiting: Waiting) -> None:
    """Asks once more after the end, and again where a nested stack was not known yet."""
    log.read()
    for _ in range(_LOOKS):
        if not log.unseen:
            return
        waiting.clock.sleep(waiting.polling.first)
        log.read()


class Judge:
    """Whether the root has settled: the answer of DescribeStacks and the root's own last event must agree.

    DescribeStacks may return an earlier state for a moment (aws-cdk-cli reads again). Where the two continue to differ,
    the event of our operation counts; without one, the repeated answer of DescribeStacks.
    """

    def __init__(self, cloudformation: Client, stack: str, log: EventLog) -> None:
        self._cloudformation = cloudformation
        self._stack = stack
        self._log = log
        self._said: list[StackStatus] = []
        self._found = True
        self.at_work = False
        """Whether DescribeStacks reported an operation in progress when it was last asked."""

    @property
    def said(self) -> tuple[str, str]:
        """What is known of a stack of which nothing certain is known."""
        ours = self._log.root_status
        status = self._said[-1].value if self._found and self._said else None
        return (
            f"DescribeStacks reports {status}" if status else "DescribeStacks reports that the stack does not exist",
            f"the last event of this operation is {ours.value}" if ours else "no event of this operation is reported",
        )

    def settled(self, *, idle: bool) -> Stack | None:
        """The root once its own last event is a terminal one, or no more events come, and the answer is reliable."""
        ours = self._log.root_status
        if not idle and (ours is None or not _ended(ours)):
            return None
        root = describe_stack(self._cloudformation, self._stack)
        self._found, self.at_work = root is not None, False
        if root is None:
            return None
        self.at_work = root.status.in_progress
        if ours is None:
            return None
        self._said.append(root.status)
        if _ended(ours):
            if root.status is not ours and (self._log.overtaken or len(self._said) > _LOOKS):
                return replace(root, status=ours, reason=None)
            return root if root.status is ours else None
        believed = root.status is self._log.latest or self._said[-_LOOKS:] == [root.status] * _LOOKS
        return root if _ended(root.status) and believed else None


def _ended(status: StackStatus) -> bool:
    """Whether a status is one of those that end an operation; one that is new to us may not."""
    return status.settled and status.known
