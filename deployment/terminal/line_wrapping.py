"""Lines for a terminal: broken between words, but for what is to be copied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from deployment.aws.shell_words import starts_command
from deployment.report.text import wrapped

_TO_COPY = "--allow "


def folded(lines: Iterable[str], width: int, programs: Sequence[str]) -> Iterator[str]:
    """Lines for a terminal; a command that has no room on its line stands alone, in one piece to be copied.

    `programs` are how such commands begin.
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
