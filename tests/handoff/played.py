"""A bundle, a shell and the AWS CLI against the rehearsal: what a page's commands do when they are run as they stand.

What nothing around the rehearsal plays is noted and not sent: the commands still find the names that they take.
"""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.deployment.this_process import RehearsalHere
from tests.handoff.commands import Block
from tests.handoff.project import ELSEWHERE
from tests.handoff.quick_cli import quick_cli
from tests.own_system import PROJECT

# What those who answer beside the rehearsal do not know of the resources of stacks, and why.
UNPLAYED = {
    "acm describe-certificate": "moto holds no certificate of a stack",
    "cloudwatch describe-alarm-history": "moto keeps no history of alarms",
    "ecs describe-services": "moto holds no cluster of a stack; the rehearsal plays its tasks alone",
    "ecs execute-command": "a session needs a plugin and a task that runs",
    "ecs update-service": "moto holds no cluster of a stack",
    "elbv2 describe-target-health": "moto holds no target group of a stack",
    "kms get-key-rotation-status": "moto holds no key that somebody else made",
}
_PATIENCE_SECONDS = 500.0
_QUESTION = re.compile(r"to approve it, type (\S+): $|\[y/N\] $")


@dataclass(frozen=True)
class Ran:
    """How a script ended, and all that it wrote."""

    code: int
    text: str


@dataclass(frozen=True)
class Operator:
    """A person with the bundle in a folder, and credentials."""

    rehearsal: RehearsalHere
    bundle: Path
    programs: Path

    @property
    def environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
        return own | {
            "PATH": f"{self.programs}:{own['PATH']}",
            "AWS_ENDPOINT_URL": self.rehearsal.url(),
            "AWS_ACCESS_KEY_ID": "ops",
            "AWS_SECRET_ACCESS_KEY": "ops",
            "AWS_CONFIG_FILE": str(self.programs / "none"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.programs / "none"),
            "DEPLOY_SH_POLL": "0",
            **ELSEWHERE,
        }

    @property
    def not_sent(self) -> list[list[str]]:
        """The words of each call that nothing here plays."""
        log = self.programs / "not-sent"
        return [line.split("\x1f") for line in log.read_text("utf-8").splitlines()] if log.exists() else []

    def ends(self, code: int, script: str) -> str:
        """What a script wrote that ends so."""
        ran = self.run(script)
        assert ran.code == code, ran.text[-3000:]
        return ran.text

    def run(self, script: str) -> Ran:
        """A script in a shell that ends at the first command that fails; a question is answered with what it wants."""
        master, slave = pty.openpty()
        child = subprocess.Popen(
            ["sh", "-e", "-c", script], cwd=self.bundle, env=self.environment, stdin=slave, stdout=slave, stderr=slave
        )
        os.close(slave)
        try:
            text = _answered(master)
        finally:
            os.close(master)
            child.kill()
        return Ran(child.wait(), text)


def _answered(master: int) -> str:
    text, until = "", time.monotonic() + _PATIENCE_SECONDS
    while ready := select.select([master], [], [], max(0.0, until - time.monotonic()))[0]:
        try:
            data = os.read(ready[0], 65536)
        except OSError:  # Linux's way to say that nobody writes any more
            break
        text += data.decode("utf-8", errors="replace").replace("\r\n", "\n")
        if asked := _QUESTION.search(text):
            os.write(master, f"{asked[1] or 'y'}\n".encode())
            text += "\n"
    return text


def script(blocks: Sequence[Block]) -> str:
    """The blocks one after the other, each with a mark before it; a command that stands in several is run once."""
    run: set[str] = set()
    written: list[str] = []
    for block in blocks:
        lines = block.text.splitlines() if block is not blocks[0] else [block.text]
        written += [f"echo '@@ {block.heading}'", *(line for line in lines if line not in run)]
        run.update(lines)
    return "\n".join(written)


@contextmanager
def operator(folder: Path, bundle: Path, *rehearsal: str) -> Iterator[Operator]:
    """A rehearsal with these arguments, and somebody who has the bundle."""
    (programs := folder / "with-names").mkdir()
    with RehearsalHere(PROJECT, rehearsal) as here, quick_cli(folder) as quick:
        _write_program(programs, quick / "aws")
        yield Operator(here, bundle, programs)


def _write_program(programs: Path, quick: Path) -> None:
    """An `aws` that notes what is not played, and hands everything else on."""
    names = "|".join(f'"{name}"' for name in UNPLAYED)
    (aws := programs / "aws").write_text(
        "#!/bin/sh\n"
        f'case "$1 $2" in {names})\n'
        f'  first=yes; for word in "$@"; do [ -n "$first" ] || printf \'\\037\'; first=; printf %s "$word"; done '
        f'>>"{programs}/not-sent"; echo >>"{programs}/not-sent"; exit 0 ;;\n'
        f'esac\nexec "{quick}" "$@"\n'
    )
    aws.chmod(0o755)
