"""What is shown of stacks at work side by side, on a terminal and without one."""

from __future__ import annotations

from deployment.run.telling import Happened
from deployment.template.resource_path import ROOT
from deployment.terminal.together.views import ManyLines, ManyLive
from tests.deployment.attended import Terminal
from tests.deployment.facts import an_event
from tests.deployment.shapes import at


def happened(name: str, status: str) -> Happened:
    return Happened(an_event(status, ROOT / name), at(0))


def test_without_a_terminal_each_line_begins_with_the_services_name() -> None:
    said: list[str] = []
    view = ManyLines(said.append, lambda: 0.0, None)
    view.happened("api", happened("Service", "CREATE_IN_PROGRESS"))
    view.happened("mail", happened("Service", "CREATE_FAILED"))
    assert [line.split()[0] for line in said] == ["api:", "mail:"]


def test_a_silence_says_which_are_at_work_until_they_have_ended() -> None:
    said: list[str] = []
    now = [0.0]
    view = ManyLines(said.append, lambda: now[0], None)
    view.happened("api", happened("Service", "CREATE_IN_PROGRESS"))
    view.happened("mail", happened("Service", "CREATE_IN_PROGRESS"))
    view.ended("mail")
    now[0] = 29.0
    view.tick()
    assert len(said) == 2
    now[0] = 31.0
    view.tick()
    view.tick()
    assert said[2:] == ["at work: api 31s\n"]


def test_the_lines_stand_in_the_order_of_the_file_whoever_is_heard_of_first() -> None:
    terminal = Terminal()
    view = ManyLive(terminal, lambda: 0.0, colour=False, names=["api", "shop", "mail"])
    for name in ("mail", "shop", "api"):
        view.happened(name, happened("Service", "CREATE_IN_PROGRESS"))
    view.tick()
    view.pause()
    shown = terminal.getvalue()
    assert shown.index("api ") < shown.index("shop ") < shown.index("mail ")


def test_on_a_terminal_what_fails_stays_above_a_block_that_has_all() -> None:
    terminal = Terminal()
    view = ManyLive(terminal, lambda: 0.0, colour=False)
    view.happened("api", happened("Service", "CREATE_IN_PROGRESS"))
    view.happened("mail", happened("Service", "CREATE_FAILED"))
    view.tick()
    view.ended("api")
    view.pause()
    shown = terminal.getvalue()
    assert "mail:  1m 05s  CREATE_FAILED       Service" in shown
    assert "api  " in shown.split("CREATE_FAILED")[1]
