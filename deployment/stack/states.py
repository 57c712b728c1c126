"""What commands report of a stuck stack, and the next command, from the recovery of each state."""

from cloudformation.environment.delivery.stack_recovery import ADVICE, RecoveryAction
from cloudformation.environment.environment_file import Environment
from cloudformation.statuses import StackStatus
from deployment.aws.session import Client
from deployment.errors import StackBlocked, StackStuck
from deployment.stack.invocation import Invocation
from deployment.stack.stack import Stack, describe_stack


def refuse_stuck(stack: Stack | None, invocation: Invocation) -> None:
    """Raises StackStuck where a stack without an operation in progress accepts no change set."""
    if stack is None or not stack.exists or stack.status.updatable:
        return
    raise StackStuck(
        f"stack {stack.name} is in {stack.status.value}{f': {stack.reason}' if stack.reason else ''}",
        findings=[ADVICE[stack.status].why],
        remedy=next_step(stack.status, invocation),
    )


def next_step(status: StackStatus, invocation: Invocation, fix: str | None = None, *, failed: bool = True) -> str:
    """The next command, as it is typed, after what is to be fixed first; nothing is where nothing has `failed`."""
    action = ADVICE[status].action
    if action is RecoveryAction.WAIT:
        return f"follow the operation to its end, then try again: {invocation.again('status', '--follow')}"
    if action is RecoveryAction.UNKNOWN:
        return f"{action.value}: {invocation.again('status')}"
    command = invocation.again("deploy" if action is RecoveryAction.READY else "recover")
    first = fix or ("fix the cause" if action is RecoveryAction.READY and failed else None)
    return f"{first}, then: {command}" if first else command


# A stack exports nothing before it is created, nor once its creation failed or it is being deleted.
_NO_EXPORTS = {
    StackStatus.CREATE_IN_PROGRESS,
    StackStatus.CREATE_FAILED,
    StackStatus.ROLLBACK_IN_PROGRESS,
    StackStatus.ROLLBACK_FAILED,
    StackStatus.ROLLBACK_COMPLETE,
    StackStatus.DELETE_IN_PROGRESS,
    StackStatus.DELETE_FAILED,
}


def refuse_without_platform(cloudformation: Client, environment: Environment, invocation: Invocation) -> None:
    """Raises StackBlocked where a service is deployed and its platform does not exist."""
    if environment.platform is None:
        return
    platform = describe_stack(cloudformation, environment.platform)
    named, own = f"stack {environment.platform}, which {environment.service} needs,", invocation.of_platform()
    if platform is None or not platform.exists:
        raise StackBlocked(f"{named} does not exist", remedy=f"create it first: {own.again()}")
    if platform.status in _NO_EXPORTS:
        raise StackBlocked(f"{named} is in {platform.status.value}", remedy=f"look at it first: {own.again('status')}")
