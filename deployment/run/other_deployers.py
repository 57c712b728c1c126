"""Two deployers at once: the first to execute wins, and the second is told so instead of what AWS says of its set.

Executing a change set deletes every other one of the stack (ExecuteChangeSet), so that a set that still stands was
made over what the stack is now.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cloudformation.statuses import ExecutionStatus
from deployment.aws.calls import call
from deployment.aws.texts import says_overtaken
from deployment.errors import AwsRefusal, NotFound, Overtaken
from deployment.run.run import Run
from deployment.stack.last_operation import refuse_busy
from deployment.stack.stack import describe_stack


@contextmanager
def explained(run: Run) -> Iterator[None]:
    """Raises StackBusy where another deployer is at work, Overtaken where it has done its work already."""
    try:
        yield
    except AwsRefusal as error:
        if not (isinstance(error, NotFound) or says_overtaken(error)):
            raise
        stack = describe_stack(run.cloudformation, run.environment.stack)
        if stack is not None:
            refuse_busy(run.cloudformation, stack, run.invocation)
        raise _overtaken(run, error.happened) from error


def refuse_obsolete(run: Run, change_set: str) -> None:
    """Raises Overtaken where the change set of that ARN can be executed no more."""
    described = call(run.cloudformation.describe_change_set, ChangeSetName=change_set)
    if described["ExecutionStatus"] != ExecutionStatus.AVAILABLE.value:
        raise _overtaken(run, f"the change set is {described['ExecutionStatus']}")


def _overtaken(run: Run, finding: str) -> Overtaken:
    return Overtaken(
        f"somebody else deployed to stack {run.environment.stack} since it was reviewed; nothing was executed",
        findings=[finding],
        remedy=f"review again: {run.invocation.again()}",
    )
