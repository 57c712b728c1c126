"""The transcripts of a page: what a screen shows, each with what a comment before it says of how it comes about.

A fenced block without a language is a transcript. Its lines that begin with `$ ` are typed, the others are shown. In
the page's source, comments right before the block say what the page itself does not:

    <!-- after: python deploy.py ... -->     is typed before, and not shown; several of them in their order
    <!-- shown by: python deploy.py ... -->  shows a block that does not begin with a command
    <!-- where: TEXT -->                     a circumstance of tests/example/circumstances.py
    <!-- not played: REASON -->              is no transcript that can be played here
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PAGES = (
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"),
    *(str(file.relative_to(PROJECT)) for file in sorted((PROJECT / "docs").rglob("*.md"))),
)
_BLOCK = re.compile(r"(?P<said>(?:^<!-- [^\n]* -->\n+)*)^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.M | re.S)
_SAID = re.compile(r"^<!-- (after|shown by|where|not played): (.*) -->$", re.M)
_PROMPT = "$ "


@dataclass(frozen=True)
class Shown:
    """What one command shows."""

    command: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """One fenced block: `place` is where it begins, as `page:line`; `commands` are typed before it."""

    place: str
    text: str
    language: str
    commands: tuple[str, ...]
    command: str | None
    circumstance: str | None
    not_played: str | None

    def parts(self) -> Iterator[Shown]:
        """The commands in their order, each with its lines; without a command the block shows nothing."""
        command, lines = self.command, list[str]()
        for line in self.text.splitlines():
            if line.startswith(_PROMPT):
                yield from _shown(command, lines)
                command, lines = line.removeprefix(_PROMPT), []
            else:
                lines.append(line)
        yield from _shown(command, lines)


def _shown(command: str | None, lines: list[str]) -> Iterator[Shown]:
    text = "\n".join(lines).strip("\n")
    if command:
        yield Shown(command, tuple(text.splitlines()))
    else:
        assert not text, f"no command shows this: {text}"


def blocks_of(page: str, text: str | None = None) -> list[Block]:
    """The fenced blocks of a page, in its order."""
    text = (PROJECT / page).read_text(encoding="utf-8") if text is None else text
    return [_block(page, text, match) for match in _BLOCK.finditer(text)]


def _block(page: str, text: str, match: re.Match[str]) -> Block:
    said = _SAID.findall(match["said"])
    assert len(said) == match["said"].count("<!--"), f"{page}: a comment that says nothing: {match['said']}"
    given = {kind: value for kind, value in said if kind != "after"}
    return Block(
        place=f"{page}:{text.count(chr(10), 0, match.start('language')) + 1}",
        text=match["text"],
        language=match["language"],
        commands=tuple(value for kind, value in said if kind == "after"),
        command=given.get("shown by"),
        circumstance=given.get("where"),
        not_played=given.get("not played"),
    )
