"""The last operation on a stack, found in the stack's own events: who started it, when, and with which token.

The root's own events in progress follow each other without a gap from the start of an operation to its end; the event
before them is the terminal event of the operation before, or the review.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cloudformation.statuses import StackStatus, open_member
from deployment.aws.clock import Waiting
from deployment.aws.pages import members
from deployment.aws.retries import retried
from deployment.aws.session import Client
from deployment.aws.waiting import asked_until
from deployment.errors import StackBusy
from deployment.stack.invocation import Invocation
from deployment.stack.request_token import starter
from deployment.stack.stack import Stack, describe_stack
from deployment.stack.states import next_step


@dataclass(frozen=True)
class LastOperation:
    """When it started by the server's clock, its token (None where the caller gave none), and further ones.

    A cancellation has a token of its own.
    """

    since: datetime
    token: str | None
    further: frozenset[str] = frozenset()


def last_operation(cloudformation: Client, stack: str) -> LastOperation | None:
    """The last operation on the stack of that ARN; None where there was none."""
    first: dict[str, Any] | None = None
    tokens: set[str] = set()
    for body in _own_events(cloudformation, stack):
        if open_member(StackStatus, body.get("ResourceStatus", "")).in_progress:
            first = body
            tokens |= {body["ClientRequestToken"]} if body.get("ClientRequestToken") else set()
        elif first is not None:
            break
    if first is None:
        return None
    token = first.get("ClientRequestToken")
    return LastOperation(first["Timestamp"], token, frozenset(tokens - {token}))


def under_review(cloudformation: Client, stack: Stack) -> bool:
    """Whether the stack contains nothing but change sets.

    After an execution DescribeStacks may return REVIEW_IN_PROGRESS for a moment; the stack's events are right.
    """
    return stack.status is StackStatus.REVIEW_IN_PROGRESS and last_operation(cloudformation, stack.arn) is None


def current_stack(cloudformation: Client, name: str, waiting: Waiting, invocation: Invocation) -> Stack | None:
    """The stack of that name, None where there is none; read again while its events contradict its status.

    Raises StackBusy where they continue to: an operation has started that the status does not show yet.
    """

    def look() -> Stack | None:
        stack = describe_stack(cloudformation, name)
        if stack is None or stack.status is not StackStatus.REVIEW_IN_PROGRESS or under_review(cloudformation, stack):
            return stack
        raise _busy(cloudformation, stack, invocation)

    return retried(waiting, look, lambda error: isinstance(error, StackBusy))


def refuse_busy(cloudformation: Client, stack: Stack, invocation: Invocation) -> None:
    """Raises StackBusy, with who started the operation and when, while one is in progress."""
    if stack.status.in_progress:
        raise _busy(cloudformation, stack, invocation)


def _busy(cloudformation: Client, stack: Stack, invocation: Invocation) -> StackBusy:
    return StackBusy(_at_work(cloudformation, stack), remedy=next_step(StackStatus.UPDATE_IN_PROGRESS, invocation))


def await_idle(cloudformation: Client, name: str, waiting: Waiting, say: Callable[[str], None]) -> Stack | None:
    """The stack of that name or ARN once no operation on it is in progress; None where it does not exist."""
    stack = describe_stack(cloudformation, name)
    if stack is None or not stack.status.in_progress:
        return stack
    say(f"{_at_work(cloudformation, stack)}; waiting")
    # By its ARN: a deleted stack cannot be found by its name.
    ended = idle(cloudformation, stack.arn, waiting)
    if ended is not None:
        say(f"stack {ended.name} is {ended.status.value} now")
    return ended


def idle(cloudformation: Client, arn: str, waiting: Waiting) -> Stack | None:
    """The stack of that ARN once no operation on it is in progress; None where it does not exist."""
    return asked_until(
        waiting,
        lambda: describe_stack(cloudformation, arn),
        lambda stack: stack is None or not stack.status.in_progress,
    )


def _at_work(cloudformation: Client, stack: Stack) -> str:
    operation = last_operation(cloudformation, stack.arn)
    since = (operation.since if operation else stack.updated or stack.created).isoformat(timespec="seconds")
    who = starter(operation.token if operation else None)
    return f"stack {stack.name} is in {stack.status.value}: an operation that {who} started at {since} is in progress"


def _own_events(cloudformation: Client, stack: str) -> Iterator[dict[str, Any]]:
    """The stack's own events, the newest first."""
    events = members(cloudformation.describe_stack_events, "StackEvents", StackName=stack)
    return (event for event in events if event.get("PhysicalResourceId") == event["StackId"])
