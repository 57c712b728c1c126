"""What to do with a stack in each of its states."""

from __future__ import annotations

import pytest

from cloudformation.environment.delivery.stack_recovery import ADVICE, RecoveryAction
from cloudformation.statuses import StackStatus
from deployment.errors import StackStuck
from deployment.stack.invocation import Invocation
from deployment.stack.stack import stack_from
from deployment.stack.states import next_step, refuse_stuck
from tests.deployment.fake_client import service_model
from tests.deployment.shapes import stack_body

ENUM = service_model("cloudformation").shape_for("StackStatus").enum


STUCK = [
    each
    for each in StackStatus
    if each.settled and not each.updatable and each not in (StackStatus.REVIEW_IN_PROGRESS, StackStatus.DELETE_COMPLETE)
]


@pytest.mark.parametrize("status", STUCK)
def test_a_stack_that_takes_no_update_is_stuck_and_told_the_way_out(status: StackStatus) -> None:
    with pytest.raises(StackStuck) as caught:
        refuse_stuck(stack_from(stack_body(status.value, StackStatusReason="because")), Invocation(("--env", "dev")))
    assert caught.value.happened == f"stack shop-dev is in {status.value}: because"
    assert caught.value.findings == (ADVICE[status].why,)
    asked = "status" if status is StackStatus.IMPORT_ROLLBACK_FAILED else "recover"
    assert (caught.value.remedy or "").endswith(f"python deploy.py {asked} --env dev")


@pytest.mark.parametrize("status", ["REVIEW_IN_PROGRESS", "DELETE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"])
def test_a_stack_that_can_be_created_or_updated_is_not_refused(status: str) -> None:
    refuse_stuck(stack_from(stack_body(status)), Invocation(("--env", "dev")))
    refuse_stuck(None, Invocation(("--env", "dev")))


def test_rollbacks_are_not_confused() -> None:
    assert ADVICE[StackStatus.UPDATE_ROLLBACK_FAILED].action is RecoveryAction.CONTINUE_ROLLBACK
    assert ADVICE[StackStatus.UPDATE_FAILED].action is RecoveryAction.ROLL_BACK
    assert next_step(StackStatus.UPDATE_ROLLBACK_COMPLETE, Invocation(("--env", "dev"))) == (
        "fix the cause, then: python deploy.py --env dev"
    )
