"""The person at the terminal: progress on one stream, questions on the terminal, the result on the other stream."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import KW_ONLY, InitVar, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TextIO, cast

from deployment.aws.clock import Clock
from deployment.errors import DeploymentError, NothingSent, Undelivered
from deployment.report.facts import Ending, Failure, failure_of
from deployment.report.record import Record
from deployment.report.text import error_lines, result, summary
from deployment.run.outcome import Declined, Deployed, Outcome, Planned, SettingsChanged, Unchanged
from deployment.run.telling import (
    Choice,
    Deletion,
    Happened,
    LogLine,
    Looked,
    Progress,
    Question,
    Reviewed,
    Settled,
    Started,
    TaskStarted,
    Told,
)
from deployment.stack.invocation import Invocation
from deployment.terminal.deletion_lines import deletion_lines
from deployment.terminal.github_actions import Workflow
from deployment.terminal.interruption import Interruptions
from deployment.terminal.last_resort import kept_trace, left_behind, traced, unexpected
from deployment.terminal.line_wrapping import folded, legible, marked
from deployment.terminal.streams import Reader, Writer
from deployment.terminal.views.live_views import Lines, Live, View

_PHASES: dict[type, str] = {Reviewed: "Review", Deletion: "Review", Started: "Operation", TaskStarted: "Task"}


@dataclass(eq=False)
class Screen:
    """`told` (stderr) gets progress and questions, `given` (stdout) what the next command uses; any may be closed.

    `output` is the form of the result (text, json, markdown), `page` and `notes` files that get it as HTML and Markdown
    beside that, `now` the time that reports bear, `programs` how the commands begin that can be copied. `record` keeps
    what they are made from.
    """

    stdin: InitVar[TextIO | None]
    stdout: InitVar[TextIO | None]
    stderr: InitVar[TextIO | None]
    _: KW_ONLY
    yes: bool
    width: int
    programs: tuple[str, ...] = ("python",)
    output: str = "text"
    page: Path | None = None
    notes: Path | None = None
    now: Callable[[], datetime | None] = lambda: None
    monotonic: Callable[[], float] = lambda: 0.0
    interruptions: Interruptions = field(default_factory=Interruptions)
    workflow: bool = False
    debug: bool = False
    record: Record = field(default_factory=Record, init=False)
    asked: Reader = field(init=False)
    given: Writer = field(init=False)
    told: Writer = field(init=False)
    _commands: Workflow | None = field(default=None, init=False)
    _begun: Started | TaskStarted | None = field(default=None, init=False)
    _at_work: bool = field(default=False, init=False)
    _view: View | None = field(default=None, init=False)

    def __post_init__(self, stdin: TextIO | None, stdout: TextIO | None, stderr: TextIO | None) -> None:
        self.asked, self.given, self.told = Reader(stdin), Writer(stdout), Writer(stderr)
        self._commands = Workflow(self.told.write) if self.workflow else None

    def tell(self, told: Told) -> None:
        """Shows one thing that happens."""
        if isinstance(told, Settled):  # before all else: an interrupt that comes while it is shown comes after its end
            self._at_work = False
        told = self.record.keep(told)
        self._begin_phase(told)
        if isinstance(told, Happened):
            self._shown(told).show(told)
        elif isinstance(told, Looked):
            if self._view:
                self._view.look(told.waits)
        elif isinstance(told, Reviewed):
            self.review(told, self.told)
        elif isinstance(told, Deletion):
            self.say(*deletion_lines(told))
        elif isinstance(told, LogLine):
            self._log_line(told)
        elif isinstance(told, Started | TaskStarted):
            self._begun, self._at_work = told, True
            if self.attended:
                self.interruptions.ask()
        elif isinstance(told, Settled):
            self.interruptions.rest()
            self._close_view()
        elif isinstance(told, Progress):
            self.say(told.text)

    def _log_line(self, line: LogLine) -> None:
        if line.source is None and self.output == "text":
            self.give([legible(line.text)])
        else:
            self.written(f"{line.source}: {legible(line.text)}\n" if line.source else f"{legible(line.text)}\n")

    def tick(self) -> None:
        """Redraws what changes with the time."""
        if self._view:
            self._view.tick()

    def sleeping(self, clock: Clock) -> Callable[[float], None]:
        """A sleep in which the view is redrawn, and which a person may interrupt."""
        return lambda seconds: self.interruptions.slept(seconds, clock, self.tick)

    def read_value(self, name: str) -> str:
        """The value that is piped in for a parameter, without one line ending; on a terminal it is typed unseen."""
        try:
            return self.asked.secret(f"{name}: ", self.told)
        except UnicodeDecodeError as error:
            raise NothingSent(f"{name}: standard input is not UTF-8 text") from error

    def choose(self, choice: Choice) -> str:
        """What a person who interrupted wants; by the first letter, the last option where there is no answer."""
        if self._view:
            self._view.pause()
        options = ", ".join(f"[{option[0]}]{option[1:]}" for option in choice.options)
        with self.interruptions.asking():
            text = "\n".join(self._folded([f"{choice.text} {options}?"]))
            self.told.write(f"\n{text} ")
            answer = self.asked.line().lower()
        chosen = [option for option in choice.options if answer and option.startswith(answer)]
        return chosen[0] if chosen else choice.options[-1]

    def approve(self, question: Question) -> bool:
        """Whether the person says yes; where nobody can be asked, the answer is no."""
        question = replace(question, text=self.record.masked(question.text))
        if self.yes and not question.insists:
            self.say(f"{question.text} yes (--yes)")
            return True
        if not self.attended:
            self.say(f"{question.text} there is no terminal to ask on; {question.unasked}")
            return False
        wanted = f"Type {question.typed} to continue: " if question.typed else "[y/N] "
        fits = len(question.text) + len(wanted) < self.width
        text = "\n".join(self._folded([question.text]))
        if self._view:
            self._view.pause()
        with self.interruptions.asking() if self._at_work else nullcontext():
            self.told.write(f"{text}{' ' if fits else chr(10)}{wanted}")
            answer = self.asked.line()
        return answer == question.typed if question.typed else answer.lower() in ("y", "yes")

    @property
    def attended(self) -> bool:
        """Whether a person reads and can answer."""
        return self.asked.isatty() and self.told.isatty()

    def _shown(self, told: Happened) -> View:
        """What shows the operation; created at the first of its events."""
        if self._view is None:
            stack = self._begun.stack if self._begun else told.event.stack.split("/")[1]
            if self.told.live:
                self._view = Live(stack, cast(TextIO, self.told), self.monotonic, colour=self.told.coloured)
            else:
                self._view = Lines(stack, self.written, self.monotonic, self.width if self.told.isatty() else None)
        return self._view

    def _begin_phase(self, told: Told) -> None:
        if self._commands and isinstance(told, Progress):
            self._commands.begin("Prepare")
        elif self._commands and (title := _PHASES.get(type(told))):
            self._commands.phase(title)

    def follow(self, view: View | None) -> None:
        """What shows operations side by side; None once they have ended."""
        self._view, self._at_work = view, view is not None

    def settle(self) -> None:
        """The operation is no longer shown."""
        self._close_view()
        if self._commands:
            self._commands.end()

    def _close_view(self) -> None:
        if self._view:
            self._view.pause()
        self._view = None

    def end(self, outcome: Outcome) -> None:
        """Gives the result, then says how it ended."""
        self.settle()
        outcome = self.record.masked(outcome)
        if isinstance(outcome, Planned) and outcome.reviewed and self.output == "text":
            self.review(outcome.reviewed, self.given)
        self.say(*summary(outcome))
        if self.output == "text":
            self.give(result(outcome))
        self._deliver(outcome)
        if self._commands and isinstance(outcome, Deployed | SettingsChanged | Unchanged):
            self._commands.ended(outcome.stack.outputs)
        elif self._commands and isinstance(outcome, Declined):
            self._commands.failed([outcome.question, *summary(outcome)])

    def fail(self, error: DeploymentError) -> None:
        """Says what happened, why, and what to do next."""
        self.settle()
        self._deliver(error)
        # Masked before anything is wrapped or put on one line, which would split a secret.
        lines = list(error_lines(self.record.masked(failure_of(error))))
        self._said(marked(self._folded(lines), coloured=self.told.coloured))
        if self._commands:
            self._commands.failed(lines, self.record.cause)

    def undelivered(self, *, counts: bool) -> DeploymentError | None:
        """Reports why the result could not be written, where it could not; that fails a command that only reports."""
        why = self.given.failure
        if why is None:
            return None
        error = Undelivered(f"the result could not be written to standard output: {getattr(why, 'strerror', why)}")
        self._said(error_lines(error) if counts else [f"note: {error.happened}"])
        return error if counts else None

    def fail_unforeseen(self, error: Exception, invocation: Invocation) -> DeploymentError:
        """Reports with an unexpected error what is known of the state; returns the error that is reported for it."""
        if self.debug:
            self.told.write(self.record.masked(traced(error)))
        trace = "the traceback is above" if self.debug else kept_trace(error, self.record.masked)
        standing = unexpected(error, invocation, self._begun, at_work=self._at_work, trace=trace)
        self.fail(standing)
        return standing

    def interrupted(self) -> None:
        """Reports what continues without this process, and how to look at it."""
        self.settle()
        self.say("", "interrupted")
        findings = left_behind(self._begun, at_work=self._at_work)
        told = [self.record.masked(finding) for finding in findings]
        texts, remedy = tuple(text for text, _, _ in told), told[0][2] if told else None
        self._deliver(Failure("Interrupted", "interrupted", texts, remedy, None, nothing_sent=False))
        for text, how, command in told:
            self.say(f"{text}; {how}:", f"  {command}")

    @property
    def _files(self) -> list[tuple[str, Path]]:
        return [(form, path) for form, path in (("html", self.page), ("markdown", self.notes)) if path]

    def _deliver(self, ending: Ending | DeploymentError) -> None:
        """Writes the report in the forms that were asked for; one that cannot be written changes no outcome."""
        if self.output == "text" and not self._files:
            return
        from deployment.report.delivery import reported

        now = self.now()
        self.deliver(lambda form: reported(self.record, ending, form, now))

    def deliver(self, reported: Callable[[str], str]) -> None:
        """Writes `reported` in each form that was asked for beside text."""
        if self.output != "text":
            self.give([reported(self.output)])
        for form, path in self._files:
            from deployment.report.delivery import write_page

            try:
                write_page(path, reported(form))
            except OSError as error:
                self.say(f"note: {path} could not be written: {error.strerror}")

    def review(self, reviewed: Reviewed, stream: Writer) -> None:
        """Shows what was reviewed on one of the streams."""
        from deployment.report.tree import review_text

        text = review_text(reviewed, self.width, colour=stream.coloured)
        stream.write(self._commands.plain(text) if self._commands else text)

    def _folded(self, lines: Iterable[str]) -> Iterable[str]:
        return folded(lines, self.width, self.programs) if self.told.isatty() else lines

    def say(self, *lines: str) -> None:
        """Writes lines for the person, wrapped on a terminal."""
        self._said(self._folded(lines))

    def _said(self, lines: Iterable[str]) -> None:
        show = self._view.say if self._view else self.written
        show("".join(f"{line}\n" for line in lines))

    def written(self, text: str) -> None:
        """Writes text for the person, above the view of an operation."""
        self.told.write(self._commands.plain(text) if self._commands else text)

    def give(self, lines: Iterable[str]) -> None:
        """Writes lines for the next command."""
        text = "".join(f"{line}\n" for line in lines)
        self.given.write(self._commands.plain(text) if self._commands else text)
