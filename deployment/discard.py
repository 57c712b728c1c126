"""What is declined, or only planned, leaves nothing behind: no change set, no empty stack under review."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from deployment.aws import call, unanswered
from deployment.change_set import Waiting, delete_change_set
from deployment.errors import DeploymentError
from deployment.session import Client
from deployment.stack import StackStatus, describe_stack

_TRIES = 6


def discard(cloudformation: Client, change_set: str, stack: str, waiting: Waiting, token: str) -> None:
    """Deletes the change set tree, then its stack where that is under review and holds no other change set."""
    delete_change_set(cloudformation, change_set, waiting)
    found = describe_stack(cloudformation, stack)
    if found is None or found.status is not StackStatus.REVIEW_IN_PROGRESS:
        return
    if call(cloudformation.list_change_sets, StackName=stack).get("Summaries"):
        return
    call(cloudformation.delete_stack, StackName=stack, ClientRequestToken=token)
    await_gone(cloudformation, stack, waiting)


@contextmanager
def discarded_on_failure(
    cloudformation: Client, change_set: str, stack: str, waiting: Waiting, token: Callable[[], str]
) -> Iterator[None]:
    """Takes the change set away again where the block does not end well; an interrupt counts as such."""
    try:
        yield
    except BaseException:
        with suppress(DeploymentError):  # what went wrong first is what is told
            _patiently(waiting, lambda: discard(cloudformation, change_set, stack, waiting, token()))
        raise


def _patiently(waiting: Waiting, act: Callable[[], None]) -> None:
    """Acts again and again where there is no answer: what ended the block may be an outage that passes."""
    wait = waiting.polling.first
    for _ in range(_TRIES - 1):
        try:
            return act()
        except DeploymentError as error:
            if not unanswered(error):
                raise
        waiting.clock.sleep(wait)
        wait = waiting.polling.after(wait)
    return act()


def await_gone(cloudformation: Client, stack: str, waiting: Waiting) -> None:
    """Returns when the stack of that ARN, which never had resources, is deleted."""
    wait = waiting.polling.first / 2
    while (found := describe_stack(cloudformation, stack)) and found.status is not StackStatus.DELETE_COMPLETE:
        waiting.clock.sleep(wait)
        wait = waiting.polling.after(wait)
