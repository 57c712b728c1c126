"""What a command is connected to: AWS as the machine's configuration says, or a local CloudFormation."""

import os
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, TypeAlias

from cloudformation.environment.environment_file import Environment
from deployment.aws.clock import Clock
from deployment.aws.request_budget import RequestBudget
from deployment.aws.session import Endpoint, Session
from deployment.terminal.screen import Screen


class Rehearsal(Protocol):
    """A local CloudFormation that was started; `url` waits until it answers, and raises RehearsalFailed."""

    def url(self) -> str: ...

    def unmet(self) -> Sequence[str]:
        """What was to go wrong and met nothing, once it has ended."""

    def unstruck(self) -> Sequence[str]:
        """What was to fail, and did not come about, once it has ended."""


Rehearse: TypeAlias = Callable[[Sequence[str]], AbstractContextManager[Rehearsal]]
"""Starts a local CloudFormation with the arguments of `python -m rehearsal`."""


def connecting(rehearsal: Rehearsal | None, screen: Screen) -> Callable[[str], Session]:
    """How the session of a Region is made: over the rehearsal, or over what the machine's configuration says."""

    def connect(region: str) -> Session:
        endpoint = Endpoint(rehearsal.url(), "rehearsal", "rehearsal") if rehearsal else None
        budget = RequestBudget(Clock(time.monotonic, time.sleep))
        return Session(region, endpoint, budget, hurried=lambda: screen.interruptions.ending)

    return connect


def rehearsal_arguments(state: Path, environment: Environment, project: Path) -> list[str]:
    """The arguments of `python -m rehearsal` that every rehearsal has."""
    return ["--state", str(state), "--account", environment.account, "--params", str(project / "params")]


def alive(process: int) -> bool:
    """Whether a process of this machine has not ended."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        return True
    return True
