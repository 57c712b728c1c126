"""Two deployers at once: the first to execute wins, and the second gets that reason instead of AWS's message.

Executing a change set deletes every other one of the stack (ExecuteChangeSet), so that a set that still exists was
created for the stack as it is now.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from cloudformation.statuses import ExecutionStatus
from deployment.aws.answers import needed
from deployment.aws.calls import call
from deployment.aws.texts import says_obsolete, says_overtaken
from deployment.errors import AwsRefusal, NotFound, Overtaken
from deployment.run.run import Run
from deployment.stack.last_operation import refuse_busy
from deployment.stack.stack import Stack, describe_stack


@contextmanager
def explained(run: Run, stood: Stack | None = None) -> Iterator[None]:
    """Raises StackBusy where another deployer's operation is in progress, Overtaken where it has ended already.

    `stood` is the stack as it was when it was first read. Only what has changed since shows another deployer: a refusal
    alone ("does not exist") is reported as AWS gave it.
    """
    try:
        yield
    except AwsRefusal as error:
        if not (isinstance(error, NotFound) or says_overtaken(error)):
            raise
        stack = describe_stack(run.cloudformation, run.environment.stack)
        if stack is not None:
            refuse_busy(run.cloudformation, stack, run.invocation)
        if says_obsolete(error) or _has_changed(stood, stack):
            raise _overtaken(run, error.happened) from error
        if stood is not None and stood.exists and stack is None:
            raise _gone(run, error.happened) from error
        error.findings += (f"stack {run.environment.stack} is unchanged: there is no sign of another deployment",)
        raise


def _has_changed(stood: Stack | None, now: Stack | None) -> bool:
    """Whether an operation has ended on a stack since it was read; one under review has had none."""
    if now is None or not now.exists:
        return False
    if stood is None or not stood.exists:
        return True
    return (now.arn, now.status, now.updated) != (stood.arn, stood.status, stood.updated)


def refuse_obsolete(run: Run, change_set: str) -> None:
    """Raises Overtaken where the change set of that ARN can no longer be executed."""
    described = call(run.cloudformation.describe_change_set, ChangeSetName=change_set)
    [execution] = needed(described, "ExecutionStatus")
    if execution != ExecutionStatus.AVAILABLE.value:
        raise _overtaken(run, f"the change set is {execution}")


def _overtaken(run: Run, finding: str) -> Overtaken:
    return Overtaken(
        f"somebody else deployed to stack {run.environment.stack} after it was reviewed; nothing was executed",
        findings=[finding],
        remedy=f"review again: {run.invocation.again()}",
    )


def _gone(run: Run, finding: str) -> Overtaken:
    return Overtaken(
        f"stack {run.environment.stack} was deleted after it was reviewed; nothing was executed",
        findings=[finding],
        remedy=f"create it again: {run.invocation.again()}",
    )
