"""The platform that a service stands on: what it exports must be there before anything is sent."""

from cloudformation.statuses import StackStatus
from deployment.errors import StackBlocked
from deployment.run.run import Run
from deployment.stack.stack import describe_stack

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


def refuse_without_platform(run: Run) -> None:
    """Raises StackBlocked where a service is deployed and its platform does not stand."""
    environment = run.environment
    if environment.platform is None:
        return
    platform = describe_stack(run.cloudformation, environment.platform)
    named, own = f"stack {environment.platform}, which {environment.service} stands on,", run.invocation.of_platform()
    if platform is None or not platform.exists:
        raise StackBlocked(f"{named} is not there", remedy=f"create it first: {own.again()}")
    if platform.status in _NO_EXPORTS:
        raise StackBlocked(f"{named} is in {platform.status.value}", remedy=f"look at it first: {own.again('status')}")
