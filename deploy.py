"""Carry the rendered tree to CloudFormation through change sets that people understand."""

from __future__ import annotations

import argparse
import gc
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from deployment.clock import Polling
    from deployment.environment import Environment
    from deployment.errors import DeploymentError
    from deployment.freshness import FreshnessCheck
    from deployment.outcome import Outcome
    from deployment.parameters import Value
    from deployment.prepare import Run
    from deployment.screen import Screen
    from deployment.session import Endpoint
    from deployment.template import Template
    from rehearsal.child import RehearsalProcess

PROJECT = Path(__file__).resolve().parent
_WATCHABLE_PACE = 60.0


def main(arguments: Sequence[str], project: Path = PROJECT) -> int:
    """Run the command over the project in `project`; give its exit code."""
    from deployment.command_line import read_arguments

    options = read_arguments(arguments)
    screen = None
    try:
        from deployment.errors import DeploymentError
        from deployment.screen import Screen

        screen = Screen(
            *(sys.stdin, sys.stdout, sys.stderr),
            yes=options.yes,
            width=_width(),
            output=options.output,
            page=options.html,
            now=lambda: datetime.now(UTC),
        )
        try:
            with ExitStack() as stack:
                outcome = _acted(options, project, screen, stack)
            return _end(options, screen, outcome)
        except DeploymentError as error:
            return _fail(screen, error)
    except KeyboardInterrupt:
        if screen:
            screen.interrupted(_selection(options))
        return 130


def _end(options: argparse.Namespace, screen: Screen, outcome: Outcome) -> int:
    from deployment.outcome import Declined, Planned

    screen.end(outcome)
    if isinstance(outcome, Declined):
        return 3
    return 4 if options.exit_code and isinstance(outcome, Planned) and outcome.changes else 0


def _fail(screen: Screen, error: DeploymentError) -> int:
    from deployment.errors import NothingSent, StackBlocked

    screen.fail(error)
    if isinstance(error, NothingSent):
        return 2
    return 5 if isinstance(error, StackBlocked) else 1


def _selection(options: argparse.Namespace) -> str:
    """The options that tell which stack is meant."""
    rendered = f" --rendered {options.rendered}" if options.rendered else ""
    return f"--env {options.env}{rendered}{' --rehearse' if options.rehearse else ''}"


def _width() -> int:
    import shutil

    return shutil.get_terminal_size((80, 24)).columns


def _acted(options: argparse.Namespace, project: Path, screen: Screen, stack: ExitStack) -> Outcome:
    """Starts what takes time, reads and checks the files meanwhile, then acts."""
    from deployment.environment import read_environment

    freshness = None if options.rendered else _checking(project, stack)
    environment = read_environment(project / "params", options.env).overriding(options.set)
    screen.record.concerns(environment)
    rehearsal = _rehearsing(options, project, environment, stack) if options.rehearse else None
    run = _run(options, project, environment, screen, rehearsal, freshness)
    stack.callback(run.session.close)
    return _action(options.action)(run)


def _checking(project: Path, stack: ExitStack) -> FreshnessCheck:
    from deployment.freshness import FreshnessCheck

    check = FreshnessCheck(project)
    stack.callback(check.end)
    return check


def _rehearsing(
    options: argparse.Namespace, project: Path, environment: Environment, stack: ExitStack
) -> RehearsalProcess:
    from rehearsal.child import RehearsalProcess, forget, pair

    state = project / ".rehearsal"
    if options.fresh:
        forget(state)
    given = ["--state", str(state), "--account", environment.account, "--params", str(project / "params")]
    given += pair("--pace", _chosen_pace(options)) + pair("--scenario", options.scenario and options.scenario.resolve())
    given += [each for fault in options.fail for each in ("--fail", fault)]
    return stack.enter_context(RehearsalProcess(PROJECT, given))


def _chosen_pace(options: argparse.Namespace) -> float | None:
    """Virtual seconds a real one; None is as fast as it goes."""
    chosen: float | None = options.pace
    return _WATCHABLE_PACE if chosen is None and sys.stderr.isatty() else chosen


def _run(
    options: argparse.Namespace,
    project: Path,
    environment: Environment,
    screen: Screen,
    rehearsal: RehearsalProcess | None,
    freshness: FreshnessCheck | None,
) -> Run:
    import time
    import uuid

    from deployment.errors import NothingSent

    try:
        root, values = _read(options.rendered or project / "rendered", environment, screen)
    except NothingSent:
        if freshness:
            freshness.result()  # a stale tree explains the rest
        raise
    from deployment.change_set import Waiting
    from deployment.clock import Clock
    from deployment.prepare import Run
    from deployment.session import Session

    session = Session(environment.region, _endpoint(rehearsal) if rehearsal else None)
    if freshness:
        freshness.result()
    waiting = Waiting(Clock(time.monotonic, time.sleep), _polling(options))
    return Run(
        environment=environment,
        root=root,
        values=values,
        session=session,
        waiting=waiting,
        token=lambda: str(uuid.uuid4()),
        tell=screen.tell,
        approve=screen.approve,
        selection=_selection(options),
    )


def _read(folder: Path, environment: Environment, screen: Screen) -> tuple[Template, dict[str, Value]]:
    """The templates, and the values that the environment gives them."""
    from deployment.check import checked_values
    from deployment.template import read_template

    root = read_template(folder / "root.yaml", f"{folder.name}/root.yaml")
    screen.record.carries(root)
    return root, checked_values(root, environment)


def _endpoint(rehearsal: RehearsalProcess) -> Endpoint:
    from deployment.errors import RehearsalFailed
    from deployment.session import Endpoint
    from rehearsal.child import RehearsalDidNotStartError

    try:
        return Endpoint(rehearsal.url(), "rehearsal", "rehearsal")
    except RehearsalDidNotStartError as error:
        raise RehearsalFailed(
            "the rehearsal did not start", findings=str(error).splitlines(), remedy="run: python -m rehearsal --help"
        ) from error


def _polling(options: argparse.Namespace) -> Polling:
    """AWS is asked with patience; what plays on this machine may be asked often."""
    from deployment.clock import Polling

    if not options.rehearse:
        return Polling()
    return Polling(first=0.02, most=0.2) if _chosen_pace(options) is None else Polling(first=0.2, most=0.5)


def _action(name: str) -> Callable[[Run], Outcome]:
    from deployment import delete, deploy, status

    return {"deploy": deploy.deploy, "plan": deploy.plan, "status": status.status, "delete": delete.delete}[name]


def _terminated(*_: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    gc.freeze()
    signal.signal(signal.SIGTERM, _terminated)
    sys.exit(main(sys.argv[1:]))
