"""Lines for a terminal: broken between words, except for what is to be copied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from deployment.aws.shell_words import starts_command
from deployment.report.escaping import clean, wrapped

# How the beginning of each part of an error is marked on a terminal (SGR: bold, red).
_WORDS = {"error:": "\x1b[1;31m", "next:": "\x1b[1m"}
_TO_COPY = "--allow "


def folded(lines: Iterable[str], width: int, programs: Sequence[str]) -> Iterator[str]:
    """Lines for a terminal; a command that does not fit on its line is on one of its own, in one piece to be copied.

    `programs` are the beginnings of such commands.
    """
    for line in lines:
        start = starts_command(line, programs)
        if start is not None and len(line) > width:
            if reason := line[:start].rstrip():
                yield wrapped(reason, width, "  ")
            yield f"  {line[start:]}"
        elif _TO_COPY in line:
            yield line
        else:
            yield wrapped(line, width, " " * max(4, len(line) - len(line.lstrip()) + 2))


def marked(lines: Iterable[str], *, coloured: bool) -> Iterator[str]:
    """The word that each part of an error begins with, in bold where the terminal has that."""
    for line in lines:
        word = next((word for word in _WORDS if line.startswith(word)), "")
        style = _WORDS.get(word, "") if coloured else ""
        yield f"{style}{word}\x1b[0m{line[len(word) :]}" if style else line


def legible(line: str) -> str:
    """A line that a program has written, with its tabs, and without control characters for the terminal's cursor."""
    return "\t".join(clean(part) for part in line.split("\t"))
