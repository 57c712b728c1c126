"""`python -m tests.mutants`: mutations of the code that no test notices; 1 where one of them is not accepted."""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutants import chosen, known
from tests.mutants.accepted import accepted
from tests.mutants.mutations import Mutation, mutations
from tests.mutants.playing import load_libraries, play

_LEAST_KILLED = 0.9
_AT_LEAST = 10.0  # seconds of computing before a run counts as endless
_TIMES = 5  # what a run may take, of what its tests take without a mutation


@dataclass(frozen=True)
class Mutant:
    """A mutation of a module of a package, and the tests that it meets."""

    module: Path
    mutation: Mutation
    rounds: tuple[tuple[str, ...], ...]

    def round_keys(self) -> list[str]:
        """What is known of it is known round by round."""
        return [known.key(self.module, self.mutation.name, tests) for tests in self.rounds]

    def killed(self, results: dict[str, bool]) -> bool | None:
        """None where that is not known."""
        known_of = [results.get(key) for key in self.round_keys()]
        return True if True in known_of else None if None in known_of else False

    def __str__(self) -> str:
        return f"{self.module}:{self.mutation.line} {self.mutation.name}"


def main(arguments: Sequence[str]) -> int:
    """Plays; 1 where a survivor is new, or too few were killed."""
    options = _options(arguments)
    end = time.monotonic() + options.minutes * 60
    packages = [package for package in chosen.PACKAGES if package in options.only] or list(chosen.PACKAGES)
    outcomes = [_package(package, options, end) for package in packages]
    return int(not all(outcomes))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--jobs", type=int, default=1, help="processes (default: %(default)s)")
    parser.add_argument("--only", nargs="*", default=(), metavar="PACKAGE", help="only these packages")
    parser.add_argument("--module", default="", metavar="TEXT", help="only modules with this in their path")
    parser.add_argument(
        "--sample", type=int, default=0, metavar="N", help="number of mutations for each package (0: all)"
    )
    parser.add_argument("--seed", default="", help="seed of the sample")
    parser.add_argument(
        "--minutes", type=float, default=60, help="time limit for starting mutations (default: %(default)g)"
    )
    parser.add_argument("--fresh", action="store_true", help="repeat mutations with known results")
    return parser.parse_args(arguments)


def _package(package: str, options: argparse.Namespace, end: float) -> bool:
    begun = time.monotonic()
    everything = [mutant for mutant in _mutants(package) if options.module in str(mutant.module)]
    wanted = sampled(everything, options.sample, options.seed)
    results = {} if options.fresh else known.read()
    for key, killed in _played(package, wanted, results, options.jobs, end):
        results[key] = killed
        known.write(key, killed)
    return told(package, wanted, everything, results, time.monotonic() - begun)


def _mutants(package: str) -> list[Mutant]:
    return [
        Mutant(module, mutation, tuple(chosen.rounds(package, module)))
        for module in chosen.modules(package)
        for mutation in mutations(module.read_text())
    ]


def sampled(mutants: list[Mutant], number: int, seed: str) -> list[Mutant]:
    """So many of them, the same each time, whatever else is added to the code; all where the number is 0."""
    order = sorted(
        mutants, key=lambda mutant: hashlib.sha256(f"{seed}{mutant.module}{mutant.mutation.name}".encode()).digest()
    )
    return order[:number] if number else mutants


def _played(
    package: str, wanted: list[Mutant], results: dict[str, bool], jobs: int, end: float
) -> Iterator[tuple[str, bool]]:
    """What further rounds show; those for which there is no time are left out."""
    mutants = [mutant for mutant in wanted if mutant.killed(results) is None]
    if not mutants or time.monotonic() > end:
        return
    rounds = sorted({tests for mutant in mutants for tests in mutant.rounds})
    load_libraries(sorted({path for tests in rounds for path in tests}))
    limits = {tests: _limit(tests) for tests in rounds}
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        tasks = [(mutant, [results.get(key) for key in mutant.round_keys()], limits, end) for mutant in mutants]
        for mutant, told in zip(mutants, pool.imap(_rounds, tasks), strict=True):
            yield from zip(mutant.round_keys(), told, strict=False)
            if told and not any(told):
                sys.stderr.write(f"alive: {mutant}\n")


def _limit(tests: tuple[str, ...]) -> float:
    """How long they may compute; tests that fail without a mutation would kill every one."""
    played = play(tests, None, None, 600)
    if not played.passed:
        sys.exit(f"These tests fail without a mutation: {' '.join(tests)}")
    return max(_AT_LEAST, _TIMES * played.seconds)


def _rounds(task: tuple[Mutant, list[bool | None], dict[tuple[str, ...], float], float]) -> list[bool]:
    """Whether each round kills it, up to the first that does."""
    mutant, before, limits, end = task
    told: list[bool] = []
    tree = mutant.mutation.applied(mutant.module.read_text())
    for tests, known_to_kill in zip(mutant.rounds, before, strict=True):
        if time.monotonic() > end or True in told:
            break
        played = known_to_kill is None
        told.append(not play(tests, mutant.module, tree, limits[tests]).passed if played else bool(known_to_kill))
    return told


def told(package: str, wanted: list[Mutant], everything: list[Mutant], results: dict[str, bool], took: float) -> bool:
    """Says what lived, and whether that is as it should be."""
    reasons = accepted()
    played = [mutant for mutant in wanted if mutant.killed(results) is not None]
    alive = [mutant for mutant in played if not mutant.killed(results)]
    new = [mutant for mutant in alive if mutant.mutation.name not in reasons.get(str(mutant.module), {})]
    for mutant in new:
        sys.stdout.write(f"survived: {mutant}\n")
    sys.stdout.write(
        f"{package}: {len(everything)} mutations, {len(played)} played, {len(played) - len(alive)} killed, "
        f"{len(alive) - len(new)} accepted, {len(new)} new survivors, "
        f"{len(wanted) - len(played)} without time; {took:.0f} s\n"
    )
    sys.stdout.flush()
    return not new and len(played) - len(alive) >= _LEAST_KILLED * len(played)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
