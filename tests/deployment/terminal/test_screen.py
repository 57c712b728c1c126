"""Messages go to one stream, what is given to another, and nobody there is a no."""

from __future__ import annotations

import io
import json

import pytest

from deployment.errors import NothingSent, OperationFailed
from deployment.run.outcome import Drifted, Planned, PropertyDrift, ResourceDrift, Unchanged
from deployment.run.telling import (
    Deletion,
    Happened,
    LogLine,
    Looked,
    Progress,
    Question,
    Settled,
    Started,
    TaskStarted,
)
from deployment.template.resource_path import ResourcePath
from deployment.terminal.screen import Screen
from tests.deployment.attended import Terminal
from tests.deployment.facts import an_event, an_update, changed, resource, stack
from tests.deployment.shapes import START


class _ClosedPipe(io.StringIO):
    def write(self, _: str) -> int:
        raise BrokenPipeError


def _screen(
    answer: str | None = None, *, yes: bool = False, as_json: bool = False
) -> tuple[Screen, io.StringIO, io.StringIO]:
    """A screen with somebody who answers, or with nobody."""
    asked, told = (io.StringIO(), io.StringIO()) if answer is None else (Terminal(answer), Terminal())
    given = io.StringIO()
    return Screen(asked, given, told, yes=yes, width=80, output="json" if as_json else "text"), given, told


@pytest.mark.parametrize(
    ("answer", "approved"), [("y\n", True), ("YES\n", True), ("n\n", False), ("\n", False), ("", False)]
)
def test_only_yes_is_a_yes(answer: str, approved: bool) -> None:
    screen, _, told = _screen(answer)
    assert screen.approve(Question("Update?")) is approved
    assert told.getvalue() == "Update? [y/N] "


def test_what_is_to_be_answered_stands_in_one_piece_at_the_edge_of_the_screen() -> None:
    for length, between in ((73, " "), (74, "\n")):
        screen, _, told = _screen("y\n")
        screen.approve(Question("?" * length))
        assert told.getvalue() == f"{'?' * length}{between}[y/N] "


@pytest.mark.parametrize(("answer", "approved"), [("shop-dev\n", True), ("y\n", False)])
def test_what_must_be_typed_is_compared(answer: str, approved: bool) -> None:
    screen, _, told = _screen(answer)
    assert screen.approve(Question("Delete?", typed="shop-dev")) is approved
    assert "Type shop-dev to continue: " in told.getvalue()


def test_nobody_there_is_a_no_and_yes_is_said_beforehand() -> None:
    screen, _, told = _screen()
    assert not screen.approve(Question("Update?"))
    assert "there is no terminal to ask on; use a terminal, or give --yes" in told.getvalue()
    assert _screen(yes=True)[0].approve(Question("Delete?", typed="shop-dev"))


def test_progress_goes_to_the_person_only() -> None:
    screen, given, told = _screen()
    screen.tell(Progress("uploading"))
    screen.tell(an_update(resource("App", "Service", properties=(changed(),))))
    screen.tell(Deletion("shop-dev", (), ()))
    screen.tell(Happened(an_event(), START))
    screen.tell(Happened(an_event(of_stack=True), START))
    assert given.getvalue() == ""
    assert told.getvalue().startswith("uploading\nshop-dev: update")
    assert told.getvalue().count("App/Group") == 1


def test_a_terminal_shows_colour_unless_told_not_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    screen, _, told = _screen("")
    screen.tell(an_update())
    assert "\x1b[" in told.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    screen, _, told = _screen("")
    screen.tell(an_update())
    assert "\x1b[" not in told.getvalue()


def test_the_result_is_given_as_lines_or_as_json() -> None:
    screen, given, told = _screen()
    screen.end(Unchanged(stack()))
    assert given.getvalue() == "Id=vpc-1\nUrl=https://x\n"
    assert "up to date" in told.getvalue()
    screen, given, _ = _screen(as_json=True)
    screen.end(Planned("shop-dev", an_update()))
    assert json.loads(given.getvalue())["outcome"] == "planned"


def test_a_plan_is_given_as_its_review() -> None:
    screen, given, _ = _screen()
    screen.end(Planned("shop-dev", an_update()))
    assert given.getvalue().startswith("shop-dev: update")


def test_an_error_is_told_and_given_as_json_where_that_is_wanted() -> None:
    screen, given, told = _screen(as_json=True)
    screen.fail(NothingSent("it is wrong"))
    assert told.getvalue() == "error: it is wrong\n"
    assert json.loads(given.getvalue())["outcome"] == "failed"
    assert "it is wrong" in given.getvalue()


def test_an_interrupt_tells_what_goes_on() -> None:
    screen, _, told = _screen()
    screen.interrupted()
    assert told.getvalue() == "\ninterrupted\n"
    screen.tell(Started("shop-dev", "python deploy.py status --follow --env dev"))
    screen.interrupted()
    assert "the operation on stack shop-dev continues" in told.getvalue()
    assert "python deploy.py status --follow --env dev" in told.getvalue()


def test_an_interrupt_is_a_report_too() -> None:
    screen, given, _ = _screen(as_json=True)
    screen.tell(Started("shop-dev", "python deploy.py status --follow --env dev"))
    screen.interrupted()
    body = json.loads(given.getvalue())
    assert (body["outcome"], body["error"]) == ("failed", "Interrupted")
    assert body["findings"] == ["the operation on stack shop-dev continues"]
    assert body["remedy"] == "python deploy.py status --follow --env dev"


