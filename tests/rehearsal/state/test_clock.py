"""Simulated time: it leaps, and never goes back or stands still."""

from __future__ import annotations

from rehearsal.state.clock import Agenda, Clock


def test_the_clock_follows_real_time_plus_what_it_has_leapt() -> None:
    real = [100.0]
    clock = Clock(lambda: real[0], offset=5.0)
    assert clock.now() == 105.0
    real[0] = 110.0
    assert clock.now() == 115.0


def test_no_moment_is_told_twice() -> None:
    clock = Clock(lambda: 100.0)
    first = clock.now()
    assert clock.now() > first


def test_a_leap_takes_the_clock_to_the_moment() -> None:
    clock = Clock(lambda: 100.0)
    clock.leap_to(250.0)
    assert clock.now() == 250.0
    assert clock.offset == 150.0


def test_a_leap_to_a_moment_that_has_passed_changes_nothing() -> None:
    clock = Clock(lambda: 100.0, offset=50.0)
    clock.leap_to(120.0)
    assert clock.offset == 50.0


def test_the_steps_of_an_operation_that_is_over_are_forgotten() -> None:
    agenda = Agenda()
    for moment, operation in ((3.0, "over"), (1.0, "over"), (2.0, "other")):
        agenda.add(moment, "stack", operation)
    agenda.drop("stack", "over")
    assert agenda.take().operation == "other"
    assert agenda.next() is None


def test_the_steps_of_a_parent_stay_when_its_nested_stack_is_done() -> None:
    agenda = Agenda()
    for stack in ("parent", "child"):
        agenda.add(1.0, stack, "shared")
    agenda.drop("child", "shared")
    assert agenda.take().stack_id == "parent"
    assert agenda.next() is None


def test_the_agenda_gives_the_soonest_step_first_and_equals_in_order_of_arrival() -> None:
    agenda = Agenda()
    for moment, subject in ((2.0, "late"), (1.0, "first"), (1.0, "second")):
        agenda.add(moment, "stack", "operation", subject)
    soonest = agenda.next()
    assert soonest is not None
    assert soonest.subject == "first"
    assert [agenda.take().subject for _ in range(3)] == ["first", "second", "late"]
    assert agenda.next() is None
