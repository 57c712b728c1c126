"""What is declined, or only planned, leaves nothing behind: no change set, no empty stack under review."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from cloudformation.statuses import StackStatus
from deployment.aws.calls import call
from deployment.aws.clock import Waiting
from deployment.aws.pages import members
from deployment.aws.retries import retried
from deployment.aws.session import Client
from deployment.aws.shell_words import aws_command
from deployment.aws.waiting import Limit, asked_until, uninterrupted
from deployment.change_set.lifecycle import described_if_any, executes
from deployment.change_set.removal import delete_change_set
from deployment.errors import DeploymentError, NotFound, OperationFailed, WatchLost
from deployment.stack.last_operation import under_review
from deployment.stack.stack import describe_stack

_DELETED_SECONDS = 600.0
Made = tuple[str, str]
"""The ARNs of a change set and of its stack."""


def discard(cloudformation: Client, change_set: str, stack: str, waiting: Waiting, token: str) -> None:
    """Deletes the change set tree, then its stack where that is under review and holds no other change set."""
    # What does not exist was deleted by the attempt before, whose answer was lost.
    with suppress(NotFound):
        retried(waiting, lambda: _discard(cloudformation, change_set, stack, waiting, token))


def _discard(cloudformation: Client, change_set: str, stack: str, waiting: Waiting, token: str) -> None:
    delete_change_set(cloudformation, change_set, waiting)
    described = describe_stack(cloudformation, stack)
    if described is None or not under_review(cloudformation, described):
        return
    if any(True for _ in members(cloudformation.list_change_sets, "Summaries", StackName=stack)):
        return
    delete_empty(cloudformation, stack, waiting, token)


@contextmanager
def made(
    cloudformation: Client, make: Callable[[], Made], waiting: Waiting, token: Callable[[], str]
) -> Iterator[Made]:
    """A change set, made by `make`, that is taken away again where the block does not end well.

    An interrupt counts as such, also one that comes while the change set is asked for. What executes stays.
    """
    pair: list[Made] = []
    try:
        uninterrupted(lambda: pair.append(make()))
        yield pair[0]
    except BaseException as error:
        for change_set, stack in pair:
            _discard_unless_executing(cloudformation, change_set, stack, waiting, token, error)
        raise


def _discard_unless_executing(
    cloudformation: Client,
    change_set: str,
    stack: str,
    waiting: Waiting,
    token: Callable[[], str],
    error: BaseException,
) -> None:
    """Discards a change set that does not execute. The first error is reported; this only adds to it."""
    if isinstance(error, WatchLost):  # it may be at work
        return
    try:
        if not executes(described_if_any(cloudformation, waiting, ChangeSetName=change_set)):
            discard(cloudformation, change_set, stack, waiting, token())
    except DeploymentError as left:
        if isinstance(error, DeploymentError):
            error.findings += (f"change set {change_set} may be left behind: {left.happened}",)


def _still_stands(stack: str) -> DeploymentError:
    look = aws_command(stack.split(":")[3], "cloudformation", "describe-stacks", "--stack-name", stack)
    told = f"the deletion of the empty stack {stack} has not ended after {_DELETED_SECONDS:.0f} s"
    return OperationFailed(told, status=StackStatus.DELETE_IN_PROGRESS.value, remedy=f"look later: {look}")


def delete_empty(cloudformation: Client, stack: str, waiting: Waiting, token: str) -> None:
    """Deletes the stack of that ARN, which never had resources, and returns when it is gone; else OperationFailed."""
    call(cloudformation.delete_stack, StackName=stack, ClientRequestToken=token)
    ended = (StackStatus.DELETE_COMPLETE, StackStatus.DELETE_FAILED)
    last = asked_until(
        waiting,
        lambda: describe_stack(cloudformation, stack),
        lambda described: described is None or described.status in ended,
        Limit(_DELETED_SECONDS, lambda _: _still_stands(stack)),
        soon=True,
    )
    if last is not None and last.status is StackStatus.DELETE_FAILED:
        raise OperationFailed(f"stack {last.name} could not be deleted", status=last.status.value)
