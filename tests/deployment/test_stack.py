"""What a stack is now, and what may be done to it."""

import pytest

from deployment.errors import StackBusy, StackStuck
from deployment.stack import (
    StackStatus,
    describe_stack,
    next_step,
    original_template,
    refuse_blocked,
    stack_from,
)
from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.shapes import START, stack_arn, stack_body, stacks

_GONE = refusal("ValidationError", "Stack with id shop-dev does not exist")


def test_a_stack_is_read_with_what_it_has() -> None:
    client = FakeClient(
        "cloudformation",
        describe_stacks=stacks(
            Parameters=[{"ParameterKey": "A", "ParameterValue": "1"}],
            Outputs=[{"OutputKey": "Url", "OutputValue": "https://x", "ExportName": "x-Url"}],
            Tags=[{"Key": "a", "Value": "b"}],
            EnableTerminationProtection=True,
            RoleARN="arn:aws:iam::111122223333:role/cloudformation",
        ),
    )
    stack = describe_stack(client, "shop-dev")
    assert stack
    assert (stack.arn, stack.status, stack.created) == (stack_arn(), StackStatus.CREATE_COMPLETE, START)
    assert (stack.parameters, stack.tags, stack.protected) == ({"A": "1"}, {"a": "b"}, True)
    assert stack.role == "arn:aws:iam::111122223333:role/cloudformation"
    assert [(each.name, each.value, each.export) for each in stack.outputs] == [("Url", "https://x", "x-Url")]


def test_what_does_not_exist_is_none() -> None:
    client = FakeClient("cloudformation", describe_stacks=_GONE, get_template=_GONE)
    assert describe_stack(client, "shop-dev") is None
    assert original_template(client, "shop-dev") is None


def test_a_template_is_text_or_nothing() -> None:
    assert original_template(FakeClient("cloudformation", get_template={"TemplateBody": "a: b"}), "x") == "a: b"
    assert original_template(FakeClient("cloudformation", get_template={}), "x") is None


@pytest.mark.parametrize("status", [each for each in StackStatus if each.in_progress])
def test_a_stack_at_work_is_busy(status: StackStatus) -> None:
    with pytest.raises(StackBusy, match=status.value) as caught:
        refuse_blocked(stack_from(stack_body(status.value)), "--env dev")
    assert "status --env dev" in (caught.value.remedy or "")


@pytest.mark.parametrize(
    "status",
    [
        each
        for each in StackStatus
        if each.settled
        and not each.updatable
        and each not in (StackStatus.REVIEW_IN_PROGRESS, StackStatus.DELETE_COMPLETE)
    ],
)
def test_a_stack_that_takes_no_update_is_stuck_and_told_the_way_out(status: StackStatus) -> None:
    with pytest.raises(StackStuck) as caught:
        refuse_blocked(stack_from(stack_body(status.value, StackStatusReason="because")), "--env dev")
    assert caught.value.happened == f"stack shop-dev is in {status.value}: because"
    assert caught.value.remedy


@pytest.mark.parametrize("status", ["REVIEW_IN_PROGRESS", "DELETE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"])
def test_a_stack_that_can_be_created_or_updated_is_not_refused(status: str) -> None:
    refuse_blocked(stack_from(stack_body(status)), "--env dev")
    refuse_blocked(None, "--env dev")


def test_rollbacks_are_not_confused() -> None:
    assert "continue-update-rollback" in next_step(StackStatus.UPDATE_ROLLBACK_FAILED, "arn", "--env dev")
    assert "rollback-stack" in next_step(StackStatus.UPDATE_FAILED, "arn", "--env dev")
    assert next_step(StackStatus.UPDATE_ROLLBACK_COMPLETE, "arn", "--env dev").endswith("python deploy.py --env dev")
