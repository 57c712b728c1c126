"""`python -m tests.scanners`: lints and scans every environment's templates with its values put in."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

from tests.scanners import cfn_guard, cfn_lint, checkov, offline_validator, page
from tests.scanners.databases import databases
from tests.scanners.finding import Finding, Scanner, ScannerError, Work
from tests.scanners.planted import ENVIRONMENT, PLANTED
from tests.scanners.policies import LAYER, policies
from tests.scanners.resolved import (
    PROJECT,
    ResolvedLayer,
    UnresolvedError,
    own_environments,
    resolved_layers,
    resolved_roles,
    resolved_services,
    sent,
)
from tests.scanners.skips import SKIPS
from tests.scanners.verdict import judged

# What is slow stands first: all of them start at once.
SCANNERS = (checkov.SCANNER, cfn_guard.SCANNER, cfn_lint.SCANNER, offline_validator.SCANNER)


def main(arguments: Sequence[str], known: Sequence[Scanner] = SCANNERS) -> int:
    """1 where something is found that is not skipped, or a skip is not needed; 2 where a tool cannot run."""
    options = _options(arguments, [scanner.name for scanner in known])
    scanners = [scanner for scanner in known if not options.tool or scanner.name in options.tool]
    missing = [scanner.name for scanner in scanners if scanner.installed and not scanner.installed.exists()]
    if missing:
        _say(f"not installed: {', '.join(missing)}; run make scan, which installs them")
        return 2
    try:
        layers = templates()
        refuse_planted(layers)
        findings = scan(scanners, [*layers, PLANTED])
    except (ScannerError, UnresolvedError) as error:
        _say(str(error))
        return 2
    if options.write:
        page.write(SKIPS)
    verdict = judged(scanners, findings, SKIPS, layers)
    stale = ["docs/scanners.md is stale; run make scan"] if page.is_stale(SKIPS) else []
    for problem in [*verdict.problems, *stale]:
        _say(problem)
    if verdict.problems:
        _say("fix the template or the environment file, or add the reason to tests/scanners/skips.py")
    names = ", ".join(scanner.name for scanner in scanners)
    _say(f"{len(layers)} templates, by {names}: {len(verdict.problems)} problems, {verdict.skipped} findings skipped")
    return int(bool(verdict.problems or stale))


def refuse_planted(layers: Sequence[ResolvedLayer]) -> None:
    """What is found in the planted template is wanted: an environment of its name would never be judged."""
    if any(layer.environment == ENVIRONMENT for layer in layers):
        raise ScannerError(f"an environment cannot be named {ENVIRONMENT}: the template with faults is")


def templates() -> list[ResolvedLayer]:
    """Every layer and service of every environment, databases of each kind, and the roles and policies beside them."""
    of_environments = [
        ResolvedLayer(
            environment.name, environment.region, LAYER, policies(PROJECT, environment), sent(PROJECT, environment)
        )
        for environment in own_environments()
    ]
    return [*resolved_layers(), *resolved_services(), *databases(), *resolved_roles(), *of_environments]


def scan(scanners: Sequence[Scanner], layers: Sequence[ResolvedLayer]) -> list[Finding]:
    """What the tools find in these templates; all tools at once."""
    with tempfile.TemporaryDirectory(prefix="scan-") as folder, ThreadPoolExecutor(len(scanners)) as pool:
        work = Work(Path(folder), {layer.file: layer.region for layer in layers})
        work.templates.mkdir()
        for layer in layers:
            layer.write(work.templates)
        return list(chain.from_iterable(pool.map(lambda scanner: scanner.scan(work), scanners)))


def _options(arguments: Sequence[str], names: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.scanners", description=__doc__)
    parser.add_argument("tool", nargs="*", help=f"of {', '.join(names)} (default: all)")
    parser.add_argument("--write", action="store_true", help="write the table of docs/scanners.md")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.tool if name not in names]
    if unknown:
        parser.error(f"{', '.join(unknown)}: not one of {', '.join(names)}")
    return options


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
