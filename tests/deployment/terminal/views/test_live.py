"""The live tree: what fits the terminal, in which order, and what is left out where there is no room."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from deployment.template.resource_path import ResourcePath
from deployment.terminal.views.live import tree
from deployment.terminal.views.progress import OperationProgress
from tests.deployment.shapes import at
from tests.deployment.terminal.views.test_progress import heard

CREATING = "CREATE_IN_PROGRESS"
BEGUN = (
    (0, "", CREATING),
    (1, "Network", CREATING),
    (2, "Network/Vpc", CREATING),
    (14, "Network/Vpc", "CREATE_COMPLETE"),
    (15, "Network", "CREATE_COMPLETE"),
    (16, "Ecs", CREATING),
    (17, "Ecs/Role", CREATING),
    (30, "Ecs/Role", "CREATE_COMPLETE"),
    (31, "Ecs/Service", CREATING),
    (40, "Ecs/Rule", CREATING),
)


def drawn(work: OperationProgress, width: int = 80, height: int = 24, now: int = 100) -> list[str]:
    console = Console(file=io.StringIO(), width=width, height=height, color_system=None, legacy_windows=False)
    with console.capture() as captured:
        console.print(tree(work, at(now), width, height))
    return [line.rstrip() for line in captured.get().splitlines()]


def test_layers_that_are_done_are_a_line_and_those_at_work_show_what_is() -> None:
    assert drawn(heard(*BEGUN)) == [
        " 1m 40s  shop-dev  CREATE_IN_PROGRESS",
        "    14s  done     Network  1 resource",
        " 1m 24s  at work  Ecs  1 done, 2 at work",
        "          1m 09s  create  Service  X",
        "          1m 00s  create  Rule  X",
    ]


def test_a_slow_one_tells_what_it_waits_for_under_its_line_also_where_it_is_narrow() -> None:
    work = heard(*BEGUN)
    work.waits = {
        ResourcePath(("Ecs", "Service")): "tasks 1/2; (service web) was unable to place a task because of no capacity"
    }
    wide, narrow = drawn(work), drawn(work, width=40)
    assert wide[4].strip() == "waits: tasks 1/2; (service web) was unable to place a"
    assert narrow[4].strip() == "waits: tasks 1/2;"
    assert all(len(line) <= 40 for line in narrow)


def test_a_failed_layer_is_called_so() -> None:
    work = heard(
        *BEGUN, (50, "Ecs/Service", "CREATE_FAILED"), (51, "Ecs/Rule", "CREATE_FAILED"), (52, "Ecs", "CREATE_FAILED")
    )
    assert "     36s  failed   Ecs  3 resources"[1:] in drawn(work)


@pytest.mark.parametrize("height", [4, 5])
def test_where_there_is_no_room_what_is_done_is_counted_and_the_longest_at_work_stay(height: int) -> None:
    more = [(60 + number, f"Ecs/R{number}", CREATING) for number in range(20)]
    lines = drawn(heard(*BEGUN, *more), height=height)
    assert len(lines) <= height
    assert lines[1].strip() == "1 of 2 nested stacks done"
    assert lines[2].split()[-2:] == ["Ecs/Service", "X"]
    assert lines[-1].strip() == "... and more at work"


@given(
    events=st.lists(
        st.tuples(
            st.integers(0, 500),
            st.sampled_from(["", "A", "A/R", "A/S", "B", "B/C", "B/" + "x" * 90]),
            st.sampled_from([CREATING, "CREATE_COMPLETE", "CREATE_FAILED", "DELETE_IN_PROGRESS", "UPDATE_COMPLETE"]),
        ),
        min_size=1,
        max_size=30,
    ),
    width=st.integers(20, 120),
    height=st.integers(1, 30),
)
def test_whatever_happens_the_tree_fits_the_terminal(
    events: list[tuple[int, str, str]], width: int, height: int
) -> None:
    lines = drawn(heard(*sorted(events)), width=width, height=height, now=501)
    assert len(lines) <= max(height, 4)
    assert all(len(line) <= width for line in lines)
