"""An unexpected error is reported as any error is: what is known of the stack, where the traceback is, what to do."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

import deploy
from deployment.errors import Unexpected
from deployment.run.outcome import Followed, Listed, Outcome, Planned, Shown, Unchanged
from deployment.run.telling import Outstanding, Progress, Settled, Started
from deployment.stack.invocation import Invocation
from deployment.terminal.ending import ended
from deployment.terminal.screen import Screen
from tests.deployment.facts import stack
from tests.deployment.terminal.test_streams import Full


def _screen(
    page: Path | None = None, *, debug: bool = False, output: str = "text"
) -> tuple[Screen, io.StringIO, io.StringIO]:
    given, told = io.StringIO(), io.StringIO()
    now = datetime(2026, 1, 1, tzinfo=UTC)
    screen = Screen(None, given, told, yes=True, width=200, page=page, debug=debug, output=output, now=lambda: now)
    return screen, given, told


_TYPED = Invocation(("--env", "dev"))


def _fails() -> Outcome:
    raise KeyError("StackStatus")


def test_the_sentence_the_reports_and_the_traceback_are_all_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    screen, given, told = _screen(tmp_path / "page.html", output="json")
    ending = ended(_fails, screen, lambda: _TYPED)
    assert isinstance(ending, Unexpected)
    assert deploy.exit_code(ending, differences_count=False) == 1
    [trace] = tmp_path.glob("deploy-*.traceback")
    assert trace.stat().st_mode & 0o077 == 0
    assert "KeyError: 'StackStatus'" in trace.read_text()
    assert "error: something that this program does not foresee: KeyError: 'StackStatus'" in told.getvalue()
    assert "this run has no operation in progress on the stack" in told.getvalue()
    assert f"traceback: {trace}" in told.getvalue()
    assert "Traceback (most recent" not in told.getvalue()
    assert json.loads(given.getvalue())["error"] == "Unexpected"
    assert "does not foresee" in (tmp_path / "page.html").read_text()


def test_while_an_operation_goes_on_that_is_said_and_the_exit_code_is_of_what_was_not_seen() -> None:
    screen, _, told = _screen(debug=True)

    def act() -> Outcome:
        screen.tell(Started("shop-dev", _TYPED.again("status", "--follow")))
        return _fails()

    ending = ended(act, screen, lambda: _TYPED)
    assert deploy.exit_code(ending, differences_count=False) == 6
    assert "the operation on stack shop-dev continues" in told.getvalue()
    assert "python deploy.py status --follow --env dev" in told.getvalue()
    assert "Traceback (most recent call last)" in told.getvalue(), "--debug shows it"


def test_after_an_operation_has_ended_it_is_not_said_to_go_on() -> None:
    screen, _, told = _screen(debug=True)

    def act() -> Outcome:
        screen.tell(Started("shop-dev", _TYPED.again("status", "--follow")))
        screen.tell(Settled())
        return _fails()

    assert deploy.exit_code(ended(act, screen, lambda: _TYPED), differences_count=False) == 6
    assert "the operation on shop-dev has ended" in told.getvalue()


def test_whoever_is_interrupted_is_told_what_the_operation_at_work_does_not_bring() -> None:
    screen, given, told = _screen(output="json")
    due = Outstanding("not done yet: A", "python deploy.py --env dev")

    def act() -> Outcome:
        screen.tell(Started("shop-dev", "python deploy.py status --follow", due))
        raise KeyboardInterrupt

    ended(act, screen, lambda: _TYPED)
    report = json.loads(given.getvalue())
    assert report["findings"] == ["the operation on stack shop-dev continues", "not done yet: A"]
    assert report["remedy"] == "python deploy.py status --follow"
    shown = "the next deployment does it, once the stack exists:\n  python deploy.py --env dev\n"
    assert f"not done yet: A; {shown}" in told.getvalue()


def test_what_nobody_foresaw_hides_nothing_of_what_is_left() -> None:
    screen, _, told = _screen(debug=True)

    def act() -> Outcome:
        screen.tell(Started("shop-dev", "look", Outstanding("not done yet: A", "again")))
        screen.tell(Settled())
        return _fails()

    ended(act, screen, lambda: _TYPED)
    assert "the operation on shop-dev has ended; its result is not known here\n  not done yet: A\n" in told.getvalue()


def test_what_was_done_is_done_where_its_result_cannot_be_written() -> None:
    told = io.StringIO()
    screen = Screen(None, Full(), told, yes=True, width=200)
    done = Unchanged(stack())
    assert ended(lambda: done, screen, lambda: _TYPED) is done
    assert "note: the result could not be written to standard output: No space left on device" in told.getvalue()


@pytest.mark.parametrize(
    "outcome",
    [Planned("shop-dev", None), Shown(stack(), (), (), False), Followed(stack(), 0.0, ()), Listed("shop-dev", ())],
    ids=lambda outcome: type(outcome).__name__,
)
def test_a_command_that_only_tells_has_failed_where_its_result_cannot_be_written(outcome: Outcome) -> None:
    told = io.StringIO()
    screen = Screen(None, Full(), told, yes=True, width=200, output="json")
    ending = ended(lambda: outcome, screen, lambda: _TYPED)
    assert deploy.exit_code(ending, differences_count=False) == 1
    assert "error: the result could not be written to standard output: No space left on device" in told.getvalue()


def test_what_is_told_meets_no_closed_stream() -> None:
    screen = Screen(None, None, None, yes=False, width=80)
    screen.tell(Progress("uploading"))
    done = Unchanged(stack())
    assert ended(lambda: done, screen, lambda: _TYPED) is done
