"""`python -m tests.answers`: every strange answer at every call of every command; and what ends untrue."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path

import botocore.endpoint

from tests.answers.played import played_in
from tests.quick_sdk import collect_rarely, remember_in_the_sdk

remember_in_the_sdk()


def main(arguments: Sequence[str]) -> int:
    """Plays; 1 where anything ended untrue."""
    parser = argparse.ArgumentParser(prog="python -m tests.answers", description=__doc__)
    parser.add_argument("--jobs", type=int, default=1, help="processes (default: %(default)s)")
    parser.add_argument("--only", default="", metavar="TEXT", help="only cases with this in their name")
    options = parser.parse_args(arguments)
    shares = [(share, options.jobs, options.only) for share in range(options.jobs)]
    with ProcessPoolExecutor(options.jobs) as pool:
        results = list(pool.map(_share, shares))
    counts: Counter[str] = Counter()
    for number, untrue in results:
        counts.update(runs=number, untrue=len(untrue))
        for line in untrue:
            sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"{counts['runs']} runs, {counts['untrue']} untrue\n")
    return int(counts["untrue"] > 0)


def _share(asked: tuple[int, int, str]) -> tuple[int, list[str]]:
    share, of, only = asked
    collect_rarely()
    botocore.endpoint.time.sleep = lambda _: None
    number, untrue = 0, []
    with tempfile.TemporaryDirectory() as folder:
        played = played_in(Path(folder))
        with closing(played.stage.session):
            cases = [case for case in played.cases() if only in str(case)]
            for case in cases[share::of]:
                number += 1
                if wrong := played.untrue(case):
                    untrue.append(f"{case}: {wrong}")
    return number, untrue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
