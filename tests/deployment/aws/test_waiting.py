"""Asking again where an answer may come, and hearing an interrupt when it has come."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deployment.aws.clock import Waiting
from deployment.aws.waiting import asked_until, not_known_yet, retried, uninterrupted
from deployment.errors import AwsRefusal, DeploymentError, NotFound, Throttled, Unreachable
from tests.deployment.fake_client import POLLING, FakeTime
from tests.deployment.interrupts import Interrupted
from tests.deployment.interrupts import interrupted as interrupted


def _failing(*errors: DeploymentError) -> Callable[[], str]:
    left = list(errors)

    def act() -> str:
        if left:
            raise left.pop(0)
        return "done"

    return act


def test_what_has_no_answer_is_asked_again_ever_later() -> None:
    time = FakeTime()
    act = _failing(Unreachable("no answer"), Throttled("x", "Throttling", "Rate exceeded"))
    assert retried(Waiting(time.clock, POLLING), act) == "done"
    assert time.slept == [2.0, 3.0]


def test_patience_ends() -> None:
    time = FakeTime()
    with pytest.raises(Unreachable):
        retried(Waiting(time.clock, POLLING), _failing(*[Unreachable("no answer")] * 6))
    assert len(time.slept) == 5


def test_a_refusal_is_an_answer_unless_it_is_said_to_pass() -> None:
    waiting, absent = Waiting(FakeTime().clock, POLLING), NotFound("x", "ValidationError", "Stack [x] does not exist")
    with pytest.raises(AwsRefusal):
        retried(waiting, _failing(absent))
    assert retried(waiting, _failing(absent), not_known_yet) == "done"


def test_a_question_is_asked_ever_later_until_its_answer_is_the_one_that_ends_it() -> None:
    time, answers = FakeTime(), iter("aab")
    assert asked_until(Waiting(time.clock, POLLING), lambda: next(answers), lambda answer: answer == "b") == "b"
    assert time.slept == [2.0, 3.0]


def test_what_is_done_at_once_is_not_waited_for() -> None:
    time = FakeTime()
    assert asked_until(Waiting(time.clock, POLLING), lambda: 1, bool) == 1
    assert time.slept == []


def test_what_takes_a_second_is_asked_about_again_sooner() -> None:
    time, answers = FakeTime(), iter([0, 0, 1])
    asked_until(Waiting(time.clock, POLLING), lambda: next(answers), bool, soon=True)
    assert time.slept == [1.0, 1.5]


def test_an_error_ends_the_questions() -> None:
    with pytest.raises(Unreachable):
        asked_until(Waiting(FakeTime().clock, POLLING), _failing(Unreachable("no answer")), lambda _: False)


def test_what_is_asked_for_gives_its_answer_or_its_error() -> None:
    assert uninterrupted(lambda: 7) == 7
    with pytest.raises(Unreachable, match="no answer"):
        uninterrupted(_failing(Unreachable("no answer")))


def test_an_interrupt_is_heard_when_the_answer_has_come(interrupted: Interrupted) -> None:
    came: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        uninterrupted(lambda: came.append(interrupted("answer")))
    assert came == ["answer"]
