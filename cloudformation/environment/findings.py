"""What is wrong with something that a person wrote: where it stands, and a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where something was written: a file (or an option of the command) and a line, counted from 1."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Problem:
    """One finding about what somebody wrote."""

    place: Place
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


@dataclass(frozen=True)
class Findings:
    """What must be put right before anything is done, and what may stay, each in the order of its lines."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Findings by file and line, each once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: (problem.place.file, problem.place.line or 0)))
