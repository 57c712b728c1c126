"""People of an operations team: a bundle in a folder of its own, a shell, the AWS CLI, an endpoint."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest import mock

from deploy import main
from tests.deployment.this_process import RehearsalHere
from tests.handoff.project import ELSEWHERE, rehearsed
from tests.handoff.quick_cli import quick_cli
from tests.own_system import DEV

PROJECT = Path(__file__).resolve().parents[2]
REGION = "ap-northeast-1"
"""Where the small system is."""
_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SHELLS = tuple(
    words for words in (("dash",), ("bash", "--posix"), ("bash",), ("busybox", "sh")) if shutil.which(words[0])
)
"""Each shell of this machine that may be somebody's /bin/sh."""


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str

    def ended(self, code: int) -> Done:
        """The same, where it ended with that code."""
        assert self.code == code, f"{self.code}\n{self.out}\n{self.err}"
        return self


@dataclass(frozen=True)
class Ops:
    """One person's folder, shell and environment."""

    bundle: Path
    url: str
    programs: Path
    shell: tuple[str, ...] = ("dash",)
    variables: dict[str, str] = field(default_factory=dict)
    region: str = REGION

    def __call__(self, *words: str, typed: str | None = None) -> Done:
        """What deploy.sh comes to with these words; nobody is at a terminal."""
        done = subprocess.run(
            [*self.shell, "bin/deploy.sh", *words],
            cwd=self.bundle,
            env=self.environment,
            input=typed or "",
            capture_output=True,
            text=True,
            timeout=500,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def aws(self, *words: str) -> Any:
        """The answer of the AWS CLI."""
        told = subprocess.run(
            [str(self.programs / "aws"), *words, "--region", self.region, "--output", "json"],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=100,
        )
        assert told.returncode == 0, told.stderr
        return json.loads(told.stdout) if told.stdout.strip() else None

    @property
    def environment(self) -> dict[str, str]:
        """A plain environment: nothing of this project is in it."""
        return {
            "PATH": f"{self.programs}:{_SYSTEM_PATH}",
            "HOME": str(self.bundle.parent),
            "LANG": "C.UTF-8",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "ops",
            "AWS_SECRET_ACCESS_KEY": "ops",
            "DEPLOY_SH_POLL": "0",
        } | self.variables

    def within(self, **variables: str) -> Ops:
        """The same person with more in the environment."""
        return replace(self, variables={**self.variables, **variables})

    def in_shell(self, *words: str) -> Ops:
        """The same person in another shell."""
        return replace(self, shell=words)

    def with_bundle(self, bundle: Path) -> Ops:
        """The same person with another bundle."""
        return replace(self, bundle=bundle)


@contextmanager
def ops(folder: Path, project: Path, release: Path) -> Iterator[Ops]:
    """Somebody with the bundle of a project, and a rehearsal of the account that its environments are of."""
    with RehearsalHere(PROJECT, rehearsed(project)) as rehearsal, quick_cli(folder) as programs:
        yield Ops(release, rehearsal.url(), programs, variables=dict(ELSEWHERE), region=DEV.region)


def another_release(bundle: Path, folder: Path, changes: dict[str, tuple[str, str]]) -> Path:
    """A copy of a bundle with changed files, sealed as its maker would."""
    shutil.copytree(bundle, folder)
    for name, (before, after) in changes.items():
        text = (folder / name).read_text()
        assert before in text
        (folder / name).write_text(text.replace(before, after))
    seal(folder)
    return folder


def seal(bundle: Path) -> None:
    """Writes SHA256SUMS anew."""
    files = sorted(
        path.relative_to(bundle).as_posix()
        for path in bundle.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS" and "published" not in path.parts
    )
    sums = (f"{sha256((bundle / name).read_bytes()).hexdigest()}  {name}\n" for name in files)
    (bundle / "SHA256SUMS").write_text("".join(sums))


def deploy_py(someone: Ops, project: Path, *words: str) -> Done:
    """What deploy.py comes to over the project against the same endpoint."""
    out, err = io.StringIO(), io.StringIO()
    own = mock.patch.dict(os.environ, {**someone.environment, "PATH": os.environ["PATH"]})
    with own, redirect_stdout(out), redirect_stderr(err):
        code = main(words, project)
    return Done(code, out.getvalue(), err.getvalue())
