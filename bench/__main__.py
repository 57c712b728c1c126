"""`python -m bench`: measure everything, print a line for each figure, and exit with 1 if one is outside its limit."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys

from bench.measure import PROJECT

PARTS = (
    "rendering",
    "writing",
    "deploying",
    "together",
    "reviewing",
    "watching",
    "playing",
    "serving",
    "lasting",
    "enduring",
)


def main(arguments: list[str]) -> int:
    """Measure the parts that are named, or all of them, each in a process of its own.

    Of its own, because Linux counts the memory of a process before it starts another in the other's peak.
    """
    if arguments[:1] == ["corpus"]:
        from bench.corpus import main as corpus

        return corpus(arguments[1:])
    unknown = set(arguments) - set(PARTS)
    if unknown:
        print(f"unknown part: {', '.join(sorted(unknown))}; the parts are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    # Who renders or deploys does not compile the code anew each time, as some build machines do.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if len(arguments) == 1:
        return _measure(arguments[0])
    codes = [
        subprocess.run([sys.executable, "-m", "bench", name], cwd=PROJECT, check=False).returncode
        for name in arguments or PARTS
    ]
    return max(codes)


def _measure(name: str) -> int:
    outside = 0
    for line in importlib.import_module(f"bench.{name}").lines():
        print(line, flush=True)
        outside += not line.holds
    return 1 if outside else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
