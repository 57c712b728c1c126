"""What to do with a stack in each of its states."""

from __future__ import annotations

import pytest

from cloudformation.environment.delivery.stack_recovery import ADVICE, RecoveryAction
from cloudformation.environment.environment_file import Environment
from cloudformation.environment.findings import Place
from cloudformation.statuses import StackStatus
from deployment.errors import StackBlocked, StackStuck
from deployment.stack.invocation import Invocation
from deployment.stack.stack import stack_from
from deployment.stack.states import next_step, refuse_stuck, refuse_without_platform
from tests.deployment.fake_client import FakeClient, refusal, service_model
from tests.deployment.shapes import stack_body, stacks

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


_PLATFORM = Environment("dev", Place("p"), "1", "r", "shop-dev", "b", False, {}, (), {}, {})
_SERVICE = _PLATFORM._replace(stack="shop-dev-api", service="api", platform="shop-dev")
_INVOCATION = Invocation(("--env", "dev", "--service", "api"))
_NOTHING_TO_IMPORT = {
    *(StackStatus.CREATE_IN_PROGRESS, StackStatus.CREATE_FAILED),
    *(StackStatus.ROLLBACK_IN_PROGRESS, StackStatus.ROLLBACK_FAILED, StackStatus.ROLLBACK_COMPLETE),
    *(StackStatus.DELETE_IN_PROGRESS, StackStatus.DELETE_FAILED),
}


@pytest.mark.parametrize("status", [status for status in StackStatus if status in _NOTHING_TO_IMPORT])
def test_a_service_is_not_deployed_on_a_platform_without_outputs(status: StackStatus) -> None:
    client = FakeClient("cloudformation", describe_stacks=stacks(status.value))
    with pytest.raises(StackBlocked) as caught:
        refuse_without_platform(client, _SERVICE, _INVOCATION)
    assert status.value in caught.value.happened
    assert (caught.value.remedy or "").endswith("python deploy.py status --env dev")


@pytest.mark.parametrize(
    "answer",
    [
        stacks("REVIEW_IN_PROGRESS"),
        stacks("DELETE_COMPLETE"),
        refusal("ValidationError", "Stack with id shop-dev does not exist"),
    ],
    ids=["under review", "deleted", "never made"],
)
def test_a_service_is_not_deployed_where_its_platform_is_not_there(answer: object) -> None:
    with pytest.raises(StackBlocked) as caught:
        refuse_without_platform(FakeClient("cloudformation", describe_stacks=answer), _SERVICE, _INVOCATION)
    assert (caught.value.remedy or "").endswith("python deploy.py --env dev")


def test_a_service_is_deployed_on_a_platform_that_has_its_outputs_whatever_goes_on_there() -> None:
    absent = {*_NOTHING_TO_IMPORT, StackStatus.REVIEW_IN_PROGRESS, StackStatus.DELETE_COMPLETE}
    for status in set(StackStatus) - absent:
        client = FakeClient("cloudformation", describe_stacks=stacks(status.value))
        refuse_without_platform(client, _SERVICE, _INVOCATION)
        assert [asked["StackName"] for asked in client.named("describe_stacks")] == ["shop-dev"]


def test_a_platform_stands_on_nothing() -> None:
    client = FakeClient("cloudformation")
    refuse_without_platform(client, _PLATFORM, Invocation(("--env", "dev")))
    assert client.calls == []
