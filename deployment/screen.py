"""The person in front: told on one stream, asked on the terminal, given the result on the other stream."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TextIO

from deployment.conversation import Deletion, Happened, Question, Reviewed, Started, Told
from deployment.errors import DeploymentError
from deployment.outcome import Outcome, Planned
from deployment.report.facts import Ending, Failure
from deployment.report.record import Record
from deployment.report.text import (
    deletion_lines,
    error_lines,
    event_line,
    repeats,
    result,
    summary,
)


class Screen:
    """`told` (stderr) carries progress and questions, `given` (stdout) what the next command uses.

    `output` is the form of the result (text, json, markdown), `page` a file that gets it as HTML beside that,
    `now` the time that reports bear. `record` keeps what they are made from.
    """

    def __init__(
        self,
        asked: TextIO,
        given: TextIO,
        told: TextIO,
        *,
        yes: bool,
        width: int,
        output: str = "text",
        page: Path | None = None,
        now: Callable[[], datetime | None] = lambda: None,
    ) -> None:
        self._asked = asked
        self._given = given
        self._told = told
        self._yes = yes
        self._width = width
        self._output = output
        self._page = page
        self._now = now
        self._started: str | None = None
        self.record = Record()

    def tell(self, told: Told) -> None:
        """Shows one thing that happens."""
        told = self.record.hear(told)
        if isinstance(told, Happened):
            terminal = self._told.isatty()
            if not repeats(told.event, briefly=terminal):
                self._say(event_line(told.event, told.since, self._width if terminal else None))
        elif isinstance(told, Reviewed):
            self._review(told, self._told)
        elif isinstance(told, Deletion):
            self._say(*deletion_lines(told))
        elif isinstance(told, Started):
            self._started = told.stack
        else:
            self._say(told.text)

    def approve(self, question: Question) -> bool:
        """Whether the person says yes; nobody there to ask is a no."""
        if self._yes:
            self._say(f"{question.text} yes (--yes)")
            return True
        if not (self._asked.isatty() and self._told.isatty()):
            self._say(f"{question.text} nobody is here to ask; use a terminal, or give --yes")
            return False
        wanted = "Type its name to go on: " if question.typed else "[y/N] "
        _write(self._told, f"{question.text} {wanted}")
        answer = self._asked.readline().strip()
        return answer == question.typed if question.typed else answer.lower() in ("y", "yes")

    def end(self, outcome: Outcome) -> None:
        """Gives the result, then says how it ended."""
        outcome = self.record.masked(outcome)
        if isinstance(outcome, Planned) and outcome.reviewed and self._output == "text":
            self._review(outcome.reviewed, self._given)
        self._say(*summary(outcome))
        if self._output == "text":
            self._give(result(outcome))
        self._deliver(outcome)

    def fail(self, error: DeploymentError) -> None:
        """Says what happened, why, and what to do next."""
        self._deliver(error)
        self._say(*(self.record.masked(line) for line in error_lines(error)))

    def interrupted(self, selection: str) -> None:
        """Says what goes on without us, and how to look at it."""
        self._say("", "interrupted")
        remedy = f"python deploy.py status {selection}" if self._started else None
        findings = (f"CloudFormation goes on with {self._started}",) if self._started else ()
        self._deliver(Failure("Interrupted", "interrupted", findings, remedy, None, nothing_sent=False))
        if self._started:
            self._say(f"CloudFormation goes on with {self._started}; look at it with:")
            self._say(f"  {remedy}")

    def _deliver(self, ending: Ending | DeploymentError) -> None:
        """Gives the report in the forms that were asked for; one that cannot be written changes no outcome."""
        if self._output == "text" and self._page is None:
            return
        from deployment.report.delivery import in_form, write_whole

        report = self.record.report(ending, self._now())
        if self._output != "text":
            self._give([in_form(report, self._output)])
        if self._page is not None:
            try:
                write_whole(self._page, in_form(report, "html"))
            except OSError as error:
                self._say(f"note: {self._page} could not be written: {error.strerror}")

    def _review(self, reviewed: Reviewed, stream: TextIO) -> None:
        from deployment.report.tree import review_text

        colour = stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        _write(stream, review_text(reviewed, self._width, colour=colour))

    def _say(self, *lines: str) -> None:
        _write(self._told, "".join(f"{line}\n" for line in lines))

    def _give(self, lines: Iterable[str]) -> None:
        _write(self._given, "".join(f"{line}\n" for line in lines))


def _write(stream: TextIO, text: str) -> None:
    """Writes where somebody still reads: a closed pipe must not end a deployment that is under way."""
    with suppress(BrokenPipeError):
        stream.write(text)
        stream.flush()
