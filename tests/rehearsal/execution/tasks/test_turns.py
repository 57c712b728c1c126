"""The table of one phase: who waits for whom, and when the phase goes on."""

from __future__ import annotations

from rehearsal.execution.tasks.turns import Execution, all_settled, lay_out, release, settle, start_ready
from rehearsal.state.stacks import Operation, Stack, Target, Task
from tests.rehearsal.play import REGION, Play


def table(needs: dict[str, list[str]]) -> tuple[Play, Execution]:
    play = Play()
    operation = Operation("operation", "CREATE", "forward", Target(""))
    stack = Stack("arn", "demo", REGION, 0.0, "CREATE_IN_PROGRESS", operation=operation)
    lay_out(operation, needs, {name: Task(name) for name in needs})
    return play, Execution(play.cloud.world, stack, operation)


def scheduled(play: Play) -> list[str]:
    agenda = play.cloud.world.agenda
    subjects = []
    while agenda.next() is not None:
        subjects.append(agenda.take().subject)
    return subjects


def test_only_tasks_that_wait_for_nothing_start() -> None:
    play, execution = table({"A": [], "B": ["A"], "C": []})
    start_ready(execution, 1.0)
    assert scheduled(play) == ["A", "C"]


def test_an_operation_that_turns_into_another_leaves_its_steps_behind() -> None:
    play, execution = table({"A": [], "B": []})
    start_ready(execution, 1.0)
    execution.rename()
    assert execution.operation.id != "operation"
    assert scheduled(play) == []


def test_a_phase_without_tasks_goes_on_by_itself() -> None:
    play, execution = table({})
    start_ready(execution, 1.0)
    assert scheduled(play) == [""]


def test_a_task_starts_when_the_last_of_what_it_needs_is_done() -> None:
    play, execution = table({"A": [], "B": [], "C": ["A", "B", "A", "C", "Elsewhere"]})
    settle(execution.turn("A"), "done")
    assert scheduled(play) == []
    settle(execution.turn("B"), "done")
    assert scheduled(play) == ["C"]


def test_a_task_is_released_once() -> None:
    play, execution = table({"A": [], "C": ["A"]})
    release(execution.turn("A"))
    settle(execution.turn("A"), "done")
    assert scheduled(play) == ["C"]


def test_what_needs_a_failed_task_never_starts_and_does_not_hold_the_phase() -> None:
    play, execution = table({"A": [], "B": ["A"]})
    assert not all_settled(execution.operation)
    settle(execution.turn("A"), "failed")
    assert all_settled(execution.operation)
    assert scheduled(play) == [""]
