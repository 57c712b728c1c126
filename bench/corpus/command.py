"""The command's arguments, its worker processes, and the table that it prints."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, islice, repeat
from pathlib import Path

from bench.corpus.folder import Sample, samples
from bench.corpus.life import Class, Outcome, life
from bench.corpus.packages import MissingError, download

# Of these the rehearsal says something that AWS does not say.
FAULTS = (Class.REFUSED, Class.ROLLED_BACK, Class.RESTLESS, Class.REMAINS, Class.BROKEN)
_JUDGED = (*FAULTS, Class.PLAYED, Class.NAMED, Class.IN_USE, Class.PROTECTED)


def main(arguments: Sequence[str]) -> int:
    """Play every template of the folders.

    Exit codes: 0 enough of them came to their end; 1 they did not; 2 the arguments are wrong, or no template is there.
    """
    options = _parser().parse_args(arguments)
    if options.download:
        try:
            for package in download(options.folders[0]):
                print(package, file=sys.stderr)
        except (MissingError, OSError) as error:
            print(f"bench corpus: {error}", file=sys.stderr)
            return 2
    for folder in options.folders:
        if not folder.is_dir():
            print(f"bench corpus: {folder} is not a folder", file=sys.stderr)
            return 2
    outcomes = list(_outcomes(options.folders, options.jobs, options.region, options.only))
    if not outcomes:
        print("bench corpus: the folders have no CloudFormation templates", file=sys.stderr)
        return 2
    for line in _table(outcomes, options.show):
        print(line)
    if options.json:
        options.json.write_text(json.dumps([_row(outcome) for outcome in outcomes], indent=1) + "\n")
    return 0 if _share(outcomes) <= options.at_most / 100 else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench corpus",
        description="Deploy every CloudFormation template of a folder to the rehearsal: summary, creation with a "
        "change set, an update without changes, a changed tag, a changed parameter, deletion. Parameters without "
        "a default get a suitable value.",
    )
    add = parser.add_argument
    add("folders", nargs="+", type=Path, metavar="DIR", help="folder with templates, also in subfolders")
    add(
        "--download",
        action="store_true",
        help="first download the templates of public packages into the first folder, with npm",
    )
    add("--region", default="us-east-1", help="Region of the stacks (default: %(default)s)")
    add("--jobs", type=int, default=2, metavar="N", help="number of parallel processes (default: %(default)s)")
    add("--only", default="", metavar="TEXT", help="only templates with this text in their path")
    add(
        "--show",
        type=int,
        default=20,
        metavar="N",
        help="number of templates to list for each class (default: %(default)s)",
    )
    add("--json", type=Path, metavar="PATH", help="write every outcome into this file")
    add(
        "--at-most", type=float, default=1.0, metavar="PERCENT", help="accepted number of faults (default: %(default)s)"
    )
    return parser


def _outcomes(folders: Sequence[Path], jobs: int, region: str, only: str) -> Iterator[Outcome]:
    found = [(folder, sample) for folder in folders for sample in samples(folder, region) if only in str(sample.path)]
    with ProcessPoolExecutor(jobs) as workers:
        yield from workers.map(_played, found, range(len(found)), repeat(region), chunksize=4)


def _played(where: tuple[Path, Sample], number: int, region: str) -> Outcome:
    folder, sample = where
    return life(sample, folder, number, region)


def _share(outcomes: Sequence[Outcome]) -> float:
    """Of the templates that can be judged, the share of which the rehearsal says something untrue."""
    counted = Counter(outcome.kind for outcome in outcomes)
    judged = sum(counted[kind] for kind in _JUDGED)
    return sum(counted[kind] for kind in FAULTS) / judged if judged else 0.0


def _table(outcomes: Sequence[Outcome], shown: int) -> Iterator[str]:
    counted = Counter(outcome.kind for outcome in outcomes)
    for kind in Class:
        if counted[kind]:
            yield f"{counted[kind]:6d}  {kind.value}"
    yield f"{len(outcomes):6d}  templates; at fault {_share(outcomes):.1%} of those that can be judged"
    yield from chain.from_iterable(_listed(outcomes, kind, shown) for kind in Class if kind is not Class.PLAYED)


def _listed(outcomes: Sequence[Outcome], kind: Class, shown: int) -> Iterator[str]:
    of_kind = [outcome for outcome in outcomes if outcome.kind is kind]
    if of_kind and shown:
        yield ""
        yield f"{kind.value}:"
    for outcome in islice(of_kind, shown):
        yield f"  {outcome.path} ({outcome.step}): {' '.join(outcome.reason.split())[:400]}"
    if shown and len(of_kind) > shown:
        yield f"  ... and {len(of_kind) - shown} more (--show N)"


def _row(outcome: Outcome) -> dict[str, str]:
    return {
        "path": str(outcome.path),
        "class": outcome.kind.value,
        "step": outcome.step,
        "reason": outcome.reason,
    }
