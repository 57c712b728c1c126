"""Ctrl-C ends the command, asks what is meant while CloudFormation is at work, and twice it detaches."""

from __future__ import annotations

import signal
import sys

import pytest

from deployment.aws.clock import Clock, Interrupted
from deployment.terminal.interruption import Interruptions, hand_over
from tests.deployment.fake_client import FakeTime


def _slept(heard: Interruptions, seconds: float, time: FakeTime, ticks: list[float]) -> None:
    heard.slept(seconds, time.clock, lambda: ticks.append(time.now))


def test_before_an_operation_it_ends_the_command_at_once() -> None:
    with pytest.raises(KeyboardInterrupt):
        Interruptions().signalled()


def test_during_an_operation_it_is_noted_and_raised_out_of_the_next_sleep_once() -> None:
    heard, time, ticks = Interruptions(), FakeTime(), list[float]()
    heard.ask()
    heard.signalled()
    with pytest.raises(Interrupted):
        _slept(heard, 5.0, time, ticks)
    assert time.slept == []
    _slept(heard, 0.2, time, ticks)
    assert time.slept == [0.2]


def test_the_second_before_anybody_was_asked_ends_the_command() -> None:
    heard = Interruptions()
    heard.ask()
    heard.signalled()
    with pytest.raises(KeyboardInterrupt):
        heard.signalled()


def test_while_the_question_stands_it_ends_the_command_and_afterwards_it_asks_again() -> None:
    heard = Interruptions()
    heard.ask()
    with heard.asking(), pytest.raises(KeyboardInterrupt):
        heard.signalled()
    heard.signalled()


def test_after_an_operation_it_ends_the_command_again() -> None:
    heard = Interruptions()
    heard.ask()
    heard.rest()
    with pytest.raises(KeyboardInterrupt):
        heard.signalled()


def test_one_that_was_heard_as_the_operation_ended_ends_the_command_before_it_waits_for_anything_else() -> None:
    heard, time = Interruptions(), FakeTime()
    heard.ask()
    heard.signalled()
    heard.rest()
    with pytest.raises(KeyboardInterrupt):
        _slept(heard, 5.0, time, [])
    assert time.slept == []


def test_a_sleep_is_cut_into_slices_so_that_what_is_shown_keeps_up() -> None:
    time, ticks = FakeTime(), list[float]()
    _slept(Interruptions(), 0.5, time, ticks)
    assert [round(each, 1) for each in ticks] == [0.2, 0.4, 0.5]


def test_one_that_comes_during_a_sleep_ends_it_after_its_slice() -> None:
    heard, time = Interruptions(), FakeTime()
    heard.ask()

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        if len(time.slept) == 2:
            heard.signalled()

    with pytest.raises(Interrupted):
        heard.slept(60.0, Clock(lambda: time.now, sleep), lambda: None)
    assert len(time.slept) == 2


def test_a_program_that_has_the_terminal_hears_ctrl_c_and_its_exit_code_counts() -> None:
    """Ctrl-C reaches all of a terminal's processes: here both, one after the other."""
    script = "import os, signal; os.kill(os.getppid(), signal.SIGINT); os.kill(os.getpid(), signal.SIGINT)"
    before = signal.getsignal(signal.SIGINT)
    assert hand_over([sys.executable, "-c", f"{script}"]) in (1, 128 + signal.SIGINT)
    assert hand_over([sys.executable, "-c", "raise SystemExit(7)"]) == 7
    assert signal.getsignal(signal.SIGINT) is before
