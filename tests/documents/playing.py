"""The commands of a page, typed in a folder that is a project: what each shows on the screen."""

from __future__ import annotations

import io
import re
import shlex
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import deploy as command
from deployment.aws import shell_words
from tests.deployment.project import own_project
from tests.deployment.this_process import RehearsalHere
from tests.documents.comparison import difference
from tests.documents.transcripts import PROJECT, Shown

_TYPED = re.compile(
    r"(?:(?P<source>.*) \| )?(?:\.venv/bin/)?python deploy\.py(?P<words>.*?)(?: > (?P<file>\S+))?", re.DOTALL
)
_LAST_LINE = re.compile(r'"\$\(tail -1 (\S+)\)"')
ASKED = "[y/N]"
FAILURES = (1, 2, 5, 6)
PIPED = "a-secret-that-nobody-sees\n"


class _Console(io.TextIOWrapper):
    """A stream whose text stays in memory."""

    def __init__(self, terminal: bool) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    def text(self) -> str:
        self.seek(0)
        return self.read()


class _Typed(io.StringIO):
    """Standard input: a person who types, or a pipe."""

    def __init__(self, text: str, terminal: bool) -> None:
        super().__init__(text)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def project_of_the_pages(folder: Path) -> Path:
    """What deploy.py reads of this project, and the scenarios of the pages."""
    shutil.copytree(PROJECT / "docs/scenarios", folder / "docs/scenarios")
    own_project(folder)
    shutil.copytree(PROJECT / "params", folder / "params", dirs_exist_ok=True)
    return folder


@dataclass(frozen=True)
class Said:
    """What the screen shows, and the exit code."""

    text: str
    code: int


@dataclass(frozen=True)
class Player:
    """Types the commands of a page in their order; `named` is what the page calls the digests of releases."""

    folder: Path
    named: dict[str, str] = field(default_factory=dict)

    def difference(self, shown: Shown) -> str | None:
        """Where what a command shows and what is said part; None where they agree."""
        asked = bool(shown.lines) and shown.lines[-1].endswith(ASKED)
        said = self.typed(shown.command, terminal=asked)
        text = said.text
        if asked and ASKED in text:  # the page shows the moment before the answer
            text = text[: text.rindex(ASKED) + len(ASKED)]
        failed = any(line.startswith("error: ") for line in text.splitlines())
        if failed != (said.code in FAILURES):
            return f"ended with {said.code}:\n{text}"
        return difference(shown.lines, text, self.named)

    def typed(self, line: str, *, terminal: bool = False) -> Said:
        """Types a command; in a terminal a person answers no."""
        match = _TYPED.fullmatch(line)
        assert match, f"this cannot be typed: {line}"
        console, file = _Console(terminal), _Console(terminal=False)
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.folder)
            patch.setenv("NO_COLOR", "1")
            patch.setenv("COLUMNS", "80")
            patch.setattr(sys, "stdin", _Typed(PIPED if match["source"] else "n\n", terminal))
            with redirect_stdout(file if match["file"] else console), redirect_stderr(console):
                code = command.main(self._words(match["words"]), self.folder, rehearsal=RehearsalHere)
            if match["file"]:
                (self.folder / match["file"]).write_text(file.text(), encoding="utf-8")
            program = shell_words.command(*shell_words.python_command(PROJECT / "deploy.py"))
        return Said(console.text().replace(program, "python deploy.py"), code)

    def _words(self, text: str) -> list[str]:
        def last_line(place: re.Match[str]) -> str:
            lines = (self.folder / place[1]).read_text(encoding="utf-8").splitlines()
            return shlex.quote(lines[-1] if lines else "")

        words = shlex.split(_LAST_LINE.sub(last_line, text))
        return [self.named.get(word, word) for word in words]
