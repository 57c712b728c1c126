"""What is not wanted leaves nothing behind, whatever ends the block in which it stands."""

from __future__ import annotations

from typing import Any

import pytest

from deployment.aws.clock import Waiting
from deployment.change_set.discard import delete_empty, discard, made
from deployment.errors import AwsRefusal, ChangeSetFailed, OperationFailed
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime, refusal
from tests.deployment.interrupts import Interrupted
from tests.deployment.interrupts import interrupted as interrupted
from tests.deployment.shapes import change_set, set_arn, stack_arn, stack_event, stacks

_GONE = refusal("ChangeSetNotFound", "ChangeSet [x] does not exist", 404)
_NO_STACK = refusal("ValidationError", f"Stack with id {stack_arn()} does not exist")
_ELSEWHERE = refusal("AccessDenied", "not authorized to perform: cloudformation:DeleteChangeSet", 403)
_BUSY = refusal("ServiceUnavailable", "Service is unavailable", 503)
_REVIEWED = {"StackEvents": [stack_event(0, "REVIEW_IN_PROGRESS", token=None)]}
_CREATED = {"StackEvents": [stack_event(1, "CREATE_IN_PROGRESS"), *_REVIEWED["StackEvents"]]}


def _waiting() -> Waiting:
    return Waiting(FakeTime().clock, POLLING)


def _client(**answers: Any) -> FakeClient:
    given: dict[str, Any] = {
        "delete_change_set": {},
        "describe_change_set": _GONE,
        "delete_stack": {},
        "describe_stack_events": _REVIEWED,
        "list_change_sets": {"Summaries": []},
    }
    return FakeClient("cloudformation", **{**given, **answers})


def _discarding(**answers: Any) -> FakeClient:
    client = _client(**answers)
    discard(client, set_arn("x"), stack_arn(), _waiting(), "token")
    return client


def _failing(client: FakeClient, error: BaseException) -> None:
    with made(client, lambda: (set_arn("x"), stack_arn()), _waiting(), lambda: "token"):
        raise error


def test_discarding_deletes_the_empty_stack_too() -> None:
    under_review, deleting = stacks("REVIEW_IN_PROGRESS"), stacks("DELETE_IN_PROGRESS")
    client = _discarding(describe_stacks=[under_review, deleting, stacks("DELETE_COMPLETE")])
    assert client.named("delete_stack") == [{"StackName": stack_arn(), "ClientRequestToken": "token"}]


def test_discarding_keeps_a_stack_that_lives_or_that_others_review() -> None:
    assert _discarding(describe_stacks=stacks("UPDATE_COMPLETE")).named("delete_stack") == []
    assert _discarding(describe_stacks=_NO_STACK).named("delete_stack") == []
    others = {"Summaries": [{"ChangeSetName": "theirs"}]}
    client = _discarding(describe_stacks=stacks("REVIEW_IN_PROGRESS"), list_change_sets=others)
    assert client.named("delete_stack") == []


def test_a_stack_that_was_created_is_kept_although_its_status_is_still_that_of_the_review() -> None:
    client = _discarding(describe_stacks=stacks("REVIEW_IN_PROGRESS"), describe_stack_events=_CREATED)
    assert client.named("delete_stack") == []


def test_discarding_goes_on_where_an_answer_was_lost() -> None:
    under_review = stacks("REVIEW_IN_PROGRESS")
    client = _discarding(
        delete_change_set=[_BUSY, {}], describe_stacks=[under_review, _BUSY, under_review, stacks("DELETE_COMPLETE")]
    )
    assert len(client.named("delete_stack")) == 2
    gone = refusal("ValidationError", "Stack [x] does not exist")
    assert _discarding(delete_change_set=[_BUSY, gone]).named("delete_stack") == []


@pytest.mark.parametrize("error", [ChangeSetFailed("no"), KeyboardInterrupt(), ValueError()])
def test_whatever_ends_the_block_takes_the_change_set_away(error: BaseException) -> None:
    client = _client(describe_change_set=[change_set("x"), _GONE], describe_stacks=stacks("CREATE_COMPLETE"))
    with pytest.raises(type(error)):
        _failing(client, error)
    assert client.named("delete_change_set") == [{"ChangeSetName": set_arn("x")}]


def test_what_executes_stays() -> None:
    client = _client(describe_change_set=change_set("x", ExecutionStatus="EXECUTE_IN_PROGRESS"))
    with pytest.raises(KeyboardInterrupt):
        _failing(client, KeyboardInterrupt())
    assert client.named("delete_change_set") == []


def test_an_interrupt_while_the_change_set_is_asked_for_takes_it_away(interrupted: Interrupted) -> None:
    client = _client(describe_change_set=[change_set("x"), _GONE], describe_stacks=stacks("CREATE_COMPLETE"))
    with (
        pytest.raises(KeyboardInterrupt),
        made(client, lambda: interrupted((set_arn("x"), stack_arn())), _waiting(), lambda: "token"),
    ):
        pytest.fail("the block is not entered")
    assert client.named("delete_change_set") == [{"ChangeSetName": set_arn("x")}]


def test_what_could_not_be_taken_away_is_told_with_what_went_wrong_first() -> None:
    client = _client(describe_change_set=change_set("x"), delete_change_set=_ELSEWHERE)
    with pytest.raises(ChangeSetFailed, match="first") as caught:
        _failing(client, ChangeSetFailed("first", findings=["its cause"]))
    cause, left = caught.value.findings
    assert cause == "its cause"
    assert left.startswith(f"change set {set_arn('x')} may be left behind: AWS refused delete_change_set")


def test_a_change_set_that_was_refused_leaves_nothing_to_take_away() -> None:
    def refuse() -> tuple[str, str]:
        raise AwsRefusal("CreateChangeSet", "ValidationError", "no")

    client = _client()
    with pytest.raises(AwsRefusal, match="no") as caught, made(client, refuse, _waiting(), lambda: "token"):
        pytest.fail("the block is not entered")
    assert caught.value.findings == ()
    assert client.calls == []


def test_an_empty_stack_that_cannot_be_deleted_is_not_waited_for_for_ever() -> None:
    client = _client(delete_stack={}, describe_stacks=[stacks("DELETE_IN_PROGRESS"), stacks("DELETE_FAILED")])
    with pytest.raises(OperationFailed, match="shop-dev could not be deleted"):
        delete_empty(client, stack_arn(), _waiting(), "token")


def test_an_empty_stack_that_goes_on_being_deleted_is_told_with_how_to_look_later() -> None:
    client = _client(delete_stack={}, describe_stacks=stacks("DELETE_IN_PROGRESS"))
    with pytest.raises(OperationFailed, match="has not ended after 600 s") as caught:
        delete_empty(client, stack_arn(), _waiting(), "token")
    assert "describe-stacks --stack-name" in (caught.value.remedy or "")


def test_an_empty_stack_is_deleted_when_it_is_gone() -> None:
    for gone in (_NO_STACK, stacks("DELETE_COMPLETE")):
        client = _client(delete_stack={}, describe_stacks=[stacks("DELETE_IN_PROGRESS"), gone])
        delete_empty(client, stack_arn(), _waiting(), "token")
        assert len(client.named("describe_stacks")) == 2
