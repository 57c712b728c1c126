"""A tool's steps, played one after the other against a rehearsal of its own, each with its verdict."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from rehearsal.control.child import RehearsalProcess
from tests.tools.account import Account, DifferenceError
from tests.tools.steps import PROJECT, PROJECTS, Place, Step, Tool

YES = "yes"
NO_COMMAND = "no such command"
Started = Callable[[Tool], RehearsalProcess]


@dataclass(frozen=True)
class Verdict:
    """What became of a step: YES, NO_COMMAND, or what was found instead."""

    tool: Tool
    step: Step
    said: str

    @property
    def holds(self) -> bool:
        return self.said in (YES, NO_COMMAND)


def play(tool: Tool) -> Iterator[Verdict]:
    """Plays a tool's life; what follows a step that failed is played all the same."""
    arguments = ["--scenario", str(PROJECTS / "scenario.yaml")]
    with (
        tempfile.TemporaryDirectory(prefix="tools-") as folder,
        RehearsalProcess(PROJECT, arguments) as rehearsal,
    ):
        place = Place(Account(rehearsal.url()), _copy(tool, Path(folder)), tool.switches)
        for step in tool.steps:
            yield Verdict(tool, step, judge(step, place))


def judge(step: Step, place: Place) -> str:
    """Plays one step."""
    if step.play is None:
        return NO_COMMAND
    try:
        step.play(place)
    except (DifferenceError, ClientError, BotoCoreError, subprocess.TimeoutExpired, OSError, ValueError) as error:
        return f"no: {error}"
    except LookupError as error:
        return f"no: an answer lacks {error}"
    return YES


def _copy(tool: Tool, folder: Path) -> Path:
    """The tool's project where it may write; what npm installed is linked."""
    copy = folder / "project"
    shutil.copytree(PROJECTS / tool.project, copy, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    if tool.modules:
        (copy / "node_modules").symlink_to(tool.modules)
    (copy / "home").mkdir()
    return copy