def test_a_reader_that_went_away_ends_nothing() -> None:
    pipe = _ClosedPipe()
    Screen(io.StringIO(), pipe, pipe, yes=True, width=80).end(Unchanged(stack()))


def test_the_last_words_of_a_failure_stand_alone_below_them_no_tree_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    screen, _, told = _screen("")
    event = an_event("CREATE_IN_PROGRESS", ResourcePath(("Group",)))
    screen.tell(Happened(event, event.at))
    screen.tell(Looked({}))
    assert "Group" in told.getvalue()
    screen.fail(OperationFailed("stack shop-dev is in ROLLBACK_COMPLETE", status="ROLLBACK_COMPLETE", remedy="recover"))
    assert told.getvalue().endswith("error: stack shop-dev is in ROLLBACK_COMPLETE\nnext: recover\n")


def test_where_an_error_begins_is_marked_on_a_terminal_that_has_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    screen, _, told = _screen("")
    screen.fail(NothingSent("it is wrong", remedy="fix it"))
    assert told.getvalue() == "\x1b[1;31merror:\x1b[0m it is wrong\n\x1b[1mnext:\x1b[0m fix it\n"
    monkeypatch.setenv("NO_COLOR", "1")
    plain, _, told = _screen("")
    plain.fail(NothingSent("it is wrong"))
    assert told.getvalue() == "error: it is wrong\n"


def test_what_comes_after_an_operation_is_not_shown_as_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    screen, _, told = _screen("")
    first = an_event("CREATE_IN_PROGRESS", ResourcePath(("First",)))
    screen.tell(Started("shop-dev", "python deploy.py status --follow --env dev"))
    screen.tell(Happened(first, first.at))
    screen.tell(Looked({}))
    screen.tell(Settled())
    before = len(told.getvalue())
    screen.tick()
    screen.tell(Started("other", "x"))
    second = an_event("CREATE_IN_PROGRESS", ResourcePath(("Second",)))
    screen.tell(Happened(second, second.at))
    screen.tell(Looked({}))
    shown = told.getvalue()[before:]
    assert "Second" in shown
    assert "other" in shown
    assert "First" not in shown


def test_after_an_operation_an_interrupt_says_nothing_of_it() -> None:
    screen, _, told = _screen()
    screen.tell(Started("shop-dev", "python deploy.py status --follow --env dev"))
    screen.tell(Settled())
    screen.interrupted()
    assert told.getvalue() == "\ninterrupted\n"


def test_an_operation_that_status_does_not_follow_says_what_looks_at_it() -> None:
    screen, _, told = _screen()
    screen.tell(Started("shop-dev-App-1", "python deploy.py drift --env dev"))
    screen.interrupted()
    assert told.getvalue().endswith("look at it with:\n  python deploy.py drift --env dev\n")


@pytest.mark.parametrize("columns", [50, 80])
def test_on_a_terminal_lines_break_between_words_and_ids_stay_whole(columns: int) -> None:
    asked, told = Terminal("y\n"), Terminal()
    screen = Screen(asked, io.StringIO(), told, yes=False, width=columns)
    arn = f"arn:aws:ecs:eu-west-1:111122223333:service/{'long-' * 12}name"
    properties = (PropertyDrift("Tags/0/Value", "some words that go on and on", "and others that go on even longer"),)
    drifted = ResourceDrift(
        ResourcePath(("Ecs", "Service")), "AWS::ECS::Service", arn, deleted=False, properties=properties
    )
    screen.tell(Progress("comparing shop-dev and 5 layers with what really is, which takes a while on a bad day"))
    screen.approve(Question("Revert the drift of Network, Certificate, LoadBalancer and Ecs in 111122223333?"))
    screen.end(Drifted("s1", 5, (drifted,)))
    lines = told.getvalue().splitlines()
    assert [line for line in lines if len(line) > columns] == [f"    {arn}"]
    words = " ".join(told.getvalue().split())
    assert "with what really is, which takes a while on a bad day" in words
    assert "actual 'and others that go on even longer'" in words


def test_what_is_no_terminal_gets_every_line_whole() -> None:
    screen, _, told = _screen()
    screen.tell(Progress("word " * 40))
    assert told.getvalue() == f"{'word ' * 40}\n"


def test_the_lines_of_a_task_are_the_result_but_where_a_report_is_or_another_thing_is_done() -> None:
    line, of_a_job = LogLine("a\tb\x1b[2J"), LogLine("done", "migrate")
    for as_json, expected in (
        (False, ("a\tb\\x1b[2J\n", "migrate: done\n")),
        (True, ("", "a\tb\\x1b[2J\nmigrate: done\n")),
    ):
        screen, given, told = _screen(as_json=as_json)
        screen.tell(line)
        screen.tell(of_a_job)
        assert (given.getvalue(), told.getvalue()) == expected


def test_whoever_interrupts_leaves_a_task_behind_and_is_told_how_to_look_at_it() -> None:
    screen, _, told = _screen()
    screen.tell(TaskStarted("migrate", "python deploy.py logs migrate --env dev --follow"))
    screen.interrupted()
    assert "a task of migrate continues; look at it with:\n  python deploy.py logs migrate" in told.getvalue()
    screen, _, told = _screen()
    screen.tell(TaskStarted("migrate", "python deploy.py logs migrate --env dev --follow"))
    screen.tell(Settled())
    screen.interrupted()
    assert "goes on" not in told.getvalue()
