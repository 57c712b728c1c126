"""Taking a change set away, with its nested ones, until it is gone; its stack is discarded in discard.py."""

from collections.abc import Mapping
from typing import Any

from cloudformation.statuses import ChangeSetStatus
from deployment.aws.calls import call
from deployment.aws.clock import Waiting
from deployment.aws.session import Client
from deployment.aws.shell_words import aws_command
from deployment.aws.texts import says_being_made
from deployment.aws.waiting import Limit, asked_until
from deployment.errors import AwsRefusal, ChangeSetFailed, DeploymentError, NotFound

_DELETED_SECONDS = 600.0


def delete_change_set(cloudformation: Client, arn: str, waiting: Waiting) -> None:
    """Deletes a change set with its nested ones and returns when it is gone: a nested deletion takes its time."""
    # Again and again while it is still being made.
    limit = Limit[Any](_DELETED_SECONDS, lambda _: _undeletable(arn, f"it still exists after {_DELETED_SECONDS:.0f} s"))
    asked_until(waiting, lambda: _deletion_begins(cloudformation, arn), bool, limit, soon=True)
    failed = asked_until(waiting, lambda: _undeleted(cloudformation, arn), _deletion_ended, limit, soon=True)
    if failed is not None:
        raise _undeletable(arn, failed.get("StatusReason") or arn)


def _undeletable(arn: str, why: str) -> DeploymentError:
    return ChangeSetFailed(
        f"the change set could not be deleted: {why}",
        remedy=aws_command(arn.split(":")[3], "cloudformation", "delete-change-set", "--change-set-name", arn),
    )


def _deletion_begins(cloudformation: Client, arn: str) -> bool:
    """Asks for the deletion; False where the change set is still being made, and so cannot be deleted yet."""
    try:
        call(cloudformation.delete_change_set, ChangeSetName=arn)
    except AwsRefusal as error:
        if not says_being_made(error):
            raise
        return False
    return True


def _undeleted(cloudformation: Client, arn: str) -> dict[str, Any] | None:
    """A change set whose deletion was asked for, as it is described; None once it is gone."""
    try:
        return call(cloudformation.describe_change_set, ChangeSetName=arn)
    except NotFound:
        return None


def _deletion_ended(described: Mapping[str, Any] | None) -> bool:
    return described is None or described.get("Status") == ChangeSetStatus.DELETE_FAILED.value
