"""Asking again where an answer may come."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deployment.aws.clock import Waiting
from deployment.aws.retries import not_known_yet, retried
from deployment.errors import AwsRefusal, DeploymentError, NotFound, Throttled, Unreachable
from tests.deployment.fake_client import POLLING, FakeTime


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
