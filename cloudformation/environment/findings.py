"""What is wrong with something that a person wrote: where it stands, and a sentence."""

from collections.abc import Iterable
from typing import NamedTuple


class Place(NamedTuple):
    """Where something was written: a file (or an option of the command) and a line, counted from 1."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


class Problem(NamedTuple):
    """One finding about what somebody wrote."""

    place: Place
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


class Findings(NamedTuple):
    """What must be put right before anything is done, and what may stay, each in the order of its lines."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Findings by file and line, each once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: (problem.place.file, problem.place.line or 0)))


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """`; did you mean X?`, or nothing where no known name is near."""
    from difflib import get_close_matches  # slow to import, and most files are in order

    lowered = {word.lower(): word for word in known}
    near = get_close_matches(name.lower(), lowered, n=1, cutoff=cutoff)
    return f"; did you mean {lowered[near[0]]}?" if near else ""
