"""What a command is connected to: AWS as the machine is configured, or a local CloudFormation."""

import os
import re
import shutil
import socket
import sys
import time
import uuid
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeAlias
from zlib import crc32

from cloudformation.environment.environment_file import Environment
from deployment.aws.clock import Clock, Polling
from deployment.aws.request_budget import RequestBudget
from deployment.aws.session import Endpoint, Session
from deployment.aws.shell_words import command
from deployment.change_set.process import Process, alive
from deployment.run.choices import Choices
from deployment.run.run import Context
from deployment.stack.invocation import Invocation
from deployment.terminal.interruption import Interruptions, hand_over
from deployment.terminal.screen import Screen


class Rehearsal(Protocol):
    """A local CloudFormation that was started; `url` waits until it answers, and raises RehearsalFailed."""

    def url(self) -> str: ...

    def unmet(self) -> Sequence[str]:
        """The faults that matched nothing, once it has ended."""

    def unstruck(self) -> Sequence[str]:
        """The faults that had no effect, once it has ended."""


Rehearse: TypeAlias = Callable[[Sequence[str]], AbstractContextManager[Rehearsal]]
"""Starts a local CloudFormation with the arguments of `python -m rehearsal`."""


def connecting(rehearsal: Rehearsal | None, screen: Screen) -> Callable[[str], Session]:
    """How the session of a Region is created: for the rehearsal, or from the machine's configuration."""

    def connect(region: str) -> Session:
        endpoint = Endpoint(rehearsal.url(), "rehearsal", "rehearsal") if rehearsal else None
        budget = RequestBudget(Clock(time.monotonic, time.sleep))
        return Session(region, endpoint, budget, hurried=lambda: screen.interruptions.ending)

    return connect


def rehearsal_arguments(state: Path, environment: Environment, project: Path) -> list[str]:
    """The arguments of `python -m rehearsal` that every rehearsal has."""
    return ["--state", str(state), "--account", environment.account, "--params", str(project / "params")]


def drawn_alike(which: str) -> list[str]:
    """The arguments of one of the two rehearsals of a preview, where the same report is to be produced again.

    Each begins with a state of its own: random numbers of earlier rehearsals are in none.
    """
    return [] if stated_time() is None else ["--seed", str(crc32(which.encode()))]


def stated_time() -> datetime | None:
    """The time in SOURCE_DATE_EPOCH for what is written; None where it is not set, or is not a number.

    https://reproducible-builds.org/specs/source-date-epoch/
    """
    text = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(text), UTC) if re.fullmatch(r"[0-9]{1,11}", text) else None


def context_of(screen: Screen, invocation: Invocation, choices: Choices, polling: Polling | None) -> Context:
    """The inputs of a run: this process, its time, and the person at the terminal."""
    clock = Clock(time.monotonic, time.sleep)
    return Context(
        clock=Clock(time.monotonic, screen.sleeping(clock)),
        polling=polling,
        token=lambda: str(uuid.uuid4()),
        tell=screen.tell,
        approve=screen.approve,
        invocation=invocation,
        choose=screen.choose,
        choices=choices,
        process=Process(socket.gethostname(), os.getpid(), alive),
        hand_over=hand_over,
    )


def screen_of(options: Namespace, invocation: Invocation, interruptions: Interruptions, pace: float) -> Screen:
    """The person at the terminal, on the streams of this process; `pace` is simulated seconds per real second."""
    return Screen(
        *(sys.stdin, sys.stdout, sys.stderr),
        yes=options.yes,
        programs=(command(*invocation.program), command(invocation.program[0])),
        width=shutil.get_terminal_size((80, 24)).columns,
        output=options.output,
        page=options.html,
        notes=options.markdown,
        now=lambda: stated_time() or datetime.now(UTC),
        # Seconds as the stack's events count them: a rehearsal's may go faster.
        monotonic=lambda: time.monotonic() * pace,
        interruptions=interruptions,
        workflow=os.environ.get("GITHUB_ACTIONS") == "true",
        debug=options.debug,
    )
