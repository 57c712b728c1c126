"""One command of deploy.py, from its options to how it ends: the person, the endpoint and the run are joined here."""

import argparse
import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cloudformation.environment.environment_file import Environment, Reading
from cloudformation.environment.keys.file_keys import OWN_TREE
from cloudformation.environment.price_table import NO_PRICES, PriceTable
from deployment.artifacts.freshness import FreshnessCheck
from deployment.aws.clock import FOR_PACED
from deployment.aws.session import Session
from deployment.commands.command_line import invocation_of
from deployment.commands.earlier_release import earlier_release
from deployment.commands.tasks.before import with_job
from deployment.commands.tasks.task_options import ABOUT_TASKS
from deployment.errors import FaultsUnmet
from deployment.report.text import summary
from deployment.run.choices import choices_of, given_elsewhere
from deployment.run.outcome import Outcome
from deployment.run.run import Context, Run, begin, no_echo_parameters
from deployment.run.telling import Progress
from deployment.stack.invocation import Invocation
from deployment.template.checkout import checked_out
from deployment.template.environments import (
    environment_reading,
    is_platforms_own,
    other_environments,
    overridden,
    prices_beside,
    refused,
    same_service,
    service_reading,
    tree_named,
    unnamed_service,
    with_all_beside,
)
from deployment.template.template import NO_TEMPLATE, Template
from deployment.terminal import preview
from deployment.terminal.actions import ACTIONS, UNCOMPARED
from deployment.terminal.connecting import (
    Rehearsal,
    Rehearse,
    connecting,
    context_of,
    drawn_alike,
    rehearsal_arguments,
    screen_of,
)
from deployment.terminal.ending import Ending, ended, shown
from deployment.terminal.interruption import Interruptions
from deployment.terminal.screen import Screen
from deployment.terminal.streams import Writer
from deployment.terminal.together.left_behind import refuse_foreign

if TYPE_CHECKING:
    from deployment.terminal.together.endings import Together
    from deployment.terminal.together.files import Files

_WATCHABLE_PACE = 60.0
_REVIEWING = ("deploy", "plan")


