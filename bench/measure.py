"""Whole processes, timed in turn: A B A B, so that a machine that changes its speed changes both."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cloudformation.environment.environment_file import environment_files

PROJECT = Path(__file__).resolve().parent.parent
FILE = environment_files(PROJECT / "params")[0]
"""The environment that is measured: the first of the project, whatever it is called."""
ENVIRONMENT = FILE.stem


@dataclass(frozen=True)
class Cost:
    """What one process took: seconds of wall time, and MiB at its peak."""

    wall: float
    peak: float


@dataclass(frozen=True)
class Line:
    """One row of the report: what was measured, the figure, and what it has to stay within."""

    name: str
    figure: float
    limit: float
    unit: str = ""
    at_least: bool = False

    @property
    def holds(self) -> bool:
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit

    def __str__(self) -> str:
        word = "at least" if self.at_least else "at most"
        verdict = "" if self.holds else "   <-- outside"
        return f"{self.name:<68}{self.figure:>9.2f} {self.unit:<5} {word} {self.limit:g}{verdict}"


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end and give its cost; a command that fails stops the measurement."""
    started = time.perf_counter()
    with subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {said.decode(errors='replace')}")
    return Cost(wall, usage.ru_maxrss / 1024)


def in_turn(first: Callable[[], Cost], second: Callable[[], Cost], times: int = 9) -> tuple[list[Cost], list[Cost]]:
    """Both, one after the other, that many times, after one turn that is not counted."""
    first(), second()
    pairs = [(first(), second()) for _ in range(times)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def sizes_in_turn(
    sizes: Sequence[int], taken: Callable[[int], Mapping[str, float]], turns: int
) -> list[dict[int, Mapping[str, float]]]:
    """What each size takes, all sizes once a turn: a busy moment falls on all of them alike."""
    return [{size: taken(size) for size in sizes} for _ in range(turns)]


def growth(turns: Sequence[Mapping[int, Mapping[str, float]]], small: int, large: int, key: str) -> float:
    """The median over the turns of what the large size takes by what the small one takes."""
    return statistics.median(turn[large][key] / turn[small][key] for turn in turns)


def least(turns: Sequence[Mapping[int, Mapping[str, float]]], size: int, key: str) -> float:
    """The quickest turn of a size: what else the machine does only ever slows one down."""
    return min(turn[size][key] for turn in turns)


def ratio(first: Sequence[Cost], second: Sequence[Cost]) -> float:
    """The median of the ratios of wall time, pair by pair."""
    return statistics.median(a.wall / b.wall for a, b in zip(first, second, strict=True))


def difference(first: Sequence[Cost], second: Sequence[Cost]) -> float:
    """The median of the differences of wall time, pair by pair, in seconds."""
    return statistics.median(a.wall - b.wall for a, b in zip(first, second, strict=True))


def peak(costs: Sequence[Cost]) -> float:
    """The highest peak, in MiB."""
    return max(cost.peak for cost in costs)
