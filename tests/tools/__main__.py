"""`python -m tests.tools`: runs the installed tools, and prints each verdict."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

from tests.tools import page
from tests.tools.known import TOOLS
from tests.tools.playing import Verdict, play
from tests.tools.steps import Tool

_NAMES = {tool.project: tool for tool in TOOLS}


def main(arguments: Sequence[str]) -> int:
    """1 where a step did not come to what it should, or CI lacks a tool that could be there."""
    options = _options(arguments)
    wanted: list[Tool] = options.tool or list(TOOLS)
    present = [tool for tool in wanted if tool.installed.exists()]
    missing = [tool for tool in wanted if tool not in present]
    for tool in missing:
        _say(f"{tool.name} is not installed and is skipped")
    with ThreadPoolExecutor(options.jobs) as pool:
        verdicts = list(chain.from_iterable(pool.map(_play, present)))
    if options.write and present == list(TOOLS):
        page.write(verdicts)
    elif options.write:
        _say("docs/tools.md is not written because not every tool ran")
    failed = [verdict for verdict in verdicts if not verdict.holds]
    _say(f"{len(verdicts) - len(failed)} passed, {len(failed)} failed")
    return int(bool(failed) or lacking(missing, shutil.which("npm"), os.environ))


def lacking(missing: Sequence[Tool], npm: str | None, environment: Mapping[str, str]) -> bool:
    """Whether a tool is missing for no reason that would excuse it: in CI, and not for want of npm."""
    return bool(environment.get("CI")) and any(npm or not tool.modules for tool in missing)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.tools", description=__doc__)
    parser.add_argument("tool", nargs="*", type=_tool, help=f"of {', '.join(_NAMES)} (default: all)")
    parser.add_argument("--jobs", type=int, default=2, help="tools at a time (default: %(default)s)")
    parser.add_argument("--write", action="store_true", help="write the tables of docs/tools.md")
    return parser.parse_args(arguments)


def _tool(name: str) -> Tool:
    if name not in _NAMES:
        raise argparse.ArgumentTypeError(f"{name} is not one of {', '.join(_NAMES)}")
    return _NAMES[name]


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
