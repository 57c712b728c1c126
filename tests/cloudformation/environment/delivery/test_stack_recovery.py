"""What leads out of each state of a stack."""

from __future__ import annotations

import pytest

from cloudformation.environment.delivery.stack_recovery import ADVICE, RecoveryAction
from cloudformation.statuses import StackStatus
from tests.deployment.fake_client import service_model

ENUM = service_model("cloudformation").shape_for("StackStatus").enum


def test_every_status_that_cloudformation_knows_has_its_advice() -> None:
    assert {status.value for status in ADVICE} == set(ENUM)
    assert all(advice.why for advice in ADVICE.values())


@pytest.mark.parametrize("status", StackStatus)
def test_what_is_at_work_is_waited_for_and_what_takes_an_update_is_ready(status: StackStatus) -> None:
    action = ADVICE[status].action
    assert (action is RecoveryAction.WAIT) == status.in_progress
    if status.updatable:
        assert action is RecoveryAction.READY


def test_a_stack_that_holds_something_is_never_deleted_by_yes_alone() -> None:
    deleted = {
        status
        for status, advice in ADVICE.items()
        if advice.action in (RecoveryAction.DELETE, RecoveryAction.DELETE_AGAIN)
    }
    assert {status for status in deleted if ADVICE[status].safe} == {StackStatus.ROLLBACK_COMPLETE}


def test_what_nothing_can_be_lost_by_is_done_by_yes_alone() -> None:
    assert {status for status, advice in ADVICE.items() if advice.safe} == {
        *(status for status in StackStatus if status.in_progress or status.updatable),
        StackStatus.ROLLBACK_COMPLETE,
        StackStatus.DELETE_COMPLETE,
        StackStatus.UPDATE_FAILED,
        StackStatus.UPDATE_ROLLBACK_FAILED,
        StackStatus.REVIEW_IN_PROGRESS,
    }
