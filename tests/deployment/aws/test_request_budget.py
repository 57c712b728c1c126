"""However many stacks and threads there are, AWS is asked no more often than it should be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from deployment.aws.calls import call
from deployment.aws.clock import Clock, Polling
from deployment.aws.request_budget import RequestBudget
from deployment.aws.retries import SDK_ATTEMPTS, UNANSWERED_SECONDS
from deployment.aws.session import Endpoint, Session
from deployment.errors import Throttled
from deployment.stack.events import Event, Operation
from deployment.stack.following import Listener, follow
from tests.deployment.fake_client import FakeTime, refusal
from tests.deployment.shapes import STACK_TYPE, at, event, stack_arn, stack_event
from tests.deployment.wire import Answering

_NESTED = 200


def _most_in_a_second(moments: list[float]) -> int:
    return max(sum(1 for other in moments if start <= other < start + 1) for start in moments)


def test_no_second_has_more_than_the_budget() -> None:
    time, sent = FakeTime(), list[float]()
    budget = RequestBudget(time.clock, most=3)

    def one(_: int) -> None:
        budget.spend()
        sent.append(time.now)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(20)))
    assert _most_in_a_second(sent) == 3
    assert max(sent) == pytest.approx(6.0)


def test_a_second_that_was_waited_for_has_passed_however_its_sum_is_rounded() -> None:
    time = FakeTime()
    time.now = 0.2  # 1.2 - 1 is less than 0.2, and 0.2 + 1 is 1.2

    def sleep(seconds: float) -> None:
        assert seconds > 0, "who waits for no time at all waits for ever"
        time.sleep(seconds)

    budget = RequestBudget(Clock(lambda: time.now, sleep), most=1)
    assert _spent(budget, time, 2) == [0.2, 1.2]
    assert time.slept == [1.0]


def test_what_comes_seldom_waits_for_nothing() -> None:
    time = FakeTime()
    budget = RequestBudget(time.clock)
    for _ in range(20):
        budget.spend()
        time.now += 0.5
    assert time.slept == []


def _spent(budget: RequestBudget, time: FakeTime, requests: int) -> list[float]:
    """When each of so many requests goes out that are asked for at once."""
    moments = []
    for _ in range(requests):
        budget.spend()
        moments.append(time.now)
    return moments


def test_the_budget_grows_while_it_is_used_up_and_nothing_is_throttled() -> None:
    time = FakeTime()
    sent = _spent(RequestBudget(time.clock), time, 300)
    a_second = [sum(1 for moment in sent if second <= moment < second + 1) for second in range(15)]
    assert a_second[:4] == [5, 7, 9, 11]
    assert sent[-1] < 300 / 5 / 3


def test_what_is_throttled_halves_the_budget_once_a_second_and_never_to_nothing() -> None:
    time = FakeTime()
    budget = RequestBudget(time.clock, first=32, most=32)
    for _ in range(3):
        budget.throttled()
    assert budget.rate == 16
    for _ in range(10):
        time.now += 1
        budget.throttled()
    assert budget.rate == 1
    _spent(budget, time, 3)
    assert time.slept, "and it is kept to"


def _throttling(time: FakeTime, lasts: float, hurried: Callable[[], bool] = lambda: False) -> tuple[Any, list[float]]:
    """A client of an AWS that throttles everything for so long; and when it was asked."""
    sent: list[float] = []

    def answer(_: str, __: dict[str, Any]) -> dict[str, Any]:
        sent.append(time.now)
        if time.now < lasts:
            raise refusal("Throttling", "Rate exceeded")
        return {"Stacks": []}

    session = Session("eu-west-1", Endpoint("http://127.0.0.1:9", "x", "x"), RequestBudget(time.clock), hurried)
    return Answering(answer).instead_of_the_network(session.cloudformation), sent


@pytest.fixture
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)  # the SDK's own back-off


def test_a_call_is_repeated_for_as_long_as_a_watching_would_go_on(without_waiting: None) -> None:
    time = FakeTime()
    client, sent = _throttling(time, 300)
    assert client.describe_stacks()["Stacks"] == []
    assert 300 <= time.now < 315
    assert len(sent) < 50


def test_a_call_that_is_throttled_for_ever_ends(without_waiting: None) -> None:
    time = FakeTime()
    client, _ = _throttling(time, 10**9)
    with pytest.raises(Throttled):
        call(client.describe_stacks)
    assert UNANSWERED_SECONDS <= time.now < UNANSWERED_SECONDS + 30


def test_whoever_ends_the_command_does_not_wait_for_what_is_throttled(without_waiting: None) -> None:
    time = FakeTime()
    client, sent = _throttling(time, 10**9, lambda: True)
    with pytest.raises(Throttled):
        call(client.describe_stacks)
    assert time.slept == []
    assert len(sent) == SDK_ATTEMPTS


class _Wide:
    """A deployment of many nested stacks as its logs grow with time: each second one of them comes to its end."""

    def __init__(self, time: FakeTime) -> None:
        self._time = time
        self.sent: list[float] = []
        self.troubles = 0

    def answer(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        self.sent.append(self._time.now)
        if len(self.sent) % 17 == 0:
            self.troubles += 1
            raise refusal("Throttling", "Rate exceeded")
        if operation == "DescribeStacks":
            status = "CREATE_COMPLETE" if self._time.now >= _NESTED + 60 else "CREATE_IN_PROGRESS"
            return {"Stacks": [_stack(status)]}
        name = arguments["StackName"].split("/")[1]
        log = list(self._root() if name == "shop-dev" else self._child(int(name.removeprefix("shop-dev-N"))))
        return {"StackEvents": [each for each in log[::-1] if each["Timestamp"] <= at(self._time.now)]}

    def _root(self) -> Iterator[dict[str, Any]]:
        yield stack_event(1, "CREATE_IN_PROGRESS")
        for number in range(_NESTED):
            yield self._row(number, "CREATE_IN_PROGRESS", 2)
        for number in range(_NESTED):
            yield self._row(number, "CREATE_COMPLETE", 30 + number)
        yield stack_event(2, "CREATE_COMPLETE", seconds=_NESTED + 60)

    def _row(self, number: int, status: str, second: int) -> dict[str, Any]:
        arn = stack_arn(f"shop-dev-N{number}")
        return event(1000 * second + number, f"N{number}", status, physical=arn, kind=STACK_TYPE, seconds=second)

    def _child(self, number: int) -> Iterator[dict[str, Any]]:
        stack = f"shop-dev-N{number}"
        yield stack_event(1, "CREATE_IN_PROGRESS", stack=stack, seconds=3)
        yield event(2, "Topic", "CREATE_IN_PROGRESS", stack=stack, seconds=4)
        yield event(3, "Topic", "CREATE_COMPLETE", stack=stack, seconds=20 + number)
        yield stack_event(4, "CREATE_COMPLETE", stack=stack, seconds=25 + number)


def _stack(status: str) -> dict[str, Any]:
    return {"StackId": stack_arn(), "StackName": "shop-dev", "StackStatus": status, "CreationTime": at(0)}


@pytest.mark.slow
def test_two_hundred_nested_stacks_stay_within_the_budget_and_each_event_is_heard_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    time, heard = FakeTime(), list[Event]()
    monkeypatch.setattr("botocore.endpoint.time.sleep", time.sleep)  # the SDK's own back-off
    wide = _Wide(time)
    session = Session("eu-west-1", Endpoint("https://cloudformation.test", "x", "x"), RequestBudget(time.clock))
    client = Answering(wide.answer).instead_of_the_network(session.cloudformation)
    follow(client, Operation(stack_arn(), "token", at(0)), time.clock, Polling(), Listener(heard.append))
    assert len({(each.stack, each.id) for each in heard}) == len(heard) == 2 + 6 * _NESTED
    assert [each.at for each in heard] == sorted(each.at for each in heard)
    assert 5 <= _most_in_a_second(wide.sent) <= 9, (
        "a step or two, and the next answer that is throttled takes them away"
    )
    assert wide.troubles > 10
