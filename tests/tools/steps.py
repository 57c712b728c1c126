"""What a tool is put through: steps, each with its command, and what CloudFormation is asked when it has ended."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.tools.account import KEYS, REGION, Account, DifferenceError

PROJECT = Path(__file__).resolve().parents[2]
PROJECTS = Path(__file__).parent / "projects"
LIFE = ("bootstrap", "create", "change", "no change", "drift", "import", "roll back", "delete")
_SECONDS = 300
_SHOWN = 2000
# What the person at this machine has set for tools of their own.
_FOREIGN = ("AWS_", "CDK_", "SAM_", "SCEPTRE_", "NODE_", "PYTHON", "npm_")


@dataclass(frozen=True)
class Place:
    """Where a tool works: a rehearsal, and a copy of its sample project."""

    account: Account
    folder: Path
    switches: Mapping[str, str] = field(default_factory=dict)

    def run(self, *command: str, code: int = 0, answer: str = "", **switches: str) -> str:
        """What a command writes to both its streams; raises DifferenceError where it ends with another exit code."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environment(), **switches},
            input=answer,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
        if done.returncode != code:
            raise DifferenceError(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout[-_SHOWN:]}")
        return done.stdout

    def environment(self) -> dict[str, str]:
        """What docs/tools.md says to export, and nothing that finds other credentials or sends what was done."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
        return {
            **own,
            **{name.upper(): value for name, value in KEYS.items()},
            **self.switches,
            "AWS_ENDPOINT_URL": self.account.endpoint,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
            "HOME": str(self.folder / "home"),
        }

    def ended(self, stack: str, status: str, touched: Mapping[str, str]) -> None:
        """Holds the stack's status, and what its last operation came to of each resource."""
        found = (self.account.stack(stack) or {}).get("StackStatus", "gone"), self.account.last_operation(stack)
        same(f"{stack} and the resources of its last operation", (status, dict(touched)), found)

    def gone(self, stack: str) -> None:
        """Holds that the stack is deleted, and was not only never there."""
        same(f"whether {stack} stands", None, self.account.stack(stack))
        same(f"{stack} among the deleted", True, stack in self.account.deleted())


def same(what: str, wanted: object, found: object) -> None:
    """Raises DifferenceError where what CloudFormation answers is something else."""
    if wanted != found:
        raise DifferenceError(f"{what}: {found!r} instead of {wanted!r}")


@dataclass(frozen=True)
class Step:
    """One step: its command in the page's Markdown, and what is asked when it has ended; where the tool has no such
    command, why, and nothing to play."""

    name: str
    command: str
    asked: str
    play: Callable[[Place], None] | None = None


@dataclass(frozen=True)
class Tool:
    """One tool: its package and pinned version, its folder in projects/, the file that shows that it is installed, its
    steps in their order; `switches` are its environment's, `modules` what npm installed for it."""

    name: str
    package: str
    project: str
    version: Callable[[], str]
    installed: Path
    steps: tuple[Step, ...]
    switches: Mapping[str, str] = field(default_factory=dict)
    modules: Path | None = None


def no_command(name: str, why: str) -> Step:
    """A step that the tool has nothing for."""
    return Step(name, why, "")
