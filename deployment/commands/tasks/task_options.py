"""The options about tasks of services: whose they are, the command that one runs, how far back a log goes."""

import argparse
import re
from collections.abc import Iterator

ABOUT_TASKS = ("run", "logs", "exec")
"""The actions that are about a service by its name."""


def task_problems(options: argparse.Namespace) -> Iterator[str]:
    """What does not go together of a service's name and the command of a task."""
    if options.action in ABOUT_TASKS and not options.service:
        yield f"{options.action}: of which service? {options.action} NAME"
    if options.action in ABOUT_TASKS and options.name not in (None, options.service):
        yield f"{options.action} {options.name}: not with --service {options.service}; one of them says which is meant"
    if options.name and options.action not in (*ABOUT_TASKS, "route"):
        yield f"{options.name}: only {', '.join(ABOUT_TASKS)} are about a NAME; {options.action} takes --service"
    if options.command and options.action not in ("run", "exec"):
        yield "-- COMMAND: only with run or exec"


def span_of(text: str) -> float:
    """The seconds of a time such as 15m; raises what argparse shows."""
    matched = re.fullmatch(r"(\d{1,6})([smhd])", text, re.ASCII)
    if matched is None or not int(matched[1]):
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 30s, 15m, 1h or 2d")
    return float(matched[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[matched[2]]
