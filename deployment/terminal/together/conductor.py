"""One command over the platform and all its services: the platform first, then the services side by side.

A deletion has the reverse order: CloudFormation refuses to delete what a service imports.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TextIO, cast

from deployment.aws.clock import Clock, Interrupted
from deployment.errors import AwsRefusal, DeploymentError, StackBlocked
from deployment.run.identity import caller_in
from deployment.run.outcome import Absent, Declined, Deleted, Outcome, Planned, Unchanged
from deployment.run.run import Context, Known, Run
from deployment.run.telling import Choice, Happened, LogLine, Looked, Progress, Started, TaskStarted, Told
from deployment.run.watching import CANCEL, DETACH, GO_ON
from deployment.stack.stack import Stack, stacks_called
from deployment.terminal.ending import Ending
from deployment.terminal.last_resort import kept_trace, unexpected
from deployment.terminal.line_wrapping import legible
from deployment.terminal.screen import Screen
from deployment.terminal.together.allowances import shares
from deployment.terminal.together.approvals import answer
from deployment.terminal.together.crew import Crew, Seat
from deployment.terminal.together.endings import Part, Together, within
from deployment.terminal.together.files import Files
from deployment.terminal.together.jobs import Jobs
from deployment.terminal.together.left_behind import LeftBehind, importing_stacks, left_behind
from deployment.terminal.together.views import ManyLines, ManyLive

Act = Callable[[Run], Outcome]


@dataclass(frozen=True)
class Conductor:
    """One action over all stacks of an environment; `act` does it to one of them."""

    files: Files
    context: Context
    screen: Screen
    act: Act
    action: str
    crew: Crew = field(default_factory=Crew)

    def together(self) -> Together:
        """Acts on all of them. Raises an error before the services' turn that is not the platform's."""
        platform, runs = self._runs()
        known = self._known(platform)
        if self.action == "delete":
            services = self._services(runs, known)
            return self._after_services(replace(platform, known=known), services)
        first = self._platform(replace(platform, known=known))
        if why := self._stops(first.ending):
            return Together(first, not_begun=tuple(runs), why=why)
        changed = self.action == "deploy" and not isinstance(first.ending, Unchanged)
        known = self._known(platform) if changed else known
        services = self._services(runs, known)
        left = self._left_behind(platform, known)
        return Together(first, services, left_behind=left)

    def _runs(self) -> tuple[Run, dict[str, Run]]:
        environment, context = self.files.reading.environment, self.context
        given = shares(context.choices.allowed, environment)
        services = {}
        for name in self.files.services:
            seat = self.crew.seat(name, self._show)
            own = replace(
                context,
                clock=Clock(context.clock.monotonic, seat.sleep),
                tell=seat.tell,
                approve=seat.approve,
                choose=seat.choose,
                invocation=context.invocation.of_service(name),
                choices=replace(context.choices, allowed=given[name]),
            )
            services[name] = own, seat.record
        alone = replace(
            context,
            invocation=context.invocation.of_platform(),
            choices=replace(context.choices, allowed=given[None]),
        )
        return self.files.runs((alone, self.screen.record), services)

    def _known(self, platform: Run) -> Known:
        """The caller, and the stacks of the environment; where the caller may not list them, each is read alone."""
        stacks: dict[str, Stack] = {}
        caller = caller_in(platform.session, platform.environment)
        with suppress(AwsRefusal):
            stacks = stacks_called(platform.cloudformation, platform.environment.stack)
        return Known(caller, stacks)

    def _platform(self, run: Run) -> Part:
        try:
            ending: Ending = self.act(run)
        except DeploymentError as error:
            ending = error
        self.screen.settle()
        return Part(ending, self.screen.record)

    def _stops(self, ending: Ending) -> str:
        """Why services cannot follow, where they cannot."""
        if self.action == "deploy" and isinstance(ending, BaseException | Declined):
            return "the platform, which they need, is not in the state that they need"
        if self.action == "plan" and isinstance(ending, Planned) and ending.reviewed and ending.reviewed.create:
            return "the platform does not exist yet; a deployment creates it first"
        return ""

    def _services(self, runs: Mapping[str, Run], known: Known) -> dict[str, Part]:
        """Each service's ending: all are acted on at the same time."""
        jobs = Jobs(self.crew)
        work = {name: self._work(jobs.before(replace(run, known=known))) for name, run in runs.items()}
        allowed = {name: run.choices.allowed for name, run in runs.items()}
        self.screen.follow(self._view)
        self.crew.begin(work, lambda seat: self._view.ended(seat.name))
        stopped = False
        while self.crew.unfinished:
            try:
                self._round(allowed)
            except KeyboardInterrupt:
                if stopped:
                    break
                stopped = True
                self.crew.stop()
        self.screen.interruptions.rest()
        self.screen.settle()
        self.screen.follow(None)
        return {
            name: Part(within(seat.ending or KeyboardInterrupt(), name), seat.record, seat.begun, seat.at_work)
            for name, seat in self.crew.seats.items()
        }

    def _round(self, allowed: Mapping[str, tuple[str, ...]]) -> None:
        """A short wait, and the answers to what is asked; KeyboardInterrupt where all is to end."""
        self.crew.rest()
        try:
            self.screen.interruptions.slept(0, self.context.clock, self.screen.tick)
        except Interrupted:
            self._interrupted()
        self.screen.tick()
        if not any(seat.at_work for seat in self.crew.unfinished):
            self.screen.interruptions.rest()
        if self.crew.unfinished:
            answer(self.crew, self.files.reading.environment, allowed, self.screen)

    def _work(self, run: Run) -> Callable[[], Ending]:
        def act() -> Ending:
            try:
                return self.act(run)
            except DeploymentError:
                raise
            except Exception as error:
                seat = self.crew.seats[run.environment.service or ""]
                trace = kept_trace(error, seat.record.masked)
                return unexpected(error, run.invocation, seat.begun, at_work=seat.at_work, trace=trace)

        return act

    def _after_services(self, run: Run, services: Mapping[str, Part]) -> Together:
        """The platform's turn, once no service needs it any more."""
        standing = [name for name, part in services.items() if not isinstance(part.ending, Deleted | Absent)]
        if not standing:
            left = self._left_behind(run, self._known(run))
            return Together(self._platform(run), services, left_behind=left)
        ending: Ending = StackBlocked(
            f"stack {run.environment.stack} was not deleted: {', '.join(standing)} may still need it",
            remedy=f"do what the lines above say, then: {self.context.invocation.again('delete')}",
        )
        if all(isinstance(services[name].ending, Declined | KeyboardInterrupt) for name in standing):
            ending = services[standing[0]].ending
            if isinstance(ending, Declined):
                ending = Declined(run.environment.stack, ending.question)
        return Together(Part(ending, self.screen.record), services)

    def _left_behind(self, run: Run, known: Known) -> tuple[LeftBehind, ...]:
        stacks = known.stacks or importing_stacks(run.cloudformation, run.environment.stack)
        return left_behind(run.cloudformation, run.environment, stacks, self.context.invocation)

    def _interrupted(self) -> None:
        """Asks once what to do with all that is in progress; to cancel also stops what has not started."""
        with self.crew.changed:
            chosen = self.screen.choose(Choice(self.crew.at_work, (CANCEL, DETACH, GO_ON)))
        if chosen == DETACH:
            raise KeyboardInterrupt
        if chosen == CANCEL:
            self.crew.order(CANCEL)

    def _show(self, seat: Seat, told: Told) -> None:
        """What one service reports, among the reports of others."""
        if isinstance(told, Happened):
            self._view.happened(seat.name, told)
        elif isinstance(told, Looked):
            self._view.waits(seat.name, told.waits)
        elif isinstance(told, Progress):
            self.screen.say(f"{seat.name}: {told.text}")
        elif isinstance(told, LogLine):
            self.screen.say(f"{told.source or seat.name}: {legible(told.text)}")
        elif isinstance(told, Started | TaskStarted) and self.screen.attended:
            self.screen.interruptions.ask()

    @cached_property
    def _view(self) -> ManyLines | ManyLive:
        screen = self.screen
        if screen.told.live:
            told, names = cast(TextIO, screen.told), self.files.services
            return ManyLive(told, screen.monotonic, colour=screen.told.coloured, names=names)
        return ManyLines(screen.written, screen.monotonic, screen.width if screen.told.isatty() else None)
