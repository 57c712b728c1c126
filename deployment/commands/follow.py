"""Picking an operation up again that was started before: its events from its start, and the same ending."""

from __future__ import annotations

from cloudformation.statuses import StackStatus
from deployment.run.execution import failure, protect
from deployment.run.identity import caller_of
from deployment.run.outcome import Absent, Deleted, Followed, Outcome, Shown, layer_durations, span_seconds
from deployment.run.run import Run
from deployment.run.watching import watch
from deployment.stack.events import Operation
from deployment.stack.last_operation import last_operation
from deployment.stack.stack import describe_stack


def follow_last(run: Run) -> Outcome:
    """Follows the last operation on the stack to its end, also where that is reached already.

    Raises OperationFailed where it ended badly. What a deployment does after its success is done here as well.
    """
    caller_of(run)
    stack = describe_stack(run.cloudformation, run.environment.stack)
    if stack is None:
        return Absent(run.environment.stack)
    operation = last_operation(run.cloudformation, stack.arn)
    if operation is None:  # a stack under review: nothing was ever begun
        return Shown(stack, (), (), template_differs=True)
    root, events = watch(run, Operation(stack.arn, operation.token or "", operation.since, also=operation.further))
    if root.status is StackStatus.DELETE_COMPLETE:
        return Deleted(root.name, root.arn, span_seconds(events))
    if not root.status.succeeded:
        raise failure(run, root, events)
    protect(run, root)
    return Followed(root, span_seconds(events), layer_durations(events))
