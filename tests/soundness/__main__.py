"""`python -m tests.soundness --seeds 0-500`: random systems, and does each review show all that happened?"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.quick_sdk import collect_rarely, remember_in_the_sdk
from tests.soundness.account import write
from tests.soundness.played import Played, play_all
from tests.soundness.read_back import story
from tests.soundness.said import Said
from tests.soundness.story import tied_story
from tests.soundness.verdict import End, happened, mistaken, precision, violations

_FAMILIES = {"tied": tied_story, "read-back": story}
_SEEDS_AT_ONCE = 20  # an account has no more than 2,000 stacks
remember_in_the_sdk()


def main(arguments: Sequence[str]) -> int:
    """Plays; 1 where anything was untrue."""
    options = _options(arguments)
    if options.keep:
        folder, seed = Path(options.keep[0]), int(options.keep[1])
        _keep(folder, seed, options.family)
        return 0
    seeds = {options.family: [options.verbose] if options.verbose is not None else _seeds(options.seeds)}
    if options.read_back:
        seeds["read-back"] = _seeds(options.read_back)
    counts: Counter[str] = Counter()
    for played in _all(seeds, options.jobs):
        _tell(played, counts, verbose=options.verbose is not None)
    _say("")
    for name, count in sorted(counts.items()):
        _say(f"{count:6d}  {name}")
    return int(any(name.startswith("fault") for name in counts))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soundness", description=__doc__)
    parser.add_argument("--seeds", default="0-99", help="FIRST-LAST (default: %(default)s)")
    parser.add_argument("--family", choices=_FAMILIES, default="tied", help="family of systems (default: %(default)s)")
    parser.add_argument("--read-back", metavar="FIRST-LAST", help="also run these seeds of the read-back family")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default: %(default)s)")
    parser.add_argument("--verbose", type=int, metavar="SEED", help="run one seed and show all details")
    parser.add_argument("--keep", nargs=2, metavar=("DIR", "SEED"), help="write the two systems of a seed into DIR")
    return parser.parse_args(arguments)


def _seeds(text: str) -> list[int]:
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def _all(families: Mapping[str, Sequence[int]], jobs: int) -> Iterator[Played]:
    chunks = [
        (family, seeds[at : at + _SEEDS_AT_ONCE])
        for family, seeds in families.items()
        for at in range(0, len(seeds), _SEEDS_AT_ONCE)
    ]
    if jobs < 2:
        for family, chunk in chunks:
            yield from play_all(chunk, _FAMILIES[family])
        return
    with ProcessPoolExecutor(jobs) as pool:
        for some in pool.map(_played, chunks):
            yield from some


def _played(chunk: tuple[str, Sequence[int]]) -> list[Played]:
    collect_rarely()
    family, seeds = chunk
    return list(play_all(seeds, _FAMILIES[family]))


def _tell(played: Played, counts: Counter[str], *, verbose: bool) -> None:
    counts["seeds"] += 1
    if played.facts is None:
        counts["discarded"] += 1
        _say(f"seed {played.seed}: discarded: {played.detail}")
        return
    found = violations(played.facts)
    counts.update(f"fault {each.fault.name}" for each in found)
    counts["untrue reviews"] += bool(found)
    counts[f"ended {played.facts.end.value}"] += 1
    counts["tampered with"] += played.tampering is not None
    counts.update({f"precision: {name}": count for name, count in precision(played.facts).items()})
    if played.facts.detail:
        counts[f"ended {played.facts.end.value}: {played.facts.detail[:70]}"] += 1
    if played.facts.end in (End.REFUSED, End.FAILED) and played.facts.alone and not found:
        _say(f"seed {played.seed}: (not deployed) {played.facts.detail} after {'; '.join(played.notes)}")
    for each in found:
        _say(f"seed {played.seed}: {each}")
    for mistake in mistaken(played.facts):
        _say(f"seed {played.seed}: (not so) {mistake}")
    if found or verbose:
        _say(f"    after {'; '.join(played.notes)}{f'; tampered: {played.tampering}' if played.tampering else ''}")
    if verbose:
        _say(f"    {played.facts.end.value} {played.facts.detail}")
        told = played.facts.said or Said()
        for path, row in sorted(told.rows.items()):
            _say(f"    shown {'/'.join(path)}: {row.fate.value}{'' if row.certain else ', perhaps'}")
        for path in sorted(told.folded):
            _say(f"    collapsed {'/'.join(path)}")
        for path, what in sorted(happened(played.facts).items()):
            _say(f"    happened {'/'.join(path)}: {what.fate.value}")


def _keep(folder: Path, seed: int, family: str) -> None:
    """The systems of a seed, each as a project."""
    told = _FAMILIES[family](seed)
    for name, system in (("founding", told.founding), ("before", told.before), ("after", told.after)):
        if system is None:
            continue
        (folder / name).mkdir(parents=True, exist_ok=True)
        write(system, folder / name)
    _say("\n".join(told.notes))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
