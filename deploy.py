"""Carry the rendered tree to CloudFormation through change sets that people understand."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from deployment.artifacts.freshness import FreshnessCheck
    from deployment.aws.clock import Polling
    from deployment.aws.session import Endpoint
    from deployment.environment.environment_file import Environment
    from deployment.errors import DeploymentError
    from deployment.run.outcome import Outcome
    from deployment.run.prepare import Run
    from deployment.run.run import Seams
    from deployment.terminal.interruption import Interruptions
    from deployment.terminal.screen import Screen
    from rehearsal.control.child import RehearsalProcess

PROJECT = Path(__file__).resolve().parent
_WATCHABLE_PACE = 60.0


def main(
    arguments: Sequence[str],
    project: Path = PROJECT,
    interruptions: Interruptions | None = None,
    stage: Callable[[Path, Sequence[str]], RehearsalProcess] | None = None,
) -> int:
    """Run the command over the project in `project`; give its exit code.

    `interruptions` hears of Ctrl-C. `stage` gives the rehearsal to play on; left out, one is started for this command.
    """
    from deployment.commands.command_line import read_arguments

    options = read_arguments(arguments)
    screen = None
    try:
        from deployment.errors import DeploymentError
        from deployment.terminal.screen import Screen

        screen = Screen(
            *(sys.stdin, sys.stdout, sys.stderr),
            yes=options.yes,
            width=_width(),
            output=options.output,
            page=options.html,
            now=lambda: datetime.now(UTC),
            monotonic=_passing(options),
            interruptions=interruptions,
            workflow=os.environ.get("GITHUB_ACTIONS") == "true",
        )
        try:
            with ExitStack() as stack:
                outcome = _acted(options, project, screen, stack, stage)
            return _end(options, screen, outcome)
        except DeploymentError as error:
            return _fail(screen, error)
    except KeyboardInterrupt:
        if screen:
            screen.interrupted(_selection(options))
        return 130


def _end(options: argparse.Namespace, screen: Screen, outcome: Outcome) -> int:
    from deployment.run.outcome import Declined, Drifted, Planned

    screen.end(outcome)
    if isinstance(outcome, Declined):
        return 3
    differs = isinstance(outcome, Planned | Drifted) and outcome.changes
    return 4 if options.exit_code and differs else 0


def _fail(screen: Screen, error: DeploymentError) -> int:
    from deployment.errors import NothingSent, StackBlocked

    screen.fail(error)
    if isinstance(error, NothingSent):
        return 2
    return 5 if isinstance(error, StackBlocked) else 1


def _selection(options: argparse.Namespace) -> str:
    """The options that tell which stack is meant."""
    import shlex

    rendered = f" --rendered {shlex.quote(str(options.rendered))}" if options.rendered else ""
    baseline = f" --from {options.ref}" if options.ref else ""
    return f"--env {options.env}{rendered}{' --rehearse' if options.rehearse else ''}{baseline}"


def _passing(options: argparse.Namespace) -> Callable[[], float]:
    """Seconds as the stack's events count them: a rehearsal's may go faster."""
    import time

    pace = (_chosen_pace(options) or 1.0) if options.rehearse else 1.0
    return lambda: time.monotonic() * pace


def _width() -> int:
    import shutil

    return shutil.get_terminal_size((80, 24)).columns


def _acted(
    options: argparse.Namespace,
    project: Path,
    screen: Screen,
    stack: ExitStack,
    stage: Callable[[Path, Sequence[str]], RehearsalProcess] | None,
) -> Outcome:
    """Starts what takes time, reads and checks the files meanwhile, then acts."""
    from deployment.environment.environment_file import read_environment

    freshness = None if options.rendered else _checking(project, stack)
    environment = read_environment(project / "params", options.env).overriding(options.set)
    screen.record.concerns(environment)
    rehearsal = None
    if options.rehearse:
        rehearsal = stack.enter_context(
            _staged(stage)(PROJECT, _rehearsing(options, project, environment, screen, stack))
        )
    from deployment.run.run import begin

    seams = _seams(options, screen, rehearsal, _polling(options))
    folder = options.rendered or project / "rendered"
    run = begin(folder, environment, seams, freshness=freshness, carries=screen.record.carries)
    stack.callback(run.session.close)
    return _action(options.action)(run)


def _checking(project: Path, stack: ExitStack) -> FreshnessCheck:
    from deployment.artifacts.freshness import FreshnessCheck

    check = FreshnessCheck(project)
    stack.callback(check.end)
    return check


def _rehearsing(
    options: argparse.Namespace, project: Path, environment: Environment, screen: Screen, stack: ExitStack
) -> list[str]:
    """What the rehearsal is started with; with `--from` its state is prepared first."""
    from rehearsal.control.child import forget, pair

    state = project / ".rehearsal"
    if options.ref:
        state = _brought(options, project, environment, screen, stack)
    elif options.fresh:
        forget(state)
    given = _stage(state, environment, project)
    given += pair("--pace", _chosen_pace(options)) + pair("--scenario", options.scenario and options.scenario.resolve())
    return given + [each for fault in options.fail for each in ("--fail", fault)]


def _staged(
    stage: Callable[[Path, Sequence[str]], RehearsalProcess] | None,
) -> Callable[[Path, Sequence[str]], RehearsalProcess]:
    from rehearsal.control.child import RehearsalProcess

    return stage or RehearsalProcess


def _stage(state: Path, environment: Environment, project: Path) -> list[str]:
    return ["--state", str(state), "--account", environment.account, "--params", str(project / "params")]


def _brought(
    options: argparse.Namespace, project: Path, environment: Environment, screen: Screen, stack: ExitStack
) -> Path:
    """A state of its own, in which REF is deployed: as fast as it goes, and nothing fails."""
    from deployment.aws.clock import Polling
    from deployment.commands import preview as baseline
    from rehearsal.control.child import RehearsalProcess

    tree = stack.enter_context(baseline.checked_out(project, options.ref))
    state = tree.folder / "state"
    if before := baseline.environment_of(tree, environment, screen.tell):
        with RehearsalProcess(PROJECT, _stage(state, before, tree.folder)) as process:
            baseline.bring(tree, before, _seams(options, screen, process, Polling(first=0.02, most=0.2)))
    return state


def _chosen_pace(options: argparse.Namespace) -> float | None:
    """Virtual seconds a real one; None is as fast as it goes."""
    chosen: float | None = options.pace
    return _WATCHABLE_PACE if chosen is None and sys.stderr.isatty() else chosen


def _seams(options: argparse.Namespace, screen: Screen, process: RehearsalProcess | None, polling: Polling) -> Seams:
    import socket
    import time
    import uuid

    from deployment.aws.clock import Clock, Waiting
    from deployment.aws.request_budget import RequestBudget
    from deployment.run.choices import choices_of
    from deployment.run.process import Process
    from deployment.run.run import Seams

    clock = Clock(time.monotonic, time.sleep)
    return Seams(
        endpoint=lambda: _endpoint(process) if process else None,
        waiting=Waiting(Clock(time.monotonic, screen.sleeping(clock)), polling),
        token=lambda: str(uuid.uuid4()),
        tell=screen.tell,
        approve=screen.approve,
        selection=_selection(options),
        preflight=options.preflight,
        choices=choices_of(options),
        process=Process(socket.gethostname(), os.getpid(), _alive),
        choose=screen.choose,
        budget=None if process else RequestBudget(clock),
    )


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        return True
    return True


def _endpoint(rehearsal: RehearsalProcess) -> Endpoint:
    from deployment.aws.session import Endpoint
    from deployment.errors import RehearsalFailed
    from rehearsal.control.child import RehearsalDidNotStartError

    try:
        return Endpoint(rehearsal.url(), "rehearsal", "rehearsal")
    except RehearsalDidNotStartError as error:
        raise RehearsalFailed(
            "the rehearsal did not start", findings=str(error).splitlines(), remedy="run: python -m rehearsal --help"
        ) from error


def _polling(options: argparse.Namespace) -> Polling:
    """AWS is asked with patience; what plays on this machine may be asked often."""
    from deployment.aws.clock import Polling

    if not options.rehearse:
        return Polling()
    fast = _chosen_pace(options) is None
    return Polling(first=0.02, most=0.2, stacks=200) if fast else Polling(first=0.2, most=0.5, stacks=200)


def _action(name: str) -> Callable[[Run], Outcome]:
    from deployment.commands import delete, deploy, drift, recover, status

    actions: dict[str, Callable[[Run], Outcome]] = {
        "deploy": deploy.deploy,
        "plan": deploy.plan,
        "status": status.status,
        "drift": drift.drift,
        "recover": recover.recover,
        "delete": delete.delete,
    }
    return actions[name]


def _terminated(*_: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    from deployment.terminal.interruption import Interruptions

    gc.freeze()
    signal.signal(signal.SIGTERM, _terminated)
    heard = Interruptions()
    signal.signal(signal.SIGINT, heard.signalled)
    sys.exit(main(sys.argv[1:], interruptions=heard))
