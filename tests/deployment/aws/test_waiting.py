"""Asking until something has ended, and receiving an interrupt when the answer has come."""

from __future__ import annotations

import itertools

import pytest

from deployment.aws.clock import Waiting
from deployment.aws.waiting import Limit, asked_until, uninterrupted
from deployment.errors import Unreachable
from tests.deployment.fake_client import POLLING, FakeTime
from tests.deployment.interrupts import Interrupted
from tests.deployment.interrupts import interrupted as interrupted


def _unreachable() -> str:
    raise Unreachable("no answer")


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


def test_what_never_ends_is_given_up_with_the_last_answer() -> None:
    time, answers = FakeTime(), itertools.count()
    limit = Limit[int](60, lambda answer: Unreachable(f"still {answer}"))
    with pytest.raises(Unreachable, match=r"still \d+"):
        asked_until(Waiting(time.clock, POLLING), lambda: next(answers), lambda _: False, limit)
    assert 60 < sum(time.slept) < 75


def test_an_error_ends_the_questions() -> None:
    with pytest.raises(Unreachable):
        asked_until(Waiting(FakeTime().clock, POLLING), _unreachable, lambda _: False)


def test_what_is_asked_for_gives_its_answer_or_its_error() -> None:
    assert uninterrupted(lambda: 7) == 7
    with pytest.raises(Unreachable, match="no answer"):
        uninterrupted(_unreachable)


def test_an_interrupt_is_heard_when_the_answer_has_come(interrupted: Interrupted) -> None:
    came: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        uninterrupted(lambda: came.append(interrupted("answer")))
    assert came == ["answer"]
