"""A transcript held against what was said, line by line.

`…` on a line stands for whatever is left out of it, a line of `…` (in a tree, behind its branches) for lines that are
left out. Lines that follow each other in the transcript follow each other on the screen. Beside that only what no run
says twice is free: the digest of a release, and a date with its time. The spaces at the end of a line do not count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_LEFT_OUT = re.compile(r"[│ ]*…")
_FREE = re.compile(r"(?P<digest>\b(?=[0-9]*[a-f])[0-9a-f]{12}\b)|(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)|(?P<any>…)")
_PATTERNS = {"digest": r"([0-9a-f]{12})", "time": r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)", "any": r"(.*)"}


def difference(shown: Sequence[str], said: str, named: dict[str, str]) -> str | None:
    """Where a transcript and what was said part; None where they agree.

    `named` holds what the transcripts of a page call the digests: those of this one are added.
    """
    left, anchored = [line.rstrip() for line in said.splitlines()], True
    for run, open_ended in _runs(shown):
        starts = [0] if anchored else range(len(left) - len(run) + 1)
        if not open_ended:
            starts = [start for start in starts if len(left) - start == len(run)]
        place = next((start for start in starts if _agree(run, left[start : start + len(run)], named)), None)
        if place is None:
            return _told(run, left, named)
        for pattern, line in zip(run, left[place:], strict=False):
            named |= _names(pattern, line, named)
        left, anchored = left[place + len(run) :], False
    return None


def _runs(shown: Sequence[str]) -> list[tuple[list[str], bool]]:
    """The lines between those that are left out; whether further lines may follow each run."""
    runs: list[tuple[list[str], bool]] = [([], False)]
    for line in shown:
        if _LEFT_OUT.fullmatch(line):
            runs[-1] = (runs[-1][0], True)
            runs.append(([], False))
        else:
            runs[-1][0].append(line.rstrip())
    if not runs[-1][0] and len(runs) > 1:
        runs.pop()
    return runs


def _agree(run: Sequence[str], lines: Sequence[str], named: dict[str, str]) -> bool:
    return len(run) == len(lines) and all(_matches(shown, line, named) for shown, line in zip(run, lines, strict=True))


def _matches(shown: str, line: str, named: dict[str, str]) -> re.Match[str] | None:
    def free(place: re.Match[str]) -> str:
        kind = str(place.lastgroup)
        return re.escape(named[place[0]]) if place[0] in named else _PATTERNS[kind]

    parts, end = [], 0
    for place in _FREE.finditer(shown):
        parts += [re.escape(shown[end : place.start()]), free(place)]
        end = place.end()
    return re.fullmatch("".join([*parts, re.escape(shown[end:])]), line)


def _names(shown: str, line: str, named: dict[str, str]) -> dict[str, str]:
    """What the digests of a line are called that are new."""
    match = _matches(shown, line, named)
    new = [place for place in _FREE.finditer(shown) if place[0] not in named]
    texts = match.groups() if match else ()
    return {place[0]: text for place, text in zip(new, texts, strict=True) if place.lastgroup == "digest"}


def _told(run: Sequence[str], left: Sequence[str], named: dict[str, str]) -> str:
    """The first line of a run that does not come where those before it do, and all that was said."""

    def length(start: int) -> int:
        lengths = range(min(len(run), len(left) - start) + 1)
        return max(count for count in lengths if _agree(run[:count], left[start : start + count], named))

    agreeing = max((length(start) for start in range(len(left) + 1)), default=0)
    first = run[agreeing] if agreeing < len(run) else "(the end)"
    return "\n".join([f"does not come: {first}", "what was said:", *(f"    {line}" for line in left)])
