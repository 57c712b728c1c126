"""How an operation under way is shown: lines and a heartbeat without a terminal, a tree that goes away on one."""

from __future__ import annotations

from deployment.run.telling import Happened
from deployment.stack.events import Event
from deployment.template.resource_path import ResourcePath
from deployment.terminal.views.live_views import Lines, Live
from tests.deployment.attended import Terminal
from tests.deployment.shapes import STACK_TYPE, at, stack_arn


class _Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def happened(second: int, path: str, status: str, reason: str | None = None) -> Happened:
    parts = ResourcePath(path.split("/")) if path else ResourcePath()
    kind = "AWS::ECS::Service" if "/" in path else STACK_TYPE
    event = Event(f"{second}{path}", at(second), stack_arn(), parts, kind, "id", status, reason, not parts)
    return Happened(event, at(0))


def lines(width: int | None = None) -> tuple[Lines, list[str], _Time]:
    time, written = _Time(), list[str]()
    return Lines("shop-dev", written.append, time, width), written, time


def test_every_event_is_a_line_where_nobody_watches() -> None:
    view, written, _ = lines()
    view.show(happened(0, "", "CREATE_IN_PROGRESS", "User Initiated"))
    view.show(happened(2, "App/Web", "CREATE_IN_PROGRESS"))
    view.show(happened(3, "App/Web", "CREATE_IN_PROGRESS", "Resource creation Initiated"))
    assert [line.split()[1:3] for line in written] == [
        ["CREATE_IN_PROGRESS", each] for each in ("shop-dev", "App/Web", "App/Web")
    ]


def test_a_silence_of_half_a_minute_is_broken_by_what_is_at_work_and_what_it_waits_for() -> None:
    view, written, time = lines()
    view.show(happened(0, "", "CREATE_IN_PROGRESS"))
    for number in range(5):
        view.show(happened(number + 1, f"App/R{number}", "CREATE_IN_PROGRESS"))
    written.clear()
    view.look({ResourcePath(("App", "R0")): "tasks 1/2"})
    time.now = 29.0
    view.tick()
    assert written == []
    time.now = 31.0
    view.tick()
    assert written == ["    36s  at work: App/R0 35s (waits: tasks 1/2), App/R1 34s, App/R2 33s, and 2 more\n"]
    view.tick()
    assert len(written) == 1


def test_a_silence_in_which_no_resource_is_at_work_tells_the_stack() -> None:
    view, written, time = lines()
    time.now = 100.0
    view.tick()
    assert written == []  # nothing was received yet
    view.show(happened(5, "", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"))
    time.now = 140.0
    view.tick()
    assert written[-1] == "    40s  shop-dev UPDATE_COMPLETE_CLEANUP_IN_PROGRESS\n"


def live() -> tuple[Live, Terminal, _Time]:
    time, stream = _Time(), Terminal()
    return Live("shop-dev", stream, time, colour=False), stream, time


def test_a_terminal_shows_a_tree_below_the_lines_and_takes_it_away_for_a_question() -> None:
    view, stream, time = live()
    view.show(happened(0, "", "CREATE_IN_PROGRESS", "User Initiated"))
    view.show(happened(2, "App", "CREATE_IN_PROGRESS"))
    view.show(happened(3, "App/Web", "CREATE_IN_PROGRESS"))
    assert "App/Web" not in stream.getvalue()  # the tree shows that it is at work
    time.now = 9.0
    view.tick()
    assert "create  Web  ECS::Service" in stream.getvalue()
    before = len(stream.getvalue())
    view.pause()
    assert "\x1b[2K" in stream.getvalue()[before:]  # the lines of the tree are erased
    assert "Web" not in stream.getvalue()[before:]


def test_what_is_done_stays_as_a_line_with_the_time_it_took() -> None:
    view, stream, _ = live()
    view.show(happened(0, "", "CREATE_IN_PROGRESS"))
    view.show(happened(3, "App/Web", "CREATE_IN_PROGRESS"))
    view.show(happened(63, "App/Web", "CREATE_COMPLETE"))
    assert " 1m 03s  CREATE_COMPLETE     App/Web  took 1m 00s\n" in stream.getvalue()


def test_what_a_parent_says_of_a_nested_stack_that_failed_is_short_its_own_rows_stand_above() -> None:
    view, stream, _ = live()
    view.show(happened(0, "", "CREATE_IN_PROGRESS"))
    view.show(happened(3, "App/Web", "CREATE_FAILED", "No capacity"))
    reason = (
        f"Embedded stack {stack_arn()} was not successfully created: The following resource(s) failed to create: [Web]."
    )
    view.show(happened(4, "App", "CREATE_FAILED", reason))
    view.show(happened(5, "Net", "CREATE_FAILED", "Template format error: YAML not well-formed."))
    told = stream.getvalue()
    assert "No capacity" in told
    assert "Embedded stack" not in told
    assert "CREATE_FAILED       App\n" in told
    assert "Template format error" in told
