"""A change set is gone when its deletion has ended, and one that never goes is not waited for without end."""

import pytest

from deployment.aws.clock import Waiting
from deployment.change_set.removal import delete_change_set
from deployment.errors import AwsRefusal, ChangeSetFailed
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime, refusal
from tests.deployment.shapes import change_set, set_arn

_GONE = refusal("ChangeSetNotFound", "ChangeSet [x] does not exist", 404)


def _waiting() -> tuple[FakeTime, Waiting]:
    time = FakeTime()
    return time, Waiting(time.clock, POLLING)


def test_a_deletion_is_waited_for() -> None:
    time, waiting = _waiting()
    deleting = change_set("x", status="DELETE_IN_PROGRESS")
    client = FakeClient("cloudformation", delete_change_set={}, describe_change_set=[deleting, deleting, _GONE])
    delete_change_set(client, set_arn("x"), waiting)
    assert len(time.slept) == 2


def test_a_change_set_in_the_making_is_deleted_as_soon_as_it_can_be() -> None:
    busy = refusal("InvalidChangeSetStatus", "Cannot delete ChangeSet in status CREATE_IN_PROGRESS")
    client = FakeClient("cloudformation", delete_change_set=[busy, {}], describe_change_set=_GONE)
    delete_change_set(client, set_arn("x"), _waiting()[1])
    assert len(client.named("delete_change_set")) == 2


def test_a_deletion_that_fails_is_told() -> None:
    failed = change_set("x", status="DELETE_FAILED", reason="not now")
    client = FakeClient("cloudformation", delete_change_set={}, describe_change_set=failed)
    with pytest.raises(ChangeSetFailed, match="not now"):
        delete_change_set(client, set_arn("x"), _waiting()[1])
    refused = FakeClient("cloudformation", delete_change_set=refusal("ValidationError", "no"))
    with pytest.raises(AwsRefusal):
        delete_change_set(refused, set_arn("x"), _waiting()[1])


def test_what_is_being_made_for_ever_is_not_waited_for_to_be_deleted_for_ever() -> None:
    making = refusal("InvalidChangeSetStatus", "Cannot delete ChangeSet in status CREATE_PENDING", 400)
    time, waiting = _waiting()
    with pytest.raises(ChangeSetFailed, match="it still exists after 600 s") as caught:
        delete_change_set(FakeClient("cloudformation", delete_change_set=making), set_arn("x"), waiting)
    assert (caught.value.remedy or "").startswith("aws cloudformation delete-change-set --change-set-name ")
    assert 600 < sum(time.slept) < 700


def test_a_deletion_that_goes_on_for_ever_is_not_waited_for_for_ever() -> None:
    going = change_set("x", status="DELETE_IN_PROGRESS")
    client = FakeClient("cloudformation", delete_change_set={}, describe_change_set=going)
    with pytest.raises(ChangeSetFailed, match="it still exists after 600 s"):
        delete_change_set(client, set_arn("x"), _waiting()[1])


def test_a_deletion_that_fails_without_a_reason_names_the_change_set() -> None:
    client = FakeClient(
        "cloudformation", delete_change_set={}, describe_change_set=change_set("x", status="DELETE_FAILED")
    )
    with pytest.raises(ChangeSetFailed, match=f"could not be deleted: {set_arn('x')}"):
        delete_change_set(client, set_arn("x"), _waiting()[1])