@dataclass(frozen=True)
class Command:
    """The options as they were read, the project that they apply to, and how a rehearsal is started."""

    options: argparse.Namespace
    project: Path
    rehearse: Rehearse
    script: Path = Path("deploy.py")
    """The program itself, for the commands that are named next."""
    started: list[Rehearsal] = field(default_factory=list)
    """The local CloudFormation that was started, where one was."""
    secret: list[frozenset[str]] = field(default_factory=list)
    """The NoEcho parameters, once the templates are read."""

    def ending(self, interruptions: Interruptions | None = None) -> "Ending | Together":
        """How the command ended, after that was shown."""
        screen = self._screen(interruptions or Interruptions())
        if self.options.all:
            return self._together(screen)

        def act() -> Outcome:
            with ExitStack() as closing:
                outcome = self._acted(screen, closing)
            self._rehearsed(screen, next(iter(summary(outcome)), "done"))
            return outcome

        return ended(act, screen, lambda: self.invocation)

    def _together(self, screen: Screen) -> "Ending | Together":
        """How the platform and its services ended."""
        from deployment.terminal.together.conductor import Conductor
        from deployment.terminal.together.endings import Together, told
        from deployment.terminal.together.showing import show

        def act() -> Together:
            with ExitStack() as closing:
                files = self._files(screen, closing)
                act = ACTIONS[self.options.action]
                together = Conductor(files, self._context(screen), screen, act, self.options.action).together()
            self._rehearsed(screen, next(told(together), "done"))
            return together

        return shown(act, screen, lambda: self.invocation, lambda one: show(one, screen), lambda one: one.only_tells)

    def _rehearsed(self, screen: Screen, done: str) -> None:
        """Raises FaultsUnmet where a fault was named for the rehearsal, which has ended, and nothing matched it."""
        unmet = [line for rehearsal in self.started for line in rehearsal.unmet()]
        if unmet:
            raise FaultsUnmet(
                "the faults of this rehearsal matched no resource or call, so that its result proves nothing",
                findings=[*unmet, f"apart from that: {done}"],
                remedy="correct the names that --fail and --scenario give, then rehearse again",
            )
        for line in (line for rehearsal in self.started for line in rehearsal.unstruck()):
            screen.tell(Progress(f"note: this fault had no effect: {line}"))

    @property
    def invocation(self) -> Invocation:
        """What was typed, for the commands that are named next."""
        return self._called.knowing(self.secret[-1]) if self.secret else self._called

    @cached_property
    def _called(self) -> Invocation:
        return invocation_of(self.options, self.script)

    def _screen(self, interruptions: Interruptions) -> Screen:
        pace = (self._pace or 1.0) if self.options.rehearse else 1.0
        return screen_of(self.options, self.invocation, interruptions, pace)

    @property
    def _pace(self) -> float | None:
        """Simulated seconds per real second; None is unlimited."""
        chosen: float | None = self.options.pace
        return _WATCHABLE_PACE if chosen is None and Writer(sys.stderr).isatty() else chosen

    def _acted(self, screen: Screen, closing: ExitStack) -> Outcome:
        """Starts what takes time, reads and checks the files meanwhile, then acts."""
        options = self.options
        reading, folder, prices = self._opened()
        tree = folder or self.project / OWN_TREE
        platform, service = reading, self._service(reading.environment, tree)
        unnamed = options.action == "delete" and service not in (None, *reading.environment.services)
        if service:
            reading = (unnamed_service if unnamed else service_reading)(reading, service, tree)
        written = reading.environment
        freshness = self._freshness(folder, closing)
        environment = written if options.to else self._read(written, screen)
        screen.record.concerns(environment)
        # A rehearsal is of an account and a Region, which a file that is not in order may not have.
        due = options.rehearse and not reading.problems
        rehearsal = self._rehearsal(environment, screen, closing) if due else None
        connect, others = connecting(rehearsal, screen), other_environments(self.project / "params", options.env)
        if self._sends and not options.to:
            reading = with_all_beside(reading, environment, platform, tree, fresh=folder is None)
        others = same_service(others, service) if service else others
        if options.to:
            if reading.problems:
                raise refused(written, reading.problems)
            closing.callback((session := connect(written.region)).close)
            earlier = closing.enter_context(earlier_release(self.project, options.to, written, session))
            connect, reading, folder = (lambda _: session), earlier.reading, earlier.folder
            others = earlier.others or others
            environment = self._read(reading.environment, screen)
            screen.record.concerns(environment)
        run = begin(
            folder or self.project / OWN_TREE,
            environment,
            self._context(screen, self.invocation.of_platform() if options.service and not service else None),
            connect,
            freshness=freshness,
            template_read=lambda root: self._read_template(root, screen),
            reading=reading,
            others=others,
            complete=self._sends,
            prices=prices,
            root=NO_TEMPLATE if unnamed else None,
        )
        closing.callback(run.session.close)
        if unnamed:
            refuse_foreign(run)
        return ACTIONS[options.action](self._preceded(run, platform, tree) if service else run)

    def _preceded(self, run: Run, platform: Reading, tree: Path) -> Run:
        """The run of a service with that of the job before it; going back to an earlier release runs none."""
        if self.options.action not in _REVIEWING or self.options.to:
            return run
        return with_job(run, platform, tree, other_environments(self.project / "params", self.options.env))

    def _service(self, environment: Environment, tree: Path) -> str | None:
        """The service that is meant, where that is not the platform's own, which is in the platform's stack."""
        named: str | None = self.options.service
        about_tasks = named and self.options.action in ABOUT_TASKS and named not in environment.services
        return None if about_tasks and is_platforms_own(environment, str(named), tree) else named

    def _files(self, screen: Screen, closing: ExitStack) -> "Files":
        """What the files contain of the environment and all its services, and one session for all of them."""
        from deployment.terminal.together.files import Files

        reading, folder, prices = self._opened()
        freshness = self._freshness(folder, closing)
        screen.record.concerns(reading.environment)
        due = self.options.rehearse and not reading.problems
        rehearsal = self._rehearsal(reading.environment, screen, closing) if due else None

        @cache
        def connect(region: str) -> Session:
            session = connecting(rehearsal, screen)(region)
            closing.callback(session.close)
            return session

        return Files(
            reading,
            folder or self.project / OWN_TREE,
            other_environments(self.project / "params", self.options.env),
            prices,
            self._sends,
            lambda environment: self._read(environment, screen),
            connect,
            freshness,
        )

    def _opened(self) -> tuple[Reading, Path | None, PriceTable]:
        """The environment file, the folder of another tree than the project's own, and the prices, where needed."""
        params = self.project / "params"
        reading = environment_reading(params, self.options.env)
        prices = prices_beside(params) if self.options.action in _REVIEWING else NO_PRICES
        compares = bool(self.options.ref)
        return reading, tree_named(self.project, reading.environment, self.options.rendered, compares=compares), prices

    def _freshness(self, folder: Path | None, closing: ExitStack) -> FreshnessCheck | None:
        """The question whether the project's own tree is fresh, where that is what is deployed."""
        if folder is not None or not self._compares:
            return None
        closing.callback((freshness := FreshnessCheck(self.project)).end)
        return freshness

    def _read_template(self, root: Template, screen: Screen) -> None:
        self.secret.append(no_echo_parameters(root))
        screen.record.sends(root)

    @property
    def _compares(self) -> bool:
        """Whether the rendered tree of the files counts: not where another release is deployed, or all are listed."""
        return not self.options.to and self.options.action not in UNCOMPARED

    @property
    def _sends(self) -> bool:
        """Whether the action sends parameters: what only reads or goes back to what there was needs none."""
        return self.options.action in _REVIEWING and not self.options.change_set

    def _read(self, environment: Environment, screen: Screen) -> Environment:
        """The environment file's values, replaced by those of the options, and the values that come from elsewhere."""
        environment = overridden(environment, self.options.set)
        for name, setting in given_elsewhere(self.options).items():
            environment = environment.with_setting(name, setting)
        return environment.read(os.environ, screen.read_value if self._sends else None)

    def _rehearsal(self, environment: Environment, screen: Screen, closing: ExitStack) -> Rehearsal:
        """A local CloudFormation over the stored state; with `--from` over one that is prepared first."""
        options, kept = self.options, self.options.state or self.project / ".rehearsal"
        # One for each account and Region, so that environments of several are rehearsed by turns.
        state = kept.absolute() / f"{environment.account}-{environment.region}"
        if options.ref:
            state = self._prepared_state(environment, screen, closing)
        arguments = [
            *rehearsal_arguments(state, environment, self.project),
            *(drawn_alike("to") if options.ref else ()),
        ]
        if options.fresh:
            arguments.append("--fresh")
        if self._pace is not None:
            arguments += ["--pace", str(self._pace)]
        if options.scenario:
            arguments += ["--scenario", str(options.scenario.resolve())]
        for fault in options.fail:
            arguments += ["--fail", fault]
        self.started.append(closing.enter_context(self.rehearse(arguments)))
        return self.started[-1]

    def _prepared_state(self, environment: Environment, screen: Screen, closing: ExitStack) -> Path:
        """A state of its own, in which REF is deployed: without a pace, and nothing fails."""
        tree = closing.enter_context(checked_out(self.project, self.options.ref, "--from"))
        state = tree.folder / "state"
        if before := preview.environment_of(tree, environment, screen.tell, os.environ):
            arguments = [*rehearsal_arguments(state, before, tree.folder), *drawn_alike("from")]
            with self.rehearse(arguments) as rehearsal:
                preview.bring(tree, before, self._context(screen, paced=False), connecting(rehearsal, screen))
        return state

    def _context(self, screen: Screen, invocation: Invocation | None = None, *, paced: bool = True) -> Context:
        polling = FOR_PACED if self.options.rehearse and paced and self._pace is not None else None
        return context_of(screen, invocation or self.invocation, choices_of(self.options), polling)
