"""A transcript checked against what was said, line by line.

`…` on a line stands for whatever is left out of it, a line of `…` (in a tree, behind its branches) for lines that are
left out. Lines that follow each other in the transcript follow each other on the screen. Beside that only what no run
says twice is free: the digest of a release, and a date with its time. The spaces at the end of a line do not count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

_LEFT_OUT = re.compile(r"[│ ]*…")
_FREE = re.compile(r"(?P<digest>\b(?=[0-9]*[a-f])[0-9a-f]{12}\b)|(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)|(?P<any>…)")
_PATTERNS = {"digest": r"([0-9a-f]{12})", "time": r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)", "any": r"(.*)"}


def difference(shown: Sequence[str], said: str, named: dict[str, str]) -> str | None:
    """Where a transcript and what was said part; None where they agree.

    `named` holds what the transcripts of a page call the digests: those of this one are added.
    """
    left, anchored = [line.rstrip() for line in said.splitlines()], True
    for run, open_ended in _runs(shown):
        starts = [0] if anchored else [*range(len(left) + 1)]
        place = next((start for start in starts if _fits(run, left[start:], named, open_ended=open_ended)), None)
        if place is None:
            return _told(run, left, starts, named)
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


def _fits(run: Sequence[str], lines: Sequence[str], named: dict[str, str], *, open_ended: bool) -> bool:
    """Whether the lines begin with the run, and end with it where nothing is left out after it."""
    return _agreeing(run, lines, named) == len(run) and (open_ended or len(lines) == len(run))


def _agreeing(run: Sequence[str], lines: Sequence[str], named: dict[str, str]) -> int:
    """How many lines agree before the first that does not."""
    pairs = zip(run, lines, strict=False)
    return sum(1 for _ in takewhile(lambda pair: _matches(*pair, named), pairs))


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


def _told(run: Sequence[str], left: Sequence[str], starts: Sequence[int], named: dict[str, str]) -> str:
    """The first line of a run that does not come, and all that was said from where it is looked for."""
    agreeing = max(_agreeing(run, left[start:], named) for start in starts)
    line = run[agreeing] if agreeing < len(run) else "the end"
    return "\n".join([f"does not come: {line}", "what was said:", *(f"    {said}" for said in left)])
