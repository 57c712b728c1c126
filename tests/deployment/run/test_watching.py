"""Watching for a person: what an interrupt may mean, and what is said where it cannot go on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deployment.aws.clock import Clock, Interrupted
from deployment.errors import WatchLost
from deployment.run.run import Run
from deployment.run.telling import Choice, Happened, Looked, Progress, Settled, Told
from deployment.run.watching import CANCEL, DETACH, GO_ON, watch
from deployment.stack.events import Operation
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime, refusal
from tests.deployment.project import write_project
from tests.deployment.runs import fake_run
from tests.deployment.shapes import at, event, stack_arn, stack_event, stacks

_BEGUN = [event(2, "Topic", "UPDATE_IN_PROGRESS"), stack_event(1, "UPDATE_IN_PROGRESS")]
_DONE = [stack_event(9, "UPDATE_COMPLETE"), *_BEGUN]
_CANCELLED = [
    stack_event(9, "UPDATE_ROLLBACK_COMPLETE", token="token-0"),
    stack_event(8, "UPDATE_ROLLBACK_IN_PROGRESS", token="token-0"),
    *_BEGUN,
]


def _interrupted_run(tmp_path: Path, client: FakeClient, answer: str, told: list[Told]) -> tuple[Run, list[Choice]]:
    """A run whose first sleep is interrupted, by somebody who answers so."""
    time, asked = FakeTime(), list[Choice]()

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        if len(time.slept) == 1:
            raise Interrupted

    def choose(choice: Choice) -> str:
        asked.append(choice)
        return answer

    run = fake_run(write_project(tmp_path), client, told=told)
    return replace(run, clock=Clock(lambda: time.now, sleep), polling=POLLING, choose=choose), asked


def _client(done: list[dict[str, Any]], status: str, **answers: Any) -> FakeClient:
    pages = [{"StackEvents": _BEGUN}, {"StackEvents": done}]
    given: dict[str, Any] = {"describe_stack_events": pages, "describe_stacks": stacks(status)}
    return FakeClient("cloudformation", **{**given, **answers})


def _operation(**more: Any) -> Operation:
    return Operation(stack_arn(), "token", at(0), **more)


def test_every_event_is_told_with_the_start_of_its_operation_then_that_it_has_settled(tmp_path: Path) -> None:
    told: list[Told] = []
    root, events = watch(fake_run(write_project(tmp_path), _client(_DONE, "UPDATE_COMPLETE"), told=told), _operation())
    assert root.status.succeeded
    happened = [each for each in told if isinstance(each, Happened)]
    assert [each.event for each in happened] == events
    assert {each.since for each in happened} == {at(1)}
    assert any(isinstance(each, Looked) for each in told)
    assert isinstance(told[-1], Settled)


def test_an_update_can_be_cancelled_and_is_followed_through_its_roll_back(tmp_path: Path) -> None:
    told: list[Told] = []
    client = _client(_CANCELLED, "UPDATE_ROLLBACK_COMPLETE", cancel_update_stack={})
    run, asked = _interrupted_run(tmp_path, client, CANCEL, told)
    root, events = watch(run, _operation())
    assert root.status.value == "UPDATE_ROLLBACK_COMPLETE"
    assert [each.options for each in asked] == [(CANCEL, DETACH, GO_ON)]
    assert client.named("cancel_update_stack") == [{"StackName": stack_arn(), "ClientRequestToken": "token-0"}]
    assert [each.id for each in events] == ["1", "2", "8", "9"]


def test_a_cancellation_that_comes_too_late_is_no_failure(tmp_path: Path) -> None:
    told: list[Told] = []
    late = refusal("ValidationError", "CancelUpdateStack cannot be called from current stack status")
    client = _client(_DONE, "UPDATE_COMPLETE", cancel_update_stack=late)
    run, _ = _interrupted_run(tmp_path, client, CANCEL, told)
    root, _ = watch(run, _operation())
    assert root.status.succeeded
    assert Progress("too late to cancel: the stack is in UPDATE_COMPLETE now") in told


@pytest.mark.parametrize("nested", [True, False])
def test_what_cannot_be_cancelled_offers_only_to_detach_or_to_go_on(tmp_path: Path, nested: bool) -> None:
    begun = "UPDATE_IN_PROGRESS" if nested else "CREATE_IN_PROGRESS"
    pages = [{"StackEvents": [stack_event(1, begun)]}, {"StackEvents": [stack_event(9, "UPDATE_COMPLETE")]}]
    client = _client([], "UPDATE_COMPLETE", describe_stack_events=pages)
    run, asked = _interrupted_run(tmp_path, client, GO_ON, [])
    root, _ = watch(run, _operation(nested=nested))
    assert root.status.succeeded
    assert [each.options for each in asked] == [(DETACH, GO_ON)]


def test_whoever_detaches_leaves_it_running(tmp_path: Path) -> None:
    client = _client(_DONE, "UPDATE_COMPLETE")
    run, _ = _interrupted_run(tmp_path, client, DETACH, [])
    with pytest.raises(KeyboardInterrupt):
        watch(run, _operation())
    assert client.named("cancel_update_stack") == []


def test_expired_credentials_are_told_once_and_a_lost_watch_says_how_to_come_back(tmp_path: Path) -> None:
    told: list[Told] = []
    expired = refusal("ExpiredToken", "The security token included in the request is expired", 403)
    run = fake_run(write_project(tmp_path), _client([], "UPDATE_COMPLETE", describe_stack_events=expired), told=told)
    with pytest.raises(WatchLost) as caught:
        watch(run, _operation())
    assert "CloudFormation goes on with stack shop-dev" in caught.value.happened
    assert caught.value.remedy == "follow it again: python deploy.py status --follow --env dev"
    assert [each.text[:27] for each in told if isinstance(each, Progress)] == ["the credentials have expire"]
