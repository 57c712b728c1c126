"""The block of stacks at work: a line each, and within the terminal however many they are."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from deployment.stack.events import Event
from deployment.template.resource_path import ROOT
from deployment.terminal.together.block import Row, block
from deployment.terminal.views.progress import OperationProgress
from tests.deployment.shapes import at, stack_arn

CREATING, CREATED = "CREATE_IN_PROGRESS", "CREATE_COMPLETE"
AT_WORK = ((0, "", CREATING), (1, "Role", CREATING), (20, "Role", CREATED), (21, "Service", CREATING))
DONE = (*AT_WORK, (90, "Service", CREATED), (91, "", CREATED))


def row(name: str, *events: tuple[int, str, str], ended: bool = False) -> Row:
    work = OperationProgress(f"shop-dev-{name}")
    for second, resource, status in events:
        path = ROOT / resource if resource else ROOT
        event = Event(f"{second}", at(second), stack_arn(), path, "AWS::X", "id", status, None, not resource)
        work.add(event)
    return Row(name, work, ended, now=at(100))


def drawn(rows: list[Row], width: int = 80, height: int = 24) -> list[str]:
    console = Console(file=io.StringIO(), width=width, height=height, color_system=None, legacy_windows=False)
    with console.capture() as captured:
        console.print(block(rows, width, height))
    return [line.rstrip() for line in captured.get().splitlines()]


def test_each_stack_is_a_line_with_what_is_done_and_what_is_at_work_in_columns() -> None:
    assert drawn([row("api", *AT_WORK), row("mail-sender", *DONE, ended=True)]) == [
        " 1m 40s  api          CREATE_IN_PROGRESS  1 done, 1 at work: Service",
        " 1m 40s  mail-sender  CREATE_COMPLETE     2 done",
    ]


def test_a_name_that_is_very_long_moves_no_other_line() -> None:
    lines = drawn([row("a" * 45, *AT_WORK), row("api", *AT_WORK)])
    assert lines[1].index("CREATE_IN_PROGRESS") == len(" 1m 40s  ") + 30 + 2


def test_where_there_is_no_room_those_that_are_done_are_counted() -> None:
    rows = [row(f"s{number}", *DONE, ended=True) for number in range(20)]
    rows += [row(f"w{number}", *AT_WORK) for number in range(9)]
    lines = drawn(rows, height=6)
    assert lines[0] == "         20 stacks done, 9 at work"
    assert lines[-1] == "         ... and 5 more at work"
    assert len(lines) == 6


@given(counts=st.tuples(st.integers(0, 60), st.integers(0, 60)), width=st.integers(20, 200), height=st.integers(4, 50))
def test_however_many_they_are_the_block_fits_the_terminal(counts: tuple[int, int], width: int, height: int) -> None:
    rows = [row(f"done-{number}", *DONE, ended=True) for number in range(counts[0])]
    rows += [row(f"at-work-{number}", *AT_WORK) for number in range(counts[1])]
    lines = drawn(rows, width, height)
    assert len(lines) <= height
    assert all(len(line) <= width for line in lines)
