"""`python -m tests.tools`: drives the tools that are installed, and tells each verdict."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.tools.known import TOOLS
from tests.tools.playing import Verdict, play
from tests.tools.steps import Tool


def main(arguments: Sequence[str]) -> int:
    """1 where a step did not come to what it should."""
    options = _options(arguments)
    wanted = [tool for tool in TOOLS if tool.project in options.tool or not options.tool]
    present = [tool for tool in wanted if tool.installed.exists()]
    for tool in wanted:
        if tool not in present:
            _say(f"{tool.name} is not installed: it is not played")
    with ThreadPoolExecutor(options.jobs) as pool:
        verdicts = [verdict for played in pool.map(_play, present) for verdict in played]
    return int(not all(verdict.holds for verdict in verdicts))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.tools", description=__doc__)
    parser.add_argument("tool", nargs="*", metavar="TOOL", help=f"of {', '.join(tool.project for tool in TOOLS)}")
    parser.add_argument("--jobs", type=int, default=2, help="tools at a time (default: %(default)s)")
    return parser.parse_args(arguments)


def _play(tool: Tool) -> list[Verdict]:
    verdicts = []
    for verdict in play(tool):
        _say(f"{tool.name}: {verdict.step.name}: {verdict.said}")
        verdicts.append(verdict)
    return verdicts


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
