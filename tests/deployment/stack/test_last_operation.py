"""The last operation on a stack, found in its own events."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.statuses import StackStatus
from deployment.aws.clock import Waiting
from deployment.errors import StackBusy
from deployment.stack.invocation import Invocation
from deployment.stack.last_operation import await_idle, current_stack, last_operation, refuse_busy
from deployment.stack.stack import stack_from
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime, refusal
from tests.deployment.shapes import FOLLOW_IT, at, event, stack_arn, stack_body, stack_event, stacks

_FIRST = [
    stack_event(3, "CREATE_COMPLETE", token="first"),
    event(2, "Topic", "CREATE_COMPLETE", token="first"),
    stack_event(1, "CREATE_IN_PROGRESS", token="first"),
    stack_event(0, "REVIEW_IN_PROGRESS", token=None),
]
_SECOND = [
    stack_event(8, "UPDATE_ROLLBACK_COMPLETE", token="second"),
    stack_event(7, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", token="second"),
    stack_event(6, "UPDATE_ROLLBACK_IN_PROGRESS", token="cancelled"),
    event(5, "Topic", "UPDATE_IN_PROGRESS", token="second"),
    stack_event(4, "UPDATE_IN_PROGRESS", token="second"),
]


def _client(*pages: list[dict[str, Any]], **answers: Any) -> FakeClient:
    bodies = [
        {"StackEvents": page, **({"NextToken": str(number)} if number < len(pages) else {})}
        for number, page in enumerate(pages, 1)
    ]
    return FakeClient("cloudformation", **{"describe_stack_events": bodies, **answers})


def test_it_begins_after_the_end_of_the_one_before() -> None:
    found = last_operation(_client([*_SECOND, *_FIRST]), stack_arn())
    assert found is not None
    assert (found.since, found.token, found.further) == (at(4), "second", frozenset({"cancelled"}))


def test_it_is_found_while_it_runs_and_over_several_pages() -> None:
    found = last_operation(_client(_SECOND[2:4], [_SECOND[4], *_FIRST]), stack_arn())
    assert found is not None
    assert (found.since, found.token) == (at(4), "second")


def test_a_creation_begins_after_the_review() -> None:
    found = last_operation(_client(_FIRST), stack_arn())
    assert found is not None
    assert (found.since, found.token) == (at(1), "first")


def test_a_stack_under_review_has_none() -> None:
    assert last_operation(_client(_FIRST[3:]), stack_arn()) is None


_REVIEWED = [stack_event(0, "REVIEW_IN_PROGRESS", token=None)]
_CREATED = [stack_event(1, "CREATE_IN_PROGRESS"), *_REVIEWED]


def test_a_status_that_the_events_contradict_is_asked_for_again() -> None:
    client = _client(_CREATED, describe_stacks=[stacks("REVIEW_IN_PROGRESS"), stacks("CREATE_COMPLETE")])
    time = FakeTime()
    found = current_stack(client, "shop-dev", Waiting(time.clock, POLLING), Invocation(("--env", "dev")))
    assert found is not None
    assert found.status is StackStatus.CREATE_COMPLETE
    assert time.slept == [POLLING.first]


def test_a_stack_under_review_is_one_whose_events_say_so_too() -> None:
    waiting = Waiting(FakeTime().clock, POLLING)
    client = _client(_REVIEWED, describe_stacks=stacks("REVIEW_IN_PROGRESS"))
    found = current_stack(client, "shop-dev", waiting, Invocation(("--env", "dev")))
    assert found is not None
    assert found.status is StackStatus.REVIEW_IN_PROGRESS
    begun = _client(_CREATED, describe_stacks=stacks("REVIEW_IN_PROGRESS"))
    with pytest.raises(StackBusy, match=r"is in progress$") as caught:
        current_stack(begun, "shop-dev", waiting, Invocation(("--env", "dev")))
    assert caught.value.remedy == FOLLOW_IT


def test_a_busy_stack_is_refused_with_who_and_since_when() -> None:
    busy = stack_from(stack_body("UPDATE_IN_PROGRESS"))
    with pytest.raises(StackBusy) as caught:
        refuse_busy(_client([*_SECOND[2:], *_FIRST]), busy, Invocation(("--env", "dev")))
    assert caught.value.happened == (
        "stack shop-dev is in UPDATE_IN_PROGRESS: an operation that somebody with token second started at "
        "2026-01-02T03:04:09+00:00 is in progress"
    )


def test_a_busy_stack_without_events_is_refused_all_the_same() -> None:
    with pytest.raises(
        StackBusy, match=r"an operation that somebody started at 2026-01-02T03:04:05\S* is in progress$"
    ):
        refuse_busy(_client([]), stack_from(stack_body("CREATE_IN_PROGRESS")), Invocation(("--env", "dev")))


def test_an_idle_stack_is_neither_refused_nor_waited_for() -> None:
    client = _client(describe_stacks=stacks("UPDATE_COMPLETE"))
    time, told = FakeTime(), list[str]()
    refuse_busy(client, stack_from(stack_body()), Invocation(("--env", "dev")))
    await_idle(client, "shop-dev", Waiting(time.clock, POLLING), told.append)
    assert (time.slept, told) == ([], [])


def test_waiting_asks_less_and_less_often_until_the_stack_has_settled() -> None:
    busy, idle = stacks("UPDATE_IN_PROGRESS"), stacks("UPDATE_COMPLETE")
    client = _client([*_SECOND[2:], *_FIRST], describe_stacks=[busy, busy, busy, idle])
    time, told = FakeTime(), list[str]()
    await_idle(client, "shop-dev", Waiting(time.clock, POLLING), told.append)
    assert time.slept == [2.0, 3.0]
    assert told[-1] == "stack shop-dev is UPDATE_COMPLETE now"
    assert [each["StackName"] for each in client.named("describe_stacks")][1:] == [stack_arn()] * 3


def test_waiting_ends_where_the_stack_is_gone() -> None:
    gone = refusal("ValidationError", "Stack with id x does not exist")
    client = _client([stack_event(4, "DELETE_IN_PROGRESS")], describe_stacks=[stacks("DELETE_IN_PROGRESS"), gone])
    told = list[str]()
    await_idle(client, "shop-dev", Waiting(FakeTime().clock, POLLING), told.append)
    assert len(told) == 1
