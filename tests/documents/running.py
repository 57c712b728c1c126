"""The commands in the shell blocks of a page, run as they are printed: in a clone of the project, by a shell.

What a command sends to AWS goes to a rehearsal: the shell has its endpoint. A command that would ask gets `--yes`,
which declines what is guarded. A block may have the comments that a transcript has (transcripts.py): `where` for a
circumstance that it needs, and `not played` with a reason.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.deployment.history import commit, git
from tests.deployment.runner import in_bash
from tests.documents.project_files import files
from tests.documents.transcripts import PROJECT, Block
from tests.own_system import DEV

_OURS = re.compile(r"(?:\w+=\S+ )*(?:\.venv/bin/)?python (?P<program>deploy\.py|render\.py|-m [\w.]+)(?P<words>.*)")
# Programs of others, and what is tested elsewhere or needs an account.
OTHERS = {
    *("aws", "bin/deploy.sh", "cd", "cosign", "cp", "export", "gh", "git", "gpg", "make", "npx", "sam", "sha256sum"),
    *("tar", ".venv/bin/cfn-lint", ".venv/bin/pre-commit"),
}
_HEREDOC = re.compile(r"<<'(\w+)'\n.*?^\1$", re.MULTILINE | re.DOTALL)
# What only shows something asks nothing.
_SHOWS = re.compile(r"\b(?:plan|status|route|logs|releases|drift|run)\b")
GUARDED, FAILED, FINE = 3, 1, 0
TAGS = ("v1.3.0", "v1.4")


def commands_of(block: Block) -> Iterator[str]:
    """The lines of a block, each whole and without its comment."""
    text = _HEREDOC.sub("", block.text.replace("\\\n", " "))
    for line in text.splitlines():
        if command := re.sub(r"(?:^|\s+)#\s.*", "", line).strip():
            yield " ".join(command.split())


def is_ours(command: str) -> bool:
    """Whether it is one of the project's programs; one that nobody knows is an error."""
    if _OURS.match(command):
        return True
    program = re.sub(r"^(?:\w+=\S+ )*", "", command).split()[0]
    assert program in OTHERS, f"whose program is this: {command}"
    return False


def expected(command: str) -> tuple[int, ...]:
    """The exit codes with which a command does what the page shows."""
    if "--fail " in command or "--scenario " in command:
        return (FAILED,)
    return (FINE,) if _SHOWS.search(command) else (FINE, GUARDED)


def without_a_person(command: str) -> str:
    """The same for a shell without a person: it asks nothing, and a server ends with its input."""
    match = _OURS.match(command)
    assert match
    if match["program"] == "deploy.py" and not _SHOWS.search(command) and "--yes" not in command:
        return f"{command} --yes"
    return f"{command} --port 0 --end-with-stdin" if match["program"] == "-m rehearsal" else command


@dataclass(frozen=True)
class Shell:
    """A clone of the project, and the endpoint that is used as AWS's."""

    folder: Path
    url: str

    def run(self, command: str) -> tuple[int, str]:
        """The exit code of a command, and what it wrote."""
        own = {name: text for name, text in os.environ.items() if not name.startswith(("AWS_", "GITHUB_", "GIT_"))}
        aws = {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": DEV.region,
            **dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "x"),
            **dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), os.devnull),
        }
        path = f"{self.folder / '.venv/bin'}{os.pathsep}{own['PATH']}"
        return in_bash("-c", command, {**own, **aws, "PATH": path}, self.folder)

    def difference(self, command: str) -> str | None:
        """How a command ended if it did not do what it shows; None if it did."""
        code, text = self.run(without_a_person(command))
        if code not in expected(command) or (code == GUARDED and "to approve: --allow" not in text):
            return f"{command}\nended with {code}:\n{text[-3000:]}"
        return None


def repository(folder: Path) -> Path:
    """The project as it lies here, committed, with the tags that the pages name."""
    for path in files():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((PROJECT / path).read_bytes())
        target.chmod((PROJECT / path).stat().st_mode)
    commit(folder)
    for tag in TAGS:
        git(folder, "tag", tag)
    return folder


def cloned(origin: Path, folder: Path) -> Path:
    """A clone of the project."""
    git(origin, "clone", "--quiet", str(origin), str(folder))
    return folder


def installed(folder: Path, python: Path) -> Path:
    """The same with everything installed: its Python is this one."""
    (own := folder / ".venv/bin/python").parent.mkdir(parents=True)
    own.symlink_to(python)
    return folder
